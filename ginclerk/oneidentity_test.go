package ginclerk_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// authorization sets the header to exactly these values, as the wire may bring them.
func authorization(values ...string) option {
	return func(r *http.Request) { r.Header["Authorization"] = values }
}

// bearerSpellings are ways to present a token, and whether a server has to understand them.
func bearerSpellings(token string) map[string]struct {
	values     []string
	understood bool
} {
	type spelling = struct {
		values     []string
		understood bool
	}
	return map[string]spelling{
		"as usual":                     {[]string{"Bearer " + token}, true},
		"in lower case":                {[]string{"bearer " + token}, true},
		"in upper case":                {[]string{"BEARER " + token}, true},
		"in mixed case":                {[]string{"bEaReR " + token}, true},
		"after two blanks":             {[]string{"Bearer  " + token}, true},
		"after many blanks":            {[]string{"bearer     " + token}, true},
		"between blanks":               {[]string{"  Bearer " + token + "  "}, true},
		"between tabs":                 {[]string{"\tbearer " + token + "\t"}, true},
		"without a scheme":             {[]string{token}, true},
		"after a tab":                  {[]string{"Bearer\t" + token}, false},
		"after a tab and a blank":      {[]string{"Bearer\t " + token}, false},
		"after a blank and a tab":      {[]string{"Bearer \t" + token}, false},
		"after a no-break space":       {[]string{"Bearer\u00a0" + token}, false},
		"after a colon":                {[]string{"Bearer: " + token}, false},
		"after an equals sign":         {[]string{"Bearer=" + token}, false},
		"in quotes":                    {[]string{"\"Bearer " + token + "\""}, false},
		"without a token":              {[]string{"Bearer"}, false},
		"with a blank for a token":     {[]string{"Bearer "}, false},
		"without a token, lower case":  {[]string{"bearer"}, false},
		"without a token, and blanks":  {[]string{"bearer   "}, false},
		"twice":                        {[]string{"Bearer " + token, "Bearer " + token}, false},
		"twice, in one":                {[]string{"Bearer " + token + ", Bearer " + token}, false},
		"after another scheme":         {[]string{"Basic YTpi", "bearer " + token}, false},
		"before another scheme":        {[]string{"bearer " + token, "Basic YTpi"}, false},
		"after another scheme, in one": {[]string{"Basic YTpi, bearer " + token}, false},
		"after parameters, in one":     {[]string{"Digest username=\"a\", realm=\"b\",bearer " + token}, false},
		"after another, tabbed":        {[]string{"Basic YTpi,\tBEARER\t" + token}, false},
		"after an empty one":           {[]string{"", "bearer " + token}, false},
		"before an empty one":          {[]string{"bearer " + token, ""}, false},
		"after a token alone":          {[]string{token, token}, false},
	}
}

// A request with a bearer token is decided by it alone, in whatever way it is written, whoever is in the cookies.
func TestARequestWithABearerIsNeverAnsweredAsTheUserOfItsCookies(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	a.engine.Any("/token", a.clerk.RequireToken(ginclerk.SessionToken, ginclerk.APIKey), whoami)
	a.engine.Any("/any", a.clerk.RequireToken(), whoami)
	a.engine.Any("/key", a.clerk.RequireToken(ginclerk.APIKey), whoami)
	session := a.session(t, bob, clerktest.SessionOptions{})
	tokens := map[string]string{
		"good":    a.mint(t, session.ID, clerktest.TokenOptions{}),
		"expired": a.mint(t, session.ID, clerktest.TokenOptions{Lifetime: -time.Minute}),
		"foreign": newApp(t).token(t, bob),
		"forged":  a.mint(t, session.ID, clerktest.TokenOptions{})[1:],
		"opaque":  "ak_unknown",
	}
	adaID, bobID := a.userID(t, ada), a.userID(t, bob)
	fresh, expired := a.visitor(t, ada), a.visitor(t, ada)
	expired.cookies["__session"] = a.mint(t, mustSession(t, a, expired.cookies["__session"]), clerktest.TokenOptions{Lifetime: -time.Minute})
	for name, token := range tokens {
		for spelling, row := range bearerSpellings(token) {
			for kind, request := range map[string]option{"a page": navigation, "a script": fetched, "a form": ownForm, "a program": program} {
				for _, v := range []*visitor{fresh, expired} {
					for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
						for _, target := range []string{"/", "/guarded", "/token", "/any", "/key"} {
							got := a.ask(method, target, v.jar(), request, authorization(row.values...))
							if strings.Contains(got.Body.String(), adaID) {
								t.Fatalf("a %s token %s, %s %s of %s: answered as the cookies' user", name, spelling, method, target, kind)
							}
							understood := row.understood && name == "good" && target != "/key" && method == http.MethodGet
							if signedIn := strings.HasPrefix(got.Body.String(), bobID); understood && !signedIn {
								t.Fatalf("a good token %s, %s %s of %s: %d %s", spelling, method, target, kind, got.Code, got.Body)
							}
						}
					}
				}
			}
		}
	}
}

// mustSession returns the id of the session that a token names.
func mustSession(t *testing.T, a *app, raw string) string {
	t.Helper()
	got := a.ask(http.MethodGet, "/", program, bearer(raw))
	_, id, found := strings.Cut(got.Body.String(), " in ")
	if !found {
		t.Fatalf("the token names no session: %s", got.Body)
	}
	return id
}

// A scheme of somebody else's leaves the request to its cookies: a site in front may ask for a password of its own.
func TestOtherSchemesLeaveARequestToItsCookies(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	v := a.visitor(t, ada)
	for _, values := range [][]string{
		nil, {""}, {" "}, {"Basic YTpi"}, {"basic YTpi"}, {"Negotiate YII="}, {"Digest username=\"bearer\", realm=\"a, b\""}, {"Basic YTpi", "Basic YTpi"},
	} {
		a.ask(http.MethodGet, "/guarded", v.jar(), navigation, authorization(values...)).wantSignedIn(t, a.userID(t, ada))
	}
}

// The refresh token in the cookies is of the cookies' session: no bearer token is renewed with it.
func TestABearerIsNotRenewedWithTheRefreshTokenOfTheCookies(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	v := a.visitor(t, ada)
	expired := a.mint(t, a.session(t, bob, clerktest.SessionOptions{}).ID, clerktest.TokenOptions{Lifetime: -time.Minute})
	own := a.mint(t, mustSession(t, a, v.cookies["__session"]), clerktest.TokenOptions{Lifetime: -time.Minute})
	before := a.server.Calls()[refreshCall]
	for _, raw := range []string{expired, own} {
		for _, request := range []option{navigation, fetched, ownForm} {
			for _, method := range []string{http.MethodGet, http.MethodPost} {
				got := a.ask(method, "/guarded", v.jar(), request, bearer(raw)).wantRan(t, false)
				if cookie := got.setCookies()["__session"]; cookie != nil {
					t.Errorf("%s sets __session", method)
				}
			}
		}
	}
	if asked := a.server.Calls()[refreshCall] - before; asked != 0 {
		t.Errorf("Clerk was asked %d times to renew a session", asked)
	}
}

// refreshCall is how the embedded Clerk counts renewals.
const refreshCall = "POST /v1/sessions/{session_id}/refresh"

// What a bearer token's session does is done to that session: the browser's cookies are of another and stay.
func TestABearersSessionIsNotTheBrowsers(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.attached()
	a.engine.GET("/leave", a.clerk.RequireSession(), func(c *gin.Context) {
		leaveSession(a.clerk, c, "/", reason.SessionEnded)
	})
	a.engine.GET("/credential", a.clerk.RequireSession(), func(c *gin.Context) {
		c.JSON(http.StatusOK, serve(a.clerk, c).Browser().HasCredential())
	})
	v := a.visitor(t, ada)
	token := bearer(a.token(t, bob))
	if got := a.ask(http.MethodGet, "/leave", v.jar(), navigation, token).wantStatus(t, http.StatusSeeOther); len(got.Header().Values("Set-Cookie")) != 0 {
		t.Errorf("the browser's cookies change: %q", got.Header().Values("Set-Cookie"))
	}
	for want, options := range map[string][]option{"true": {v.jar(), navigation}, "false": {v.jar(), navigation, token}} {
		if got := a.ask(http.MethodGet, "/credential", options...); got.Body.String() != want {
			t.Errorf("a credential to act for the browser: %s, want %s", got.Body, want)
		}
	}
}
