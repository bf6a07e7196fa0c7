package pages

import (
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/snapshot"
)

// zones are the time zones that visitors have named. The zero value has none. It is safe for concurrent use, and not to be copied.
type zones struct {
	known snapshot.Map[string, *time.Location] // at most the some 600 names of the database
}

// find returns the time zone with a name of the IANA database; nil if the name is none, or if this machine has no database.
func (z *zones) find(name string) *time.Location {
	if !isZoneName(name) {
		return nil
	}
	zone, err := z.known.Get(name, func() (*time.Location, error) { return time.LoadLocation(name) })
	if err != nil {
		return nil
	}
	return zone
}

// maxZoneName is longer than every name of the database, in bytes.
const maxZoneName = 48

// isZoneName reports whether a text from a visitor can be the name of a time zone: each zone has one spelling here, so that visitors
// can't fill the memory with other ones. The folders posix and right of some machines count seconds in another way.
func isZoneName(name string) bool {
	if name == "" || len(name) > maxZoneName {
		return false
	}
	for i, segment := range strings.Split(name, "/") {
		if segment == "" || i == 0 && (segment == "posix" || segment == "right" || segment == "Local") {
			return false
		}
		if strings.ContainsFunc(segment, func(r rune) bool { return !isZoneLetter(r) }) {
			return false
		}
	}
	return true
}

func isZoneLetter(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' || r == '-' || r == '+'
}
