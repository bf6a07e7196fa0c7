package devicelist_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/internal/devicelist"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

var now = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

// at returns a session in a country that was signed in and last used some time ago.
func at(id, country string, signedIn, used time.Duration) session.Session {
	return session.Session{
		ID: id, Created: now.Add(-signedIn), LastActive: now.Add(-used),
		Device: session.Device{Type: "Macintosh", Browser: "Chrome", City: "City of " + country, Country: country},
	}
}

func TestASessionIsMarkedForWhatIsRemarkable(t *testing.T) {
	t.Parallel()
	another := func(s session.Session) session.Session { s.Device.Type = "Windows"; return s }
	acted := at("b", "AT", day, 0)
	acted.Impersonated = true
	tests := []struct {
		name     string
		sessions []session.Session
		want     []devicelist.Marks
	}{
		{"the current session is never new", []session.Session{at("here", "AT", 0, 0)}, []devicelist.Marks{{Current: true}}},
		{
			"a session is new for a day",
			[]session.Session{at("a", "AT", day-1, 0), at("b", "AT", day, 0), {ID: "c"}},
			[]devicelist.Marks{{New: true}, {}, {}},
		},
		{
			"a session is unused after 90 days",
			[]session.Session{at("a", "AT", 100*day, 90*day), at("b", "AT", 100*day, 90*day+1), {ID: "c"}},
			[]devicelist.Marks{{}, {Unused: true}, {}},
		},
		{"an actor is told", []session.Session{acted}, []devicelist.Marks{{Impersonated: true}}},
		{
			"two devices make no location unusual",
			[]session.Session{at("here", "AT", day, 0), at("b", "KE", day, 0)},
			[]devicelist.Marks{{Current: true}, {}},
		},
		{
			"of three devices, one alone in its country is unusual",
			[]session.Session{at("here", "AT", day, 0), another(at("b", "AT", day, 0)), at("c", "KE", day, 0)},
			[]devicelist.Marks{{Current: true}, {}, {Unusual: true}},
		},
		{
			"two sign-ins of a device are one device",
			[]session.Session{at("here", "AT", day, 0), another(at("b", "AT", day, 0)), at("c", "KE", day, 0), at("d", "KE", day, 0)},
			[]devicelist.Marks{{Current: true}, {}, {Unusual: true}, {Unusual: true}},
		},
		{
			"two devices in a country make it usual",
			[]session.Session{at("here", "AT", day, 0), another(at("b", "AT", day, 0)), at("c", "KE", day, 0), another(at("d", "KE", day, 0))},
			[]devicelist.Marks{{Current: true}, {}, {}, {}},
		},
		{
			"an unknown country is not unusual",
			[]session.Session{at("here", "AT", day, 0), another(at("b", "AT", day, 0)), at("c", "", day, 0)},
			[]devicelist.Marks{{Current: true}, {}, {}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, devicelist.Mark(tt.sessions, "here", now)); diff != "" {
				t.Errorf("marks (-want +got):\n%s", diff)
			}
		})
	}
}
