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
)

// TestSwitchWithoutANameForTheAccount: the account is switched to, whether or not Clerk can say whose it is.
func TestSwitchWithoutANameForTheAccount(t *testing.T) {
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

// TestAccountsWithoutNamesOfOrganizations: an organization that can't be named is still no personal account.
func TestAccountsWithoutNamesOfOrganizations(t *testing.T) {
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

// without passes requests on to the Backend API, but refuses those with a part in their path while it is told to.
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
