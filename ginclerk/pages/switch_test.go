package pages_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

// The switch succeeds even if Clerk does not return the account's name.
func TestASwitchNeedsNoAccountName(t *testing.T) {
	t.Parallel()
	var noUsers atomic.Bool
	w := newWorld(t, options{api: func(address string) string { return without(t, address, "/v1/users", &noUsers) }})
	b := w.browser(t, mia, ada)
	target := w.server.Sessions(w.userID(t, mia))[0].ID
	noUsers.Store(true)
	answer := b.ask(http.MethodPost, w.base+"/switch", url.Values{"session_id": {target}})
	noUsers.Store(false)
	p := b.follow(t, answer).wantPage(t, http.StatusOK, "/sessions/accounts", "").wantNotice(t, "Done. You switched to another account.")
	if got := p.text(t, "viewer-email"); got != mia {
		t.Errorf("signed in as %s, want %s", got, mia)
	}
}

// An organization without a name is not a personal account.
func TestAnOrganizationWithoutANameIsNotAPersonalAccount(t *testing.T) {
	t.Parallel()
	var noNames atomic.Bool
	w := newWorld(t, options{api: func(address string) string { return without(t, address, "/organization_memberships", &noNames) }})
	b := w.browser(t, mia, ada)
	shown := func() []string {
		var organizations []string
		for _, row := range b.open(t, "/sessions/accounts").wantPage(t, http.StatusOK, "/sessions/accounts", "").all(t, "account-row") {
			organizations = append(organizations, textIn(t, row, "organization"))
		}
		return organizations
	}
	if diff := cmp.Diff([]string{"Acme", "Personal account"}, shown()); diff != "" {
		t.Errorf("organizations (-want +got):\n%s", diff)
	}
	session, err := w.server.Session(b.current(t))
	if err != nil {
		t.Fatal(err)
	}
	noNames.Store(true)
	if diff := cmp.Diff([]string{session.OrganizationID, "Personal account"}, shown()); diff != "" {
		t.Errorf("organizations without names (-want +got):\n%s", diff)
	}
}

// without forwards requests to the Backend API, but refuses requests with part in their path while it is set.
func without(t *testing.T, address, part string, refuse *atomic.Bool) string {
	t.Helper()
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if refuse.Load() && strings.Contains(r.URL.Path, part) {
			http.Error(w, "out of order", http.StatusBadRequest)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// apart returns a production application without a proxy, which never sees the browser's credential, and a browser with two
// accounts. Ada's is the browser's own account.
func apart(t *testing.T) (w *world, b *browser, target string) {
	t.Helper()
	w = newWorld(t, options{kind: instance.Production, noProxy: true})
	b = w.browser(t, mia, ada)
	delete(b.cookies, "__client")
	return w, b, w.server.Sessions(w.userID(t, mia))[0].ID
}

func TestASwitchNeedsNoBrowserCredential(t *testing.T) {
	t.Parallel()
	w, b, target := apart(t)
	own := b.current(t)
	p := b.send(t, "/switch", target).wantPage(t, http.StatusOK, "/sessions/accounts", "").wantNotice(t, "Done. You switched to "+mia+".")
	if row := p.all(t, "account-row")[0]; attribute(row, "data-session-id") != target || len(allIn(row, "current")) != 1 {
		t.Error("the account that was chosen is not the current one")
	}
	if got := b.open(t, "/sessions").wantNotice(t, "").text(t, "session-id"); got != target {
		t.Errorf("the session is %s", got)
	}
	b.send(t, "/switch", own).wantNotice(t, "Done. You switched to "+ada+".")
	if got := b.open(t, "/sessions").text(t, "session-id"); got != own || b.cookies["__Host-ginclerk_selection"] != "" {
		t.Errorf("the session is %s", got)
	}
	if w.statusOf(t, target) != "active" {
		t.Error("it was ended")
	}
}

// The browser falls back to its own account, with a notice. The action is not done.
func TestARevokedChoiceFallsBackToTheBrowsersAccount(t *testing.T) {
	t.Parallel()
	const notice = "Warning. The account you switched to was signed out, so nothing was changed. You’re back in your other account."
	w, b, target := apart(t)
	own := b.current(t)
	b.send(t, "/switch", target).wantNotice(t, "Done. You switched to "+mia+".")
	if err := w.server.RevokeSession(target); err != nil {
		t.Fatal(err)
	}
	if err := w.clerk.Revoke(t.Context(), revocation.Entry{SessionID: target}); err != nil { // like a webhook
		t.Fatal(err)
	}
	p := b.open(t, "/sessions").wantPage(t, http.StatusOK, "/sessions", "").wantNotice(t, notice)
	if got := p.text(t, "session-id"); got != own {
		t.Errorf("the session is %s", got)
	}
	b.open(t, "/sessions").wantNotice(t, "")
	b.send(t, "/switch", target).wantNotice(t, "That didn’t work. That device or account isn’t signed in. Nothing changed.")
}
