package ginclerk_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// madeUp is a refresh token that Clerk does not know.
func (r *reader) madeUp(name string) option {
	return func(request *http.Request) {
		for cookie := range r.v.cookies {
			if strings.HasPrefix(cookie, "__refresh") {
				withCookie(cookie, name)(request)
			}
		}
	}
}

// TestWhatIsRememberedIsNoAnswer: a visitor whose refresh tokens Clerk has refused a moment ago is told so without Clerk being asked. That does
// not end an outage, in which others would wait for Clerk again.
func TestWhatIsRememberedIsNoAnswer(t *testing.T) {
	t.Parallel()
	for name, refused := range map[string][]string{
		"a refusal": {"one"},
		"many":      {"one", "two", "three"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReader(t, ada)
			other := &reader{app: r.app, v: r.visitor(t, bob)}
			other.v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, r.userID(t, bob))
			r.clock.Advance(2 * time.Minute)
			for _, token := range refused {
				r.reads(r.madeUp(token)).wantRan(t, false)
			}
			r.server.SetUnreachable(true)
			other.reads().wantSignedIn(t, r.userID(t, bob))
			r.clock.Advance(5 * time.Second)
			last := refused[0]
			if len(refused) > 1 {
				last = "another"
			}
			r.reads(r.madeUp(last)).wantRan(t, false)
			other.reads().wantSignedIn(t, r.userID(t, bob))
			for text, want := range map[string]int{"ginclerk: outage began": 1, "ginclerk: outage ended": 0} {
				if got := r.log.count(text); got != want {
					t.Errorf("%q is logged %d times, want %d", text, got, want)
				}
			}
		})
	}
}

// TestWhoReadsFindsNoRightInTheToken, wherever the claims are read from.
func TestWhoReadsFindsNoRightInTheToken(t *testing.T) {
	t.Parallel()
	r := newReader(t, ada)
	r.brings(t, clerktest.SessionOptions{OrganizationID: "acme"})
	seen := false
	r.engine.GET("/page", r.clerk.RequireSession(), func(c *gin.Context) {
		seen = true
		claims := ginclerk.From(c).Claims
		var all map[string]any
		if err := claims.Unmarshal(&all); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"fea", "pla", "fva", "org_role", "org_permissions"} {
			if value, found := claims.Claim(name); found {
				t.Errorf("Claim(%q) is %v", name, value)
			}
			if value, found := claims.Raw()[name]; found {
				t.Errorf("Raw has %q: %v", name, value)
			}
			if value, found := all[name]; found {
				t.Errorf("Unmarshal finds %q: %v", name, value)
			}
		}
		for _, object := range []any{all["o"], claims.Raw()["o"], func() any { o, _ := claims.Claim("o"); return o }()} {
			organization, _ := object.(map[string]any)
			for _, name := range []string{"rol", "per", "fpm"} {
				if organization[name] != nil {
					t.Errorf("o has %q: %v", name, organization[name])
				}
			}
		}
		if sid, _ := claims.Claim("sid"); sid != claims.SessionID {
			t.Errorf("sid is %v", sid)
		}
		c.String(http.StatusOK, "read")
	})
	r.server.SetUnreachable(true)
	r.ask(http.MethodGet, "/page", r.v.jar(), navigation).wantStatus(t, http.StatusOK)
	if !seen {
		t.Error("the page was not read")
	}
}

// TestMarksBehindTheGuard turn a reader away as those in front of it do.
func TestMarksBehindTheGuard(t *testing.T) {
	t.Parallel()
	r := newReader(t, ada)
	clients, err := ginclerk.ServeClients(ginclerk.ClientOptions{AllowMissingParty: true})
	if err != nil {
		t.Fatal(err)
	}
	protect, err := r.clerk.Protect(ginclerk.Rules{API: []string{"/(.*)"}, Public: []string{"/(.*)"}})
	if err != nil {
		t.Fatal(err)
	}
	signedIn := r.clerk.RequireSession()
	r.engine.GET("/clients", signedIn, clients, whoami)
	r.engine.GET("/public-api", signedIn, protect, whoami)
	r.server.SetUnreachable(true)
	for _, path := range []string{"/clients", "/public-api"} {
		r.ask(http.MethodGet, path, r.v.jar(), navigation).wantUnavailable(t)
	}
}

// TestAnOutageOfOneTenantIsNoOtherTenants, and the page of one tenant is not read with the token of another.
func TestAnOutageOfOneTenantIsNoOtherTenants(t *testing.T) {
	t.Parallel()
	down, up := newReader(t, ada), newReader(t, ada)
	tenants := ginclerk.NewTenants(func(r *http.Request) (*ginclerk.Clerk, error) {
		if r.URL.Path == "/up" {
			return up.clerk, nil
		}
		return down.clerk, nil
	})
	engine := gin.New()
	both := &app{server: down.server, clerk: tenants, clock: down.clock, engine: engine, log: down.log}
	signedIn := tenants.RequireSession()
	engine.GET("/down", signedIn, whoami)
	engine.GET("/up", signedIn, whoami)
	engine.GET("/up-behind-down", down.clerk.RequireSession(), up.clerk.RequireSession(), whoami)
	engine.GET("/down-behind-up", up.clerk.Attach(), down.clerk.RequireSession(), whoami)
	down.server.SetUnreachable(true)
	both.ask(http.MethodGet, "/down", down.v.jar(), navigation).wantSignedIn(t, down.userID(t, ada))
	both.ask(http.MethodGet, "/up", down.v.jar(), navigation).wantRan(t, false)
	both.ask(http.MethodGet, "/up-behind-down", down.v.jar(), navigation).wantRan(t, false)
	both.ask(http.MethodGet, "/down", up.v.jar(), navigation).wantRan(t, false)
}

// TestTheAccountThatIsRead is that of the token which Clerk would have renewed, whatever else a browser sends.
func TestTheAccountThatIsRead(t *testing.T) {
	t.Parallel()
	r := newReader(t, ada)
	other := r.visitor(t, bob)
	other.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, r.userID(t, bob))
	r.clock.Advance(2 * time.Minute)
	mixed := func(names ...string) option {
		return func(request *http.Request) {
			for name, value := range other.cookies {
				for _, begin := range names {
					if strings.HasPrefix(name, begin) {
						request.AddCookie(&http.Cookie{Name: name, Value: value})
					}
				}
			}
		}
	}
	for name, more := range map[string]option{
		"another account's session": mixed("__session"), "another account's refresh token": mixed("__refresh"), "all of another account": mixed("__"),
	} {
		r.server.SetUnreachable(false)
		r.clock.Advance(30 * time.Second)
		renewed := r.reads(more).Body.String()
		r.server.SetUnreachable(true)
		got := r.reads(more)
		if body := got.Body.String(); strings.Contains(body, "user_") && (body != renewed || !strings.Contains(renewed, "user_")) {
			t.Errorf("%s: reads as %q, and would be renewed as %q", name, body, renewed)
		}
	}
}

// TestAClockThatJumpsReadsNothing opens nothing: back before the token was issued, and ahead of the bound.
func TestAClockThatJumpsReadsNothing(t *testing.T) {
	t.Parallel()
	r := newReader(t, ada)
	r.server.SetUnreachable(true)
	r.reads().wantSignedIn(t, r.userID(t, ada))
	for _, jump := range []time.Duration{readingFor + time.Hour, 30 * 24 * time.Hour} {
		r.clock.Advance(jump)
		r.reads().wantUnavailable(t)
		r.clock.Advance(-jump)
		r.reads().wantSignedIn(t, r.userID(t, ada))
	}
	r.clock.Advance(-time.Hour)
	r.reads().wantRan(t, false)
}

// TestATokenFromBeforeTheLastSignInReadsNothing: the browser's user has signed in again since, perhaps as another one, and Clerk's scripts say so in a cookie.
func TestATokenFromBeforeTheLastSignInReadsNothing(t *testing.T) {
	t.Parallel()
	r := newReader(t, ada)
	r.server.SetUnreachable(true)
	r.reads().wantSignedIn(t, r.userID(t, ada))
	for name := range r.v.cookies {
		if strings.HasPrefix(name, "__client_uat") {
			r.v.cookies[name] = strconv.FormatInt(r.clock.Now().Unix(), 10)
		}
	}
	r.reads().wantRan(t, false)
}

// TestATokenWithoutASessionIsNoAnswer: Clerk makes such tokens of templates, and can't be asked to renew one.
func TestATokenWithoutASessionIsNoAnswer(t *testing.T) {
	t.Parallel()
	r := newReader(t, ada)
	made, err := r.server.CreateSession(r.userID(t, ada), clerktest.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	raw := r.mint(t, made.ID, clerktest.TokenOptions{Claims: map[string]any{"sid": nil}, Lifetime: -time.Minute})
	r.server.SetUnreachable(true)
	r.reads().wantSignedIn(t, r.userID(t, ada))
	r.clock.Advance(5 * time.Second)
	r.ask(http.MethodGet, "/guarded", func(request *http.Request) {
		for name, value := range r.v.cookies {
			if strings.HasPrefix(name, "__session") {
				value = raw
			}
			request.AddCookie(&http.Cookie{Name: name, Value: value})
		}
	}, navigation).wantRan(t, false)
	if got := r.log.count("ginclerk: outage ended"); got != 0 {
		t.Errorf("the outage ends %d times", got)
	}
}
