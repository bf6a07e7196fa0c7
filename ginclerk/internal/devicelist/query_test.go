package devicelist_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/internal/devicelist"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// entries are the devices of a user: their own Mac, a phone with three sign-ins of which one has a name, an old one, and an unknown one.
func entries() []devicelist.Entry {
	entry := func(id, kind, browser, city, country string, signedIn, used time.Duration) devicelist.Entry {
		one := &session.Session{
			ID: id, Created: now.Add(-signedIn), LastActive: now.Add(-used),
			Device: session.Device{Type: kind, Browser: browser, City: city, Country: country},
		}
		place := strings.Trim(city+", "+country, ", ")
		return devicelist.Entry{Session: one, Place: place, Words: kind + " " + browser + " " + place, Marks: devicelist.Marks{Current: id == "here"}}
	}
	named := entry("named", "iPhone", "Safari", "Graz", "AT", 3*day, 2*time.Hour)
	named.Name, named.Words = "Mum", "Mum "+named.Words
	return []devicelist.Entry{
		entry("here", "Macintosh", "Chrome", "Vienna", "AT", 9*day, 8*day),
		entry("phone1", "iPhone", "Safari", "Graz", "AT", 2*day, time.Hour), named,
		entry("phone2", "iPhone", "Safari", "Graz", "AT", time.Hour, 20*day),
		entry("old", "Windows", "Edge", "", "CA", 200*day, 100*day),
		entry("unknown1", "", "", "", "", 5*day, 5*day), entry("unknown2", "", "", "", "", 6*day, 6*day),
	}
}

func TestAQueryFindsSortsAndGroups(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		q    devicelist.Query
		want string // rows, with the sessions of each
	}{
		{"all, the last used first, by device", devicelist.Query{}, "here | phone1 phone2 | named | unknown1 | unknown2 | old"},
		{"each sign-in alone", devicelist.Query{Separate: true}, "here | phone1 | named | unknown1 | unknown2 | phone2 | old"},
		{"words in any case and order", devicelist.Query{Search: "GRAZ safari"}, "phone1 phone2 | named"},
		{"a name", devicelist.Query{Search: "mum"}, "named"},
		{"words of different devices", devicelist.Query{Search: "Edge Safari"}, ""},
		{"a browser", devicelist.Query{Browser: "Edge"}, "old"},
		{"a browser in other letters is another one", devicelist.Query{Browser: "edge"}, ""},
		{"an unknown browser", devicelist.Query{Browser: devicelist.Unknown}, "unknown1 | unknown2"},
		{"a city", devicelist.Query{Location: "Graz, AT"}, "phone1 phone2 | named"},
		{"a country", devicelist.Query{Location: "AT"}, "here | phone1 phone2 | named"},
		{"an unknown location", devicelist.Query{Location: devicelist.Unknown}, "unknown1 | unknown2"},
		{"used in the last day", devicelist.Query{Active: devicelist.LastDay}, "phone1 | named"},
		{"used in the last week", devicelist.Query{Active: devicelist.LastWeek}, "phone1 | named | unknown1 | unknown2"},
		{"used in the last month", devicelist.Query{Active: devicelist.LastMonth}, "here | phone1 phone2 | named | unknown1 | unknown2"},
		{"not used for 90 days", devicelist.Query{Active: devicelist.NotLately}, "old"},
		{"by sign-in", devicelist.Query{Order: devicelist.BySignIn}, "here | phone2 phone1 | named | unknown1 | unknown2 | old"},
		{"by location, unknown ones last", devicelist.Query{Order: devicelist.ByLocation}, "here | old | phone1 phone2 | named | unknown1 | unknown2"},
		{"everything at once", devicelist.Query{Search: "safari", Browser: "Safari", Location: "AT", Active: devicelist.LastMonth, Order: devicelist.BySignIn, Separate: true}, "phone2 | phone1 | named"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var rows []string
			for _, row := range devicelist.Rows(entries(), tt.q, now) {
				var ids []string
				for _, entry := range row {
					ids = append(ids, entry.Session.ID)
				}
				rows = append(rows, strings.Join(ids, " "))
			}
			if diff := cmp.Diff(tt.want, strings.Join(rows, " | ")); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

// Two people who act as the user have no device in common.
func TestSignInsOfDifferentActorsAreNotOneDevice(t *testing.T) {
	t.Parallel()
	all := entries()[1:4]
	all[0].Session.Impersonated, all[0].Session.Actor = true, "user_a"
	all[2].Session.Impersonated, all[2].Session.Actor = true, "user_b"
	if rows := devicelist.Rows(all, devicelist.Query{}, now); len(rows) != 3 {
		t.Errorf("%d rows, want 3", len(rows))
	}
}
