package devicelist

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// Unknown is the browser or the location of sessions of which Clerk does not know it.
const Unknown = "unknown"

// Activity is when a session was last used.
type Activity string

// The activities. [Anytime] is the zero value.
const (
	Anytime   Activity = ""
	LastDay   Activity = "24h"
	LastWeek  Activity = "7d"
	LastMonth Activity = "30d"
	NotLately Activity = "over-90d" // not within the last 90 days
)

// Activities are all activities but [Anytime], as they are offered.
func Activities() []Activity { return []Activity{LastDay, LastWeek, LastMonth, NotLately} }

// Order is the order of a list. The current session comes first in each.
type Order string

// The orders. [ByActivity] is the zero value.
const (
	ByActivity Order = ""          // the last used first
	BySignIn   Order = "signed-in" // the last signed in first
	ByLocation Order = "location"  // by the name of the location; unknown ones last
)

// Orders are all orders, as they are offered.
func Orders() []Order { return []Order{ByActivity, BySignIn, ByLocation} }

// Query says which sessions a list has, and in which order. The zero value has all.
type Query struct {
	Search   string // words that a session must have; capital letters don't matter
	Browser  string // a browser's name, or Unknown
	Location string // of Location, the code of a country, or Unknown
	Active   Activity
	Order    Order
	Separate bool // each sign-in has a row of its own
}

// Entry is a session in a list, with the words that people see.
type Entry struct {
	Session *session.Session
	Marks   Marks
	Name    string // that a person gave to the session; empty: none
	Place   string // empty: unknown
	Words   string // in which a search looks; empty where the query has no search
}

// Row is a device: the entry that it shows first, and more sign-ins of the same device.
type Row []Entry

// Rows returns the entries that match a query, in its order and by device. A session that is current, or has a name, is a row of its own.
func Rows(entries []Entry, q Query, now time.Time) []Row {
	matching := Matching(entries, q, now)
	rows := make([]Row, 0, len(matching))
	at := map[deviceKey]int{}
	for _, entry := range matching {
		if q.Separate || entry.Marks.Current || entry.Name != "" {
			rows = append(rows, Row{entry})
			continue
		}
		key := keyOf(entry.Session)
		if i, found := at[key]; found {
			rows[i] = append(rows[i], entry)
			continue
		}
		at[key] = len(rows)
		rows = append(rows, Row{entry})
	}
	return rows
}

// Matching returns the entries that match a query, in its order.
func Matching(entries []Entry, q Query, now time.Time) []Entry {
	words := strings.Fields(strings.ToLower(q.Search))
	matching := make([]Entry, 0, len(entries))
	for _, entry := range entries {
		if q.matches(entry, words, now) {
			matching = append(matching, entry)
		}
	}
	slices.SortStableFunc(matching, q.compare)
	return matching
}

func (q Query) matches(entry Entry, words []string, now time.Time) bool {
	d := entry.Session.Device
	switch {
	case q.Browser != "" && q.Browser != BrowserOf(d):
		return false
	case q.Location != "" && q.Location != LocationOf(d) && (q.Location != d.Country || d.Country == ""):
		return false
	case !q.Active.matches(entry.Session, now):
		return false
	}
	text := strings.ToLower(entry.Words)
	return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
}

func (a Activity) matches(one *session.Session, now time.Time) bool {
	const day = 24 * time.Hour
	switch past := now.Sub(one.LastActive); a {
	case LastDay:
		return past <= day
	case LastWeek:
		return past <= 7*day
	case LastMonth:
		return past <= 30*day
	case NotLately:
		return isUnused(one, now)
	default:
		return true
	}
}

func (q Query) compare(a, b Entry) int {
	if a.Marks.Current != b.Marks.Current {
		if a.Marks.Current {
			return -1
		}
		return 1
	}
	latest := cmp.Or(b.Session.LastActive.Compare(a.Session.LastActive), b.Session.Created.Compare(a.Session.Created), cmp.Compare(a.Session.ID, b.Session.ID))
	switch q.Order {
	case BySignIn:
		return cmp.Or(b.Session.Created.Compare(a.Session.Created), latest)
	case ByLocation:
		if (a.Place == "") != (b.Place == "") {
			return cmp.Compare(len(b.Place), len(a.Place))
		}
		return cmp.Or(cmp.Compare(strings.ToLower(a.Place), strings.ToLower(b.Place)), latest)
	default:
		return latest
	}
}

// BrowserOf is the browser of a device as a query names it.
func BrowserOf(d session.Device) string { return cmp.Or(d.Browser, Unknown) }

// LocationOf is the location of a device as a query names it, such as "Toronto, CA".
func LocationOf(d session.Device) string {
	if d.City != "" && d.Country != "" {
		return d.City + ", " + d.Country
	}
	return cmp.Or(d.City, d.Country, Unknown)
}
