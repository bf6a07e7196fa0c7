package clerktest_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// bearer returns the claims of the token that a user's header has.
func bearer(tb testing.TB, srv *clerktest.Server, email string) map[string]any {
	tb.Helper()
	header, err := srv.Bearer(email)
	if err != nil {
		tb.Fatal(err)
	}
	raw, found := strings.CutPrefix(header, "Bearer ")
	if !found {
		tb.Fatalf("the header is %q, want Bearer and a token", header)
	}
	_, claims := verified(tb, srv, raw)
	return claims
}

// cookies returns the cookies of a user's header as a server reads them.
func cookies(tb testing.TB, srv *clerktest.Server, email string) map[string]string {
	tb.Helper()
	header, err := srv.CookieHeader(email)
	if err != nil {
		tb.Fatal(err)
	}
	read, err := http.ParseCookie(header)
	if err != nil {
		tb.Fatal(err)
	}
	values := map[string]string{}
	for _, cookie := range read {
		values[cookie.Name] = cookie.Value
	}
	return values
}

func TestBearerAndCookieHeaderAreOneSession(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	ada := user(t, srv, "ada@example.com")
	first, again := bearer(t, srv, ada.Email), bearer(t, srv, "ADA@example.com")
	_, inCookie := verified(t, srv, cookies(t, srv, ada.Email)["__session"])
	for name, claims := range map[string]map[string]any{"first": first, "again": again, "in the cookie": inCookie} {
		if claims["sub"] != ada.ID || claims["sid"] != first["sid"] || claims["azp"] != appOrigin || claims["sts"] != "active" {
			t.Errorf("%s: %v, want an active session of %s", name, claims, ada.ID)
		}
		if active, _ := claims["o"].(map[string]any); active["slg"] != "acme" {
			t.Errorf("%s: organization %v, want the active one of the seed", name, claims["o"])
		}
	}
	if other := bearer(t, srv, "bob@example.com"); other["sid"] == first["sid"] || other["sub"] == ada.ID {
		t.Errorf("Bob has %v", other)
	}
	if got := len(srv.Sessions(ada.ID)); got != 1 {
		t.Errorf("%d sessions, want one", got)
	}
}

func TestBearerSignsInAgainAfterTheSessionHasEnded(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	before, _ := bearer(t, srv, "ada@example.com")["sid"].(string)
	if err := srv.RevokeSession(before); err != nil {
		t.Fatal(err)
	}
	after, _ := bearer(t, srv, "ada@example.com")["sid"].(string)
	if ended, err := srv.Session(before); err != nil || ended.Status != "revoked" || after == before {
		t.Errorf("session %s is %q (%v), and the token is of %s", before, ended.Status, err, after)
	}
}

func TestBearerLeavesOtherBrowsersAlone(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	own, err := srv.NewBrowser().SignIn("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if got := bearer(t, srv, "ada@example.com"); got["sid"] == own.ID {
		t.Error("the token is of a session that the test made in a browser of its own")
	}
}

func TestBearerCreatesUsers(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	created := bearer(t, srv, "zoe@example.com")
	if created["email"] != "zoe@example.com" || created["o"] != nil {
		t.Errorf("claims %v, want a user with an address and nothing else", created)
	}
	if _, err := srv.NewBrowser().SignIn("zoe@example.com"); err != nil {
		t.Errorf("the user is there: %v", err)
	}
	id, _ := created["sub"].(string)
	if err := srv.RemoveUser(id); err != nil {
		t.Fatal(err)
	}
	if again := bearer(t, srv, "zoe@example.com"); again["sub"] == id {
		t.Errorf("the user is removed, and still has %v", again)
	}
}

func TestBearerSaysWhatIsNoAddress(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	for _, text := range []string{"", "ada", "Ada <ada@example.com>", "user_2abc", "ada@example.com, bob@example.com"} {
		for name, header := range map[string]func(string) (string, error){"Bearer": srv.Bearer, "CookieHeader": srv.CookieHeader} {
			got, err := header(text)
			if err == nil || got != "" || !strings.Contains(err.Error(), "name the user by one, such as ada@example.com") {
				t.Errorf("%s(%q) returns %q, %v", name, text, got, err)
			}
		}
	}
}

func TestBearerForManyAtOnce(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := srv.Bearer("zoe@example.com"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	zoe, _ := bearer(t, srv, "zoe@example.com")["sub"].(string)
	if got := len(srv.Sessions(zoe)); got != 1 {
		t.Errorf("%d sessions, want one", got)
	}
}

// The Frontend API is where SDKs expect a proxy of it, too.
func TestTheFrontendAPIHasTheAddressOfAProxy(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	call{method: http.MethodGet, url: srv.ProxyURL() + "/v1/environment"}.do(t).want(t, http.StatusOK)
	if calls := srv.Calls()["GET /v1/environment"]; calls != 1 {
		t.Errorf("counted %d times: %v", calls, srv.Calls())
	}
	call{method: http.MethodGet, url: srv.ProxyURL() + "/backend/v1/users", header: map[string]string{"Authorization": "Bearer " + srv.SecretKey()}}.
		do(t).want(t, http.StatusNotImplemented)
}

func TestSignInURLIsWhereThePortalIs(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		change func(*clerktest.Config)
		own    bool
	}{
		{"the application shows it", func(c *clerktest.Config) { c.SignInPath, c.SignUpPath = "/in", "/up" }, false},
		{"the server shows it", func(c *clerktest.Config) { c.ServePortal, c.SignInPath, c.SignUpPath = true, "/in", "/up" }, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			srv := clerktest.New(t, row.change)
			base := ""
			if row.own {
				base = srv.FrontendURL()
				call{method: http.MethodGet, url: srv.SignInURL()}.madeUp().do(t).want(t, http.StatusOK)
			}
			if srv.SignInURL() != base+"/in" || srv.SignUpURL() != base+"/up" {
				t.Errorf("they are at %s and %s", srv.SignInURL(), srv.SignUpURL())
			}
		})
	}
}
