package pages_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// device signs a user in on a device.
func (w *world) device(t *testing.T, email string, d clerktest.Device) string {
	t.Helper()
	s, err := w.server.CreateSession(w.userID(t, email), clerktest.SessionOptions{Device: d})
	if err != nil {
		t.Fatal(err)
	}
	return s.ID
}

// edge is a device in Toronto that was used some time ago.
func edge(ago time.Duration) clerktest.Device {
	return clerktest.Device{
		Type: "Windows", Browser: "Edge", BrowserVersion: "139.0.0.0", City: "Toronto", Country: "CA", IPAddress: "192.0.2.14",
		SignedInAgo: ago, IdleFor: ago,
	}
}

// names returns the names of the devices on a page.
func (p *page) names(t *testing.T) (names []string) {
	t.Helper()
	for _, row := range p.all(t, "device-row") {
		names = append(names, textIn(t, row, "device-name"))
	}
	return names
}

func TestDevicesAreFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, dana)
	const phone, android, mac, windows, here = "Safari 18 on iPhone", "Firefox 142 on Android", "Chrome 140 on Macintosh", "Edge 139 on Windows", "Unknown device"
	tests := []struct {
		name, query string
		want        []string
	}{
		{"all, this one first, then the last used", "", []string{here, android, phone, mac, windows}},
		{"empty fields of the form", "?q=&browser=&location=&active=&sort=active", []string{here, android, phone, mac, windows}},
		{"a device", "?q=iphone", []string{phone}},
		{"a city", "?q=toronto", []string{windows}},
		{"a country by its name", "?q=Portugal", []string{phone}},
		{"two words", "?q=canada+edge", []string{windows}},
		{"nothing", "?q=commodore", nil},
		{"a browser", "?browser=Firefox", []string{android}},
		{"a location", "?location=Lisbon%2C+PT", []string{phone}},
		{"a country", "?location=DE", []string{mac}},
		{"the last day", "?active=24h", []string{here, android, phone, mac}},
		{"not for 90 days", "?active=over-90d", nil},
		{"by location", "?sort=location", []string{here, mac, phone, android, windows}},
		{"a parameter that others add", "?utm_source=mail", []string{here, android, phone, mac, windows}},
	}
	for _, tt := range tests {
		p := b.open(t, "/sessions/devices"+tt.query).wantPage(t, http.StatusOK, "/sessions/devices", "Your devices")
		if diff := cmp.Diff(tt.want, p.names(t)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		if empty := len(p.all(t, "clear-empty")) == 1; empty != (len(tt.want) == 0) {
			t.Errorf("%s: a way back to all devices: %t", tt.name, empty)
		}
		told := b.get("/sessions/devices"+tt.query).json(t, http.StatusOK)
		if told["total_count"] != float64(len(tt.want)) || len(told.list("data")) != len(tt.want) {
			t.Errorf("%s: a program is told %v", tt.name, told["total_count"])
		}
	}
}

func TestAQueryThatNoLinkHasIsNoPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	for _, query := range []string{
		"offset=-1", "offset=x", "offset=1.5", "active=1h", "sort=name", "select=all", "separate=no", "address=hidden", "q=a&q=b",
		"q=" + strings.Repeat("a", 101), "q=a%00b", "q=%ff", "browser=a%0Ab", "location=" + strings.Repeat("é", 101),
	} {
		p := b.open(t, "/sessions/devices?"+query).wantPage(t, http.StatusBadRequest, "/sessions/devices", "Page not found")
		if back := attribute(p.all(t, "primary")[0], "href"); back != "/sessions/devices" || !strings.Contains(p.Body.String(), "That page doesn’t exist.") {
			t.Errorf("%s: leads to %q", query, back)
		}
		if told := b.get("/sessions/devices?"+query).json(t, http.StatusBadRequest); told["reason"] != "ginclerk-bad-request" {
			t.Errorf("%s: a program is told %v", query, told)
		}
	}
}

// Four sign-ins on the same device are one row, which is selected and signed out as a whole.
func TestSignInsOnTheSameDeviceAreOneRow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{kind: instance.Production, ticking: true})
	var ids []string
	for i := range 4 {
		ids = append(ids, w.device(t, ada, edge(time.Duration(i)*time.Hour)))
	}
	other := edge(0)
	other.City = "Ottawa"
	w.device(t, ada, other)
	b := w.browser(t, ada)
	p := b.open(t, "/sessions/devices").wantPage(t, http.StatusOK, "/sessions/devices", "")
	rows := p.all(t, "device-row")
	i := slices.IndexFunc(rows, func(row *html.Node) bool { return len(allIn(row, "sign-ins")) == 1 })
	if len(rows) != 3 || i < 0 {
		t.Fatalf("%d rows", len(rows))
	}
	group := rows[i]
	if got := textIn(t, group, "sign-ins"); got != "4 sign-ins" || len(allIn(group, "sign-in-row")) != 3 {
		t.Errorf("%q with %d sign-ins", got, len(allIn(group, "sign-in-row")))
	}
	all := allIn(group, "all-sign-ins")
	if got := b.open(t, attribute(all[0], "href")).names(t); len(got) != 4 {
		t.Errorf("all sign-ins are %v", got)
	}
	box := attribute(allIn(group, "select")[0], "value")
	if diff := cmp.Diff(ids, strings.Fields(box)); diff != "" {
		t.Errorf("the box selects (-want +got):\n%s", diff)
	}
	button := allIn(group, "revoke")[len(allIn(group, "revoke"))-1]
	if attribute(button, "formaction") != "/sessions/devices/sign-out" || attribute(button, "value") != box {
		t.Errorf("the button sends %q to %q", attribute(button, "value"), attribute(button, "formaction"))
	}
	b.follow(t, b.post("/devices/sign-out", url.Values{"session_id": {box, ids[0]}})).
		wantPage(t, http.StatusOK, "/sessions/devices", "").wantNotice(t, "Done. Signed out 4 sign-ins. Takes effect now.")
	if n := w.active(t, ada); n != 2 {
		t.Errorf("%d sessions are active, want 2", n)
	}
}

// The number on the button is that of the devices, of which one has three sign-ins here, and a link selects them without a script.
func TestTheButtonCountsWhatIsSelected(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	for range 3 {
		w.device(t, ada, edge(time.Hour))
	}
	w.elsewhere(t, ada)
	b := w.browser(t, ada)
	p := b.open(t, "/sessions/devices")
	if got := p.text(t, "sign-out-selected"); got != "Sign out selected devices" {
		t.Errorf("without a selection: %q", got)
	}
	p = b.open(t, attribute(p.all(t, "select-all")[0], "href"))
	for _, button := range []string{"sign-out-selected", "sign-out-selected-below"} {
		if got := p.text(t, button); got != "Sign out selected devices (2)" {
			t.Errorf("%s: %q", button, got)
		}
	}
}

// Every button and box on a page has a name of its own.
func TestControlsOfDevicesHaveTheirOwnNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	for i := range 30 {
		w.elsewhere(t, ada) // of which Clerk knows nothing
		w.device(t, ada, edge(time.Duration(i%3)*time.Minute))
	}
	w.device(t, ada, clerktest.Device{Type: "iPhone", Browser: "Safari", City: "Toronto", Country: "CA", IdleFor: 72 * time.Hour, SignedInAgo: 80 * time.Hour})
	p := w.browser(t, ada).open(t, "/sessions/devices?separate=true")
	for _, testID := range []string{"revoke", "select"} {
		seen := map[string]bool{}
		for _, control := range p.all(t, testID) {
			name := accessibleName(control)
			if name == "" || seen[name] {
				t.Errorf("two controls are named %q", name)
			}
			seen[name] = true
		}
	}
	p = w.browser(t, ada).open(t, "/sessions/devices?q=iphone")
	if got := accessibleName(p.all(t, "revoke")[0]); got != "Sign out Safari on iPhone, Toronto, Canada, 3 days ago" {
		t.Errorf("the button is named %q", got)
	}
}

// After an action one is back in the same part of the same list.
func TestAnActionComesBackToItsPlace(t *testing.T) {
	t.Parallel()
	_, b := busy(t, 30, options{kind: instance.Production})
	others := b.others(t, ada)
	if p := b.open(t, "/sessions/devices?offset=20"); attribute(p.all(t, "newer")[0], "href") != "/sessions/devices" {
		t.Errorf("%s", p.Body)
	}
	for i, row := range []struct{ name, position, want string }{
		{"a page", "offset=20", "/sessions/devices?offset=20#notice"},
		{"a search", "q=unknown&sort=signed-in", "/sessions/devices?q=unknown&sort=signed-in#notice"},
		{"a selection is over", "offset=20&select=others", "/sessions/devices?offset=20#notice"},
		{"none", "", "/sessions/devices#notice"},
		{"an address elsewhere is none", "https://evil.example/?offset=20", "/sessions/devices#notice"},
		{"parameters of others are left out", "offset=20&redirect_url=https://evil.example", "/sessions/devices?offset=20#notice"},
		{"a number that is none", "offset=x", "/sessions/devices#notice"},
		{"what can't be read", "%zz", "/sessions/devices#notice"},
	} {
		for j, action := range []string{"/devices/revoke", "/devices/sign-out"} {
			got := b.post(action, url.Values{"session_id": {others[2*i+j]}, "position": {row.position}})
			if location := got.Header().Get("Location"); location != row.want {
				t.Errorf("%s by %s leads to %q, want %q", row.name, action, location, row.want)
			}
		}
	}
}

// A page of any number of devices stays light: below 40 kB compressed.
func TestAPageOfManyDevicesIsLight(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	for i := range 100 {
		d := edge(time.Duration(i) * time.Hour)
		d.City, d.IPAddress = fmt.Sprintf("City %d", i), fmt.Sprintf("198.51.%d.%d", i, i)
		w.device(t, ada, d)
	}
	got := w.browser(t, ada).ask(http.MethodGet, "/sessions/devices", nil, zips)
	if size := got.Body.Len(); got.Header().Get("Content-Encoding") != "gzip" || size > 40_000 {
		t.Errorf("%d bytes, want at most 40,000", size)
	}
}
