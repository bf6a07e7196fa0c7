package ginclerk_test

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// A form of an account's page whose action lacks the path of the account would be done for the browser's own account.
func TestAFormOfAnAccountThatIsSentOutsideIsRefused(t *testing.T) {
	t.Parallel()
	a, v := tabbed(t)
	without := func(name string) option { return func(r *http.Request) { r.Header.Del(name) } }
	for name, from := range map[string][]option{
		"a form":                          {ownForm, header("Referer", ownOrigin+"/u/0/guarded?x=1")},
		"a form of the account's path":    {ownForm, header("Referer", ownOrigin+"/u/0")},
		"a script":                        {fetched, header("Referer", ownOrigin+"/u/1/guarded")},
		"htmx":                            {htmx, header("Referer", ownOrigin+"/u/0/a%2Fb")},
		"htmx without Referer":            {htmx, header("HX-Current-URL", ownOrigin+"/u/0/guarded")},
		"an older browser":                {ownForm, without("Sec-Fetch-Site"), header("Referer", ownOrigin+"/u/0/guarded")},
		"another scheme of authorization": {ownForm, header("Authorization", "Basic eDp5"), header("Referer", ownOrigin+"/u/0/guarded")},
	} {
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete} {
			got := v.ask(method, "/guarded", from...).wantRan(t, false).wantHeader(t, "Cache-Control", "no-store")
			if got.Code != http.StatusConflict || !strings.Contains(got.Body.String(), "Nothing was done") {
				t.Errorf("%s, %s: %d %s", name, method, got.Code, got.Body)
			}
		}
		v.ask(http.MethodGet, "/guarded", from...).wantSignedIn(t, a.userID(t, bob))
		v.ask(http.MethodPost, "/u/0/guarded", from...).wantSignedIn(t, a.userID(t, ada))
	}
	for _, referer := range []string{"", ownOrigin + "/guarded", ownOrigin + "/users/u/0/x", ownOrigin + "/", "::", ownOrigin + "/guarded?/u/0/"} {
		v.ask(http.MethodPost, "/guarded", ownForm, header("Referer", referer)).wantSignedIn(t, a.userID(t, bob))
	}
	v.ask(http.MethodPost, "/guarded", fetched, bearer(a.token(t, mia)), header("Referer", ownOrigin+"/u/0/guarded")).wantSignedIn(t, a.userID(t, mia))
	// What another site sends is judged as ever.
	v.ask(http.MethodPost, "/guarded", navigation, header("Sec-Fetch-Site", "cross-site"), header("Origin", evilOrigin), header("Referer", evilOrigin+"/u/0/x")).
		wantStatus(t, http.StatusForbidden)
	// clerk-js of an account's page reaches the Frontend API.
	got := v.ask(http.MethodPost, "/__clerk"+"/v1/environment", fetched, header("Referer", ownOrigin+"/u/0/guarded"))
	if got.Code == http.StatusConflict {
		t.Errorf("the proxy: %d %s", got.Code, got.Body)
	}
	v.ask(http.MethodPost, "/__clerk"+"x/v1", fetched, header("Referer", ownOrigin+"/u/0/guarded")).wantStatus(t, http.StatusConflict)
}

// What presents a bearer token is decided by that alone, wherever it comes from, and is not the browser's own account's. So it is not refused for its
// Referer; without a token in the header it is.
func TestABearerTokenFromAPageOfAnAccountIsDecidedByItself(t *testing.T) {
	t.Parallel()
	a, v := tabbed(t)
	mias := a.token(t, mia)
	page := header("Referer", ownOrigin+"/u/0/guarded")
	for _, row := range []struct {
		name   string
		values []string
		want   int // 200 is Mia's
	}{
		{"a token", []string{"Bearer " + mias}, http.StatusOK},
		{"a scheme in small letters", []string{"bearer " + mias}, http.StatusOK},
		{"several blanks", []string{"Bearer   " + mias}, http.StatusOK},
		{"a token without a scheme", []string{mias}, http.StatusOK},
		{"a token that is none", []string{"Bearer x.y.z"}, http.StatusUnauthorized},
		{"a scheme without a token", []string{"Bearer"}, http.StatusUnauthorized},
		{"a scheme and a blank", []string{"Bearer "}, http.StatusUnauthorized},
		{"a tab behind the scheme", []string{"Bearer\t" + mias}, http.StatusUnauthorized},
		{"a scheme that can't be one", []string{"Bear@r " + mias}, http.StatusUnauthorized},
		{"two tokens", []string{"Bearer " + mias, "Bearer " + mias}, http.StatusUnauthorized},
		{"a token behind other credentials", []string{"Basic eDp5", "Bearer " + mias}, http.StatusUnauthorized},
		{"a token in front of other credentials", []string{"Bearer " + mias, "Basic eDp5"}, http.StatusUnauthorized},
		{"a token in a list of credentials", []string{"Basic eDp5, Bearer " + mias}, http.StatusUnauthorized},
		{"an empty value", []string{""}, http.StatusConflict},
		{"blanks", []string{"  "}, http.StatusConflict},
		{"credentials of another scheme", []string{"Basic eDp5"}, http.StatusConflict},
		{"two credentials of other schemes", []string{"Basic eDp5", `Digest username="Bearer x"`}, http.StatusConflict},
	} {
		presents := func(r *http.Request) { r.Header["Authorization"] = row.values }
		got := v.ask(http.MethodPost, "/guarded", fetched, page, presents)
		if got.Code != row.want {
			t.Errorf("%s: status %d, want %d: %s", row.name, got.Code, row.want, got.Body)
		}
		if row.want == http.StatusOK {
			got.wantSignedIn(t, a.userID(t, mia))
			continue
		}
		got.wantRan(t, false)
		if got := v.ask(http.MethodPost, "/", fetched, page, presents); got.ran() && !strings.HasPrefix(got.Body.String(), "nobody: ") {
			t.Errorf("%s: a public route says %s", row.name, got.Body)
		}
	}
}

// The base path of the application stands in front of the account's in the Referer, too.
func TestAFormOfAnAccountThatIsSentOutsideBelowABasePath(t *testing.T) {
	t.Parallel()
	for name, configuredPath := range map[string]string{"configured": "/app", "as requests say": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, production(), configured(func(c *ginclerk.Config) { c.ProxyURL, c.BasePath = "", configuredPath }))
			a.withAccountPaths(t)
			a.front = http.StripPrefix("/app", a.front)
			v := a.visitor(t, ada)
			v.ask(http.MethodPost, "/app/guarded", ownForm, header("Referer", ownOrigin+"/app/u/0/guarded")).wantStatus(t, http.StatusConflict).wantRan(t, false)
			v.ask(http.MethodPost, "/app/guarded", ownForm, header("Referer", ownOrigin+"/u/0/guarded")).wantSignedIn(t, a.userID(t, ada))
		})
	}
}

// otherRefresh has Clerk answer a refresh with another token.
type otherRefresh struct{ token string }

var someToken = regexp.MustCompile(`eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+`)

func (o *otherRefresh) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || o.token == "" || !strings.HasSuffix(r.URL.Path, "/refresh") {
		return res, err
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	text := someToken.ReplaceAllString(string(body), o.token)
	res.Body, res.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
	res.Header.Del("Content-Length")
	return res, err
}

// A form whose token is renewed in place is looked up again. Package authn sees to it that the session and its user stay; the account is of its
// actor, too: below the path of Bob's own account, nobody acts as Bob.
func TestARenewedSessionIsLookedUpAgainForTheAccountOfThePath(t *testing.T) {
	t.Parallel()
	other := &otherRefresh{}
	a, v := tabbed(t, configured(func(c *ginclerk.Config) { c.ClerkAPI.HTTPClient = &http.Client{Transport: other} }))
	a.engine.POST("/young", a.clerk.RequireSession(), a.clerk.MaxTokenAge(20*time.Second), func(c *gin.Context) {
		id := ginclerk.From(c)
		c.String(http.StatusOK, "%s %t", id.UserID, id.Actor != nil)
	})
	bobs := a.userID(t, bob)
	a.clock.Advance(30 * time.Second)
	other.token = a.mint(t, a.sessionOf(t, bob).ID, clerktest.TokenOptions{Claims: map[string]any{"act": map[string]any{"sub": a.userID(t, mia)}}})
	for target, want := range map[string]string{"/young": bobs + " true", "/u/1/young": bobs + " false"} {
		if got := (&visitor{app: a, cookies: maps.Clone(v.cookies)}).ask(http.MethodPost, target, ownForm).Body.String(); got != want {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
	}
}

// Middleware that changes the path, too, before it loses the account, has not made the request another account's.
func TestAnAccountThatGetsLostWithItsPathIsNobody(t *testing.T) {
	t.Parallel()
	for name, rewrites := range map[string]func(http.Handler) http.Handler{
		"a folder is taken off": func(next http.Handler) http.Handler { return http.StripPrefix("/api", next) },
		"another path": func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				r.URL.Path = "/guarded"
				next.ServeHTTP(w, r)
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, v := apartAndTabbed(t)
			loses := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				a.engine.ServeHTTP(w, r.WithContext(context.Background())) //nolint:contextcheck // the mistake that is tried
			})
			a.front = a.clerk.AccountPaths(rewrites(loses))
			v.ask(http.MethodGet, "/u/0/api/guarded", fetched).wantRan(t, false)
			v.ask(http.MethodPost, "/u/0/api/guarded", ownForm).wantRan(t, false)
			v.ask(http.MethodGet, "/api/guarded", navigation).wantSignedIn(t, a.userID(t, bob))
			v.ask(http.MethodGet, "/api/u/0/guarded", navigation)
		})
	}
}

// htmx loads the page that a response names with details, too.
func TestHXLocationWithDetailsStaysBelowThePathOfTheAccount(t *testing.T) {
	t.Parallel()
	a, v := apartAndTabbed(t)
	a.engine.POST("/details", a.clerk.RequireSession(), func(c *gin.Context) {
		c.Header("HX-Location", c.Query("to"))
		c.Status(http.StatusNoContent)
	})
	for to, want := range map[string]string{
		`{"path":"/guarded?a=1&b=<2>","target":"#main"}`: `{"path":"` + v.at("/u/0/guarded") + `?a=1\u0026b=\u003c2\u003e","target":"#main"}`,
		` {"target":"#main","path":"/u/1/guarded"}`:      ` {"target":"#main","path":"/u/1/guarded"}`, //nolint:gocritic // white space in front
		`{"path":"https://example.com/"}`:                `{"path":"https://example.com/"}`,
		`{"path":1}`:                                     `{"path":1}`,
		`{"path":`:                                       `{"path":`,
		"/guarded":                                       v.at("/u/0/guarded"),
	} {
		v.ask(http.MethodPost, "/u/0/details?to="+url.QueryEscape(to), ownForm).wantHeader(t, "HX-Location", want)
	}
}

// A path that is too long for an address that ginclerk leads to is read, too.
func TestALongPathInAnotherSpellingIsNoAccountsEither(t *testing.T) {
	t.Parallel()
	a, v := apartAndTabbed(t)
	a.engine.NoRoute(whoami)
	long := strings.Repeat("x%2F", 9000)
	for _, target := range []string{"/%75/1/" + long, "/%2575/1/" + long, "//u/1/" + long, "/a/../u/1/" + long, "/u%2F1/" + long, "/U/1/" + long} {
		v.ask(http.MethodPost, target, ownForm).wantRan(t, false).wantStatus(t, http.StatusNotFound)
	}
	v.ask(http.MethodPost, "/users/"+long, ownForm).wantRan(t, true)
	v.ask(http.MethodPost, "/"+strings.Repeat("u", 9000), ownForm).wantRan(t, true)
}
