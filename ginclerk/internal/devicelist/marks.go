package devicelist

import (
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/session"
)

const (
	// newFor is how long a session counts as new.
	newFor = 24 * time.Hour
	// unusedAfter is how long a session was not used when it counts as unused.
	unusedAfter = 90 * 24 * time.Hour
	// devicesForUsual is how many devices a user needs before a location can be unusual.
	devicesForUsual = 3
)

// Marks are what is remarkable about a session.
type Marks struct {
	Current      bool // the session of the request
	New          bool // signed in within the last day, and not current
	Unusual      bool // in a country in which the user has no other device
	Impersonated bool // an actor acts as the user
	Unused       bool // not used for 90 days
}

// Mark decides what is remarkable about each of a user's sessions, in their order.
func Mark(sessions []session.Session, currentID string, now time.Time) []Marks {
	lonely := lonelyCountries(sessions)
	marks := make([]Marks, len(sessions))
	for i := range sessions {
		one := &sessions[i]
		current := one.ID == currentID
		marks[i] = Marks{
			Current: current, Impersonated: one.Impersonated,
			New:     !current && !one.Created.IsZero() && now.Sub(one.Created) < newFor,
			Unusual: !current && lonely[one.Device.Country],
			Unused:  isUnused(one, now),
		}
	}
	return marks
}

func isUnused(one *session.Session, now time.Time) bool {
	return !one.LastActive.IsZero() && now.Sub(one.LastActive) > unusedAfter
}

// lonelyCountries are the countries with one device, of a user whose devices are known in at least three. A device without a country says
// nothing.
func lonelyCountries(sessions []session.Session) map[string]bool {
	devices := map[string]map[deviceKey]bool{}
	all := 0
	for i := range sessions {
		country := sessions[i].Device.Country
		if country == "" {
			continue
		}
		if devices[country] == nil {
			devices[country] = map[deviceKey]bool{}
		}
		if key := keyOf(&sessions[i]); !devices[country][key] {
			devices[country][key] = true
			all++
		}
	}
	lonely := map[string]bool{}
	for country, there := range devices {
		if len(there) == 1 && all >= devicesForUsual {
			lonely[country] = true
		}
	}
	return lonely
}
