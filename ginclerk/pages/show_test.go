package pages_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

func kinds() map[string]instance.Type {
	return map[string]instance.Type{"development": instance.Development, "production": instance.Production}
}

func TestTheSessionPageShowsTheSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	p := b.open(t, "/sessions").wantPage(t, http.StatusOK, "/sessions", "Your session").wantNotice(t, "")
	for testID, want := range map[string]string{
		"session-id": b.current(t), "session-created": "just now", "session-last-active": "just now",
		"session-expires": "Mar 11, 2026, 12:00 pm UTC", "session-status": "Status: Active", "viewer-email": ada,
	} {
		if got := p.text(t, testID); got != want {
			t.Errorf("%s is %q, want %q", testID, got, want)
		}
	}
	for _, testID := range []string{"sign-out", "sign-out-everywhere", "accounts-link", "devices-link", "nav-session", "nav-accounts", "nav-devices"} {
		if len(p.all(t, testID)) != 1 {
			t.Errorf("%d elements %s, want 1", len(p.all(t, testID)), testID)
		}
	}
	if current := attribute(p.all(t, "nav-session")[0], "aria-current"); current != "page" {
		t.Errorf("the link to the page itself is not current: %q", current)
	}
}

func TestTheSessionPageShowsDeviceAndOrganization(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	s, err := w.server.CreateSession(w.userID(t, ada), clerktest.SessionOptions{OrganizationID: "acme", Device: clerktest.Device{
		Type: "Macintosh", Browser: "Chrome", BrowserVersion: "140.0.0.0", SignedInAgo: 49 * time.Hour, IdleFor: time.Hour,
	}})
	if err != nil {
		t.Fatal(err)
	}
	token, err := w.server.MintToken(s.ID, clerktest.TokenOptions{AuthorizedParty: ownOrigin})
	if err != nil {
		t.Fatal(err)
	}
	p := w.browser(t).ask(http.MethodGet, "/sessions", nil, func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) })
	p.wantPage(t, http.StatusOK, "/sessions", "Your session")
	for testID, want := range map[string]string{
		"session-device": "Chrome 140 on Macintosh", "organization": "Acme", "role": "Admin",
		"session-created": "2 days ago", "session-last-active": "1 hour ago",
	} {
		if got := p.text(t, testID); got != want {
			t.Errorf("%s is %q, want %q", testID, got, want)
		}
	}
}

func TestTheAccountsPageListsTheAccounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, mia, ada)
	w.browser(t, dana) // a browser of another user
	p := b.open(t, "/sessions/accounts").wantPage(t, http.StatusOK, "/sessions/accounts", "Accounts in this browser")
	type row struct {
		email, name          string
		current, switchThere bool
	}
	var rows []row
	for _, node := range p.all(t, "account-row") {
		rows = append(rows, row{
			textIn(t, node, "account-email"), textIn(t, node, "account-name"), len(allIn(node, "current")) == 1, len(allIn(node, "switch")) == 1,
		})
		if id := attribute(node, "data-session-id"); w.statusOf(t, id) != "active" || len(allIn(node, "sign-out-account")) != 1 {
			t.Errorf("row of %s is not complete", id)
		}
	}
	want := []row{{ada, "Ada Okafor", true, false}, {mia, "Mia Novak", false, true}}
	if diff := cmp.Diff(want, rows, cmp.AllowUnexported(row{})); diff != "" {
		t.Error(diff)
	}
	add := attribute(p.all(t, "add-account")[0], "href")
	if add != ownOrigin+"/sign-in?redirect_url="+"http%3A%2F%2Flocalhost%3A8080%2Fsessions%2Faccounts" {
		t.Errorf("add an account at %s", add)
	}
}

func TestTheDevicesPageListsTheDevices(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, dana)
	w.browser(t, ada)
	p := b.open(t, "/sessions/devices").wantPage(t, http.StatusOK, "/sessions/devices", "Your devices")
	type row struct{ name, ip, place, lastActive string }
	var rows []row
	for i, node := range p.all(t, "device-row") {
		if current := len(allIn(node, "current")) == 1; current != (i == 0) {
			t.Errorf("row %d: current %t", i, current)
		}
		rows = append(rows, row{
			textIn(t, node, "device-name"), textIn(t, node, "device-ip"), textIn(t, node, "device-place"), textIn(t, node, "device-last-active"),
		})
	}
	if len(rows) != 5 || attribute(p.all(t, "device-row")[0], "data-session-id") != b.current(t) {
		t.Fatalf("rows %+v", rows)
	}
	want := []row{
		{"Firefox 142 on Android", "2001:db8:0:*", "Nairobi, Kenya", "Active 1 minute ago"},
		{"Safari 18 on iPhone", "203.0.*.*", "Lisbon, Portugal", "Active 20 minutes ago"},
		{"Chrome 140 on Macintosh", "198.51.*.*", "Berlin, Germany", "Active 2 hours ago"},
		{"Edge 139 on Windows", "192.0.*.*", "Toronto, Canada", "Active 3 days ago"},
	}
	if diff := cmp.Diff(want, rows[1:], cmp.AllowUnexported(row{})); diff != "" {
		t.Error(diff)
	}
}

func TestPagesNeedASession(t *testing.T) {
	t.Parallel()
	for name, kind := range kinds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{kind: kind})
			for _, path := range []string{"/sessions", "/sessions/accounts", "/sessions/devices"} {
				w.browser(t).open(t, path).wantSignIn(t, path, "")
			}
			for _, action := range actions() {
				p := w.browser(t).ask(http.MethodPost, w.base+action, nil, func(r *http.Request) { r.Header.Set("Referer", ownOrigin+w.base) })
				if p.Code != http.StatusSeeOther || !strings.HasPrefix(p.Header().Get("Location"), ownOrigin+"/sign-in?") {
					t.Errorf("%s: status %d, location %s", action, p.Code, p.Header().Get("Location"))
				}
			}
		})
	}
}

// The token is still valid, but Clerk says that the session has ended.
func TestPagesRefuseASessionThatEndedElsewhere(t *testing.T) {
	t.Parallel()
	for name, kind := range kinds() {
		for _, path := range []string{"/sessions", "/sessions/accounts", "/sessions/devices"} {
			t.Run(name+path, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, options{kind: kind})
				b := w.browser(t, ada)
				if err := w.server.RevokeSession(b.current(t)); err != nil {
					t.Fatal(err)
				}
				b.open(t, path).wantSignIn(t, path, "session-ended")
				b.open(t, path).wantSignIn(t, path, "")
			})
		}
	}
}

func TestPagesRefuseADeletedUser(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/sessions", "/sessions/accounts", "/sessions/devices"} {
		w := newWorld(t, options{})
		b := w.browser(t, ada)
		if err := w.server.RemoveUser(w.userID(t, ada)); err != nil {
			t.Fatal(err)
		}
		b.open(t, path).wantSignIn(t, path, "session-ended")
	}
}

func TestPagesSayThatClerkIsAway(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/sessions", "/sessions/accounts", "/sessions/devices"} {
		w := newWorld(t, options{})
		b := w.browser(t, ada)
		b.open(t, path).wantPage(t, http.StatusOK, path, "")
		w.server.SetUnreachable(true)
		p := b.open(t, path).wantPage(t, http.StatusServiceUnavailable, path, "")
		if p.Header().Get("Retry-After") != "5" || !strings.HasSuffix(p.text(t, "todo"), "Try again in 5 seconds.") || p.text(t, "reference") == "" {
			t.Errorf("%s: Retry-After %q, body %s", path, p.Header().Get("Retry-After"), p.Body)
		}
		if retry := attribute(p.all(t, "primary")[0], "href"); retry != path {
			t.Errorf("%s: try again at %s", path, retry)
		}
		w.server.SetUnreachable(false)
		b.open(t, path).wantPage(t, http.StatusOK, path, "")
	}
}
