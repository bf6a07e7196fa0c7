package ginclerk_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
)

// slowly follows redirects as a browser on a slow network does: Clerk's own counter has lapsed at each hop.
func (v *visitor) slowly(t *testing.T, target string, options ...option) *answer {
	t.Helper()
	for range maxHops {
		delete(v.cookies, "__clerk_redirect_count")
		got := v.ask(http.MethodGet, target, append([]option{navigation}, options...)...)
		next, own := strings.CutPrefix(got.Header().Get("Location"), ownOrigin)
		if got.Code < 300 || got.Code > 399 || !own && !strings.HasPrefix(next, "/") {
			return got
		}
		target = next
	}
	t.Fatalf("went round in circles: %s", target)
	return nil
}

// TestHandshakesThatCannotHelpEnd, however slow each of them is.
func TestHandshakesThatCannotHelpEnd(t *testing.T) {
	t.Parallel()
	for _, kind := range []instance.Type{instance.Development, instance.Production} {
		t.Run(string(kind)+", an organization that the user is not in", func(t *testing.T) {
			t.Parallel()
			a := proxied(t, append(typed(kind), configured(func(c *ginclerk.Config) {
				c.OrganizationSync.OrganizationPatterns = []string{"/orgs/:slug"}
			}))...)
			a.engine.GET("/orgs/:slug", a.clerk.RequireSession(), whoami)
			v := a.visitor(t, mia)
			v.slowly(t, "/orgs/acme").wantSignedIn(t, a.userID(t, mia))
			v.slowly(t, "/orgs/acme").wantSignedIn(t, a.userID(t, mia))
		})
		t.Run(string(kind)+", a link of another site", func(t *testing.T) {
			t.Parallel()
			a := proxied(t, typed(kind)...)
			v := a.visitor(t, ada)
			v.slowly(t, "/guarded", header("Referer", "https://search.example/")).wantSignedIn(t, a.userID(t, ada))
		})
		t.Run(string(kind)+", an answer in a cookie that stays", func(t *testing.T) {
			t.Parallel()
			a := proxied(t, typed(kind)...)
			name, value := a.visitor(t, mia).answerOf(t, "nonce")
			v := a.visitor(t)
			stays := plantedCookie(name, value)
			if end := v.slowly(t, "/guarded", stays); end.request.URL.Path != "/sign-in" {
				t.Errorf("arrived at %s", end.request.RequestURI)
			}
		})
		t.Run(string(kind)+", a Clerk that gives answers which it does not know", func(t *testing.T) {
			t.Parallel()
			a := proxied(t, typed(kind)...)
			v := a.visitor(t, ada)
			for name := range v.cookies {
				if strings.HasPrefix(name, "__session") || strings.HasPrefix(name, "__refresh") {
					delete(v.cookies, name)
				}
			}
			target := "/guarded"
			for range maxHops {
				delete(v.cookies, "__clerk_redirect_count")
				got := v.ask(http.MethodGet, target, navigation)
				if got.Code == http.StatusOK || strings.Contains(got.Header().Get("Location"), "/sign-in") {
					return
				}
				target = strings.TrimPrefix(got.Header().Get("Location"), ownOrigin)
				if kind == instance.Production && strings.HasPrefix(target, "/guarded?__ginclerk_handshake") {
					v.cookies["__clerk_handshake_nonce"] = "unknown"
				}
				if before, _, found := strings.Cut(target, "__clerk_handshake_nonce="); found {
					target = before + "__clerk_handshake_nonce=unknown"
				}
			}
			t.Error("went round in circles")
		})
	}
}

// TestAProductionSatelliteIsSyncedOnce, and not asked again by the address that it comes back to.
func TestAProductionSatelliteIsSyncedOnce(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		autoSync bool
		target   string
		users    []string
	}{
		"somebody comes back from signing in":       {false, "/guarded?a=1&__clerk_synced=false", []string{ada}},
		"nobody comes back from signing in":         {false, "/?a=1&__clerk_synced=false", nil},
		"nobody visits a satellite that syncs":      {true, "/?a=1", nil},
		"somebody visits a satellite that syncs":    {true, "/?a=1", []string{ada}},
		"nobody visits a page that needs a session": {true, "/guarded?a=1", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := proxied(t, production(), configured(func(c *ginclerk.Config) {
				c.MultiDomain.Satellite = &authn.Satellite{Domain: "satellite.example", AutoSync: row.autoSync}
				c.SignInURL = "https://primary.example/sign-in"
				c.Unsafe.SkipIssuer = true
			}))
			v := a.visitor(t, row.users...)
			for name := range v.cookies {
				if name != "__client" {
					delete(v.cookies, name)
				}
			}
			end := v.slowly(t, row.target)
			switch {
			case len(row.users) > 0:
				end.wantSignedIn(t, a.userID(t, ada))
			case strings.HasPrefix(row.target, "/guarded"):
				if !strings.HasPrefix(end.Header().Get("Location"), "https://primary.example/sign-in") {
					t.Errorf("arrived at %s: %d, %s", end.request.RequestURI, end.Code, end.Header().Get("Location"))
				}
			default:
				end.wantStatus(t, http.StatusOK)
			}
			if got := end.request.URL.Query(); got.Get("a") != "1" || got.Get("__clerk_synced") != "true" || got.Has("__ginclerk_handshake") {
				t.Errorf("arrived at %s", end.request.RequestURI)
			}
		})
	}
}

// TestAnAnswerOfAnotherTenantIsNotBelieved, although the browser is on a handshake of the first, and both have the same keys
// for cookies.
func TestAnAnswerOfAnotherTenantIsNotBelieved(t *testing.T) {
	t.Parallel()
	keys := configured(func(c *ginclerk.Config) {
		c.CookieKeys = [][]byte{[]byte(strings.Repeat("k", sealed.MinKeyLength))}
	})
	one, two := proxied(t, production(), keys), proxied(t, production(), keys)
	v := one.visitor(t, ada)
	delete(v.cookies, "__session")
	delete(v.cookies, one.clerk.PublishableKey().Suffixed("__session"))
	back := strings.TrimPrefix(v.ask(http.MethodGet, "/guarded", navigation).location(t).Query().Get("redirect_url"), ownOrigin)
	name, value := two.visitor(t, mia).answerOf(t, "nonce")
	two.ask(http.MethodGet, back+"&"+name+"="+value, v.jar(), navigation).wantNoSession(t).
		wantHandshake(t, string(reason.HandshakeNotBegun))
	name, value = two.visitor(t, mia).answerOf(t, "token")
	one.ask(http.MethodGet, back+"&"+name+"="+value, v.jar(), navigation).wantNoSession(t)
}

// TestTheWayBackFromTheAccountPortal begins a handshake of our own, whatever answers come along.
func TestTheWayBackFromTheAccountPortal(t *testing.T) {
	t.Parallel()
	a := proxied(t, configured(func(c *ginclerk.Config) { c.SignInURL = "" }))
	v := a.visitor(t)
	clear(v.cookies)
	v.arrive(t, "/guarded")
	signedIn := a.visitor(t, ada) // the same person, at the Account Portal
	name, value := signedIn.answerOf(t, "nonce")
	for _, extra := range []string{"", "&" + name + "=" + value} {
		end := v.arrive(t, "/guarded?__clerk_db_jwt="+signedIn.agent.DevBrowser()+extra)
		if end.wantSignedIn(t, a.userID(t, ada)); end.request.RequestURI != "/guarded" {
			t.Errorf("arrived at %s", end.request.RequestURI)
		}
	}
}

// TestAManyTimesBegunHandshakeFillsNoBrowser: the oldest are forgotten.
func TestAManyTimesBegunHandshakeFillsNoBrowser(t *testing.T) {
	t.Parallel()
	a := proxied(t, production())
	v := a.visitor(t, ada)
	for name := range v.cookies {
		if strings.HasPrefix(name, "__session") || strings.HasPrefix(name, "__refresh") {
			delete(v.cookies, name)
		}
	}
	for range 40 {
		delete(v.cookies, "__clerk_redirect_count")
		v.ask(http.MethodGet, "/guarded", navigation).wantStatus(t, http.StatusTemporaryRedirect)
	}
	begun := 0
	for name := range v.cookies {
		if strings.HasPrefix(name, "__Host-ginclerk_handshake_") {
			begun++
		}
	}
	if begun == 0 || begun > 20 {
		t.Errorf("the browser keeps %d handshakes", begun)
	}
}
