package ginclerk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// linkParameters are those that Clerk's e-mails and pages put into links, each with a value that needs escapes.
func linkParameters() url.Values {
	carried := url.Values{}
	for _, name := range []string{
		"__clerk_ticket", "__clerk_status", "__clerk_invitation_token", "__clerk_created_session", "__clerk_modal_state",
		"__clerk_error_code", "__clerk_reset_password", "__clerk_testing_token", "rotating_token_nonce",
		"email_address", "phone_number", "username", "first_name", "last_name",
	} {
		carried.Set(name, name+"+&=/ é")
	}
	for _, name := range []string{
		"sign_in_force_redirect_url", "sign_in_fallback_redirect_url", "sign_up_force_redirect_url", "sign_up_fallback_redirect_url",
		"after_sign_in_url", "after_sign_up_url",
	} {
		carried.Set(name, ownOrigin+"/welcome?a=b")
	}
	return carried
}

// leadsToSignIn is one way to a page where people sign in or up.
type leadsToSignIn struct {
	name    string
	options []option
	address func(*answer) string
	route   func(*app) // at /here
	header  func(query string) option
}

func location(got *answer) string { return got.Header().Get("Location") }

func waysToSignIn() []leadsToSignIn {
	return []leadsToSignIn{
		{"the Account Portal's handler for sign-up", []option{navigation}, location, func(a *app) {
			a.engine.GET("/here", a.clerk.AccountPortal("/sign-up"))
		}, nil},
		{"the Account Portal's handler for sign-in", []option{navigation}, location, func(a *app) {
			a.engine.GET("/here", a.clerk.AccountPortal("/sign-in"))
		}, nil},
		{"a guard", []option{navigation}, location, func(a *app) {
			a.engine.GET("/here", a.clerk.RequireSession(), whoami)
		}, nil},
		{"rules", []option{navigation}, location, func(a *app) {
			protect, _ := a.clerk.Protect(ginclerk.Rules{})
			a.engine.GET("/here", protect, whoami)
		}, nil},
		{"a guard in front of htmx", []option{htmx}, func(got *answer) string { return got.Header().Get("HX-Redirect") }, func(a *app) {
			a.engine.GET("/here", a.clerk.RequireSession(), whoami)
		}, func(query string) option { return header("HX-Current-URL", ownOrigin+"/page?"+query) }},
		{"a link to sign in", []option{navigation}, func(got *answer) string { return got.Body.String() }, func(a *app) {
			a.engine.GET("/here", func(c *gin.Context) { c.String(http.StatusOK, "%s", a.clerk.Links(c).SignIn("/x")) })
		}, nil},
		{"a link to sign up", []option{navigation}, func(got *answer) string { return got.Body.String() }, func(a *app) {
			a.engine.GET("/here", func(c *gin.Context) { c.String(http.StatusOK, "%s", a.clerk.Links(c).SignUp("/x")) })
		}, nil},
	}
}

func (w leadsToSignIn) follow(t *testing.T, query string) url.Values {
	t.Helper()
	a := newApp(t)
	w.route(a)
	v := a.visitor(t)
	options, target := w.options, "/here?"+query
	if w.header != nil {
		options, target = append([]option{w.header(query)}, options...), "/here"
	}
	got := v.ask(http.MethodGet, target, options...)
	u, err := url.Parse(w.address(got))
	if err != nil || !strings.Contains(u.Path, "/sign-") {
		t.Fatalf("status %d, leads to %q", got.Code, w.address(got))
	}
	return u.Query()
}

// TestWhatALinkCarriesArrives at the page where people sign in or up, whatever leads there.
func TestWhatALinkCarriesArrives(t *testing.T) {
	t.Parallel()
	for _, way := range waysToSignIn() {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			carried := linkParameters()
			got := way.follow(t, carried.Encode()+"&own=1")
			for name := range carried {
				if got.Get(name) != carried.Get(name) {
					t.Errorf("%s is %q, want %q", name, got.Get(name), carried.Get(name))
				}
			}
			if got.Has("own") {
				t.Error("a parameter of the application's own was sent to Clerk")
			}
		})
	}
}

// TestALinkStartsNothingOfOurs: what would make this application act does not go along, nor does a place of somebody else's.
func TestALinkStartsNothingOfOurs(t *testing.T) {
	t.Parallel()
	flow := url.Values{}
	for _, name := range []string{
		"__clerk_help", "__clerk_redirect_url", "__clerk_synced", "__clerk_satellite_url", "__dev_session", "__session", "suffixed_cookies",
	} {
		flow.Set(name, "evil")
	}
	evil := url.Values{
		"redirect_url":                  {ownOrigin + "/x?__clerk_handshake_nonce=evil&__clerk_ticket=evil"},
		"sign_in_force_redirect_url":    {evilOrigin + "/"},
		"sign_up_fallback_redirect_url": {"//evil.example"},
		"after_sign_in_url":             {"/x?__clerk_handshake=evil"},
		"__clerk_ticket":                {"ticket"},
	}
	for _, way := range waysToSignIn() {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			got := way.follow(t, flow.Encode()+"&"+evil.Encode())
			back, err := url.Parse(got.Get("redirect_url"))
			if err != nil || back.Scheme+"://"+back.Host != ownOrigin {
				t.Errorf("comes back to %q", got.Get("redirect_url"))
			}
			for name := range back.Query() {
				if strings.HasPrefix(name, "__clerk") {
					t.Errorf("comes back to %s", back)
				}
			}
			for name, values := range got {
				for _, value := range values {
					if name != "redirect_url" && strings.Contains(value, "evil") {
						t.Errorf("%s is %q", name, value)
					}
				}
			}
			if got.Get("__clerk_ticket") != "ticket" {
				t.Errorf("the ticket is %q", got.Get("__clerk_ticket"))
			}
		})
	}
}

// TestADevBrowserOfALinkIsNotCarriedOn: it is somebody else's.
func TestADevBrowserOfALinkIsNotCarriedOn(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.GET("/sign-in/*path", a.clerk.AccountPortal("/sign-in"))
	got := a.ask(http.MethodGet, "/sign-in/?__clerk_db_jwt=evil&__clerk_ticket=t", navigation, withCookie("__clerk_db_jwt", "mine")).location(t)
	if db := got.Query()["__clerk_db_jwt"]; len(db) != 1 || db[0] != "mine" || got.Query().Get("__clerk_ticket") != "t" {
		t.Errorf("leads to %s", got)
	}
}

// TestATicketOutlivesAHandshake that lies between the e-mail and the page.
func TestATicketOutlivesAHandshake(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T) (*app, *visitor){
		"a new browser": func(t *testing.T) (*app, *visitor) {
			t.Helper()
			a := proxied(t)
			v := a.visitor(t)
			clear(v.cookies)
			return a, v
		},
		"a session that has ended": func(t *testing.T) (*app, *visitor) {
			t.Helper()
			a := proxied(t)
			a.engine.GET("/ended", a.clerk.RequireSession(), func(c *ginContext) { ginclerk.SessionEnded(c) })
			v := a.visitor(t, ada)
			if err := a.server.RevokeSession(a.server.Sessions(a.userID(t, ada))[0].ID); err != nil {
				t.Fatal(err)
			}
			return a, v
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, v := start(t)
			target := "/guarded"
			if name != "a new browser" {
				target = "/ended"
			}
			end := v.arrive(t, target+"?x=1&__clerk_ticket=t&__clerk_status=sign_up")
			query := end.request.URL.Query()
			if end.request.URL.Path != "/sign-in" || query.Get("__clerk_ticket") != "t" || query.Get("__clerk_status") != "sign_up" ||
				query.Get("redirect_url") != ownOrigin+target+"?x=1" {
				t.Errorf("arrived at %s", end.request.RequestURI)
			}
		})
	}
}
