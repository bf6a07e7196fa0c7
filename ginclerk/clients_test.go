package ginclerk_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

func servingClients(tb testing.TB, o ginclerk.ClientOptions) gin.HandlerFunc {
	tb.Helper()
	handler, err := ginclerk.ServeClients(o)
	if err != nil {
		tb.Fatal(err)
	}
	return handler
}

// mintFor returns a token of Ada's that names a party, or none.
func (a *app) mintFor(tb testing.TB, party string) string {
	tb.Helper()
	options := clerktest.TokenOptions{AuthorizedParty: party}
	if party == "" {
		options.Claims = map[string]any{"azp": nil}
	}
	token, err := a.server.MintToken(a.session(tb, ada, clerktest.SessionOptions{}).ID, options)
	if err != nil {
		tb.Fatal(err)
	}
	return token
}

// TestWhichClientsAGroupServes: what is said for a group counts there, for bearer tokens, and nowhere else.
func TestWhichClientsAGroupServes(t *testing.T) {
	t.Parallel()
	const desktop, preview = "tauri://localhost", "https://pr-7.preview.example.com"
	protocol := ginclerk.TokenFromWebSocketProtocol("clerk")
	inProtocol := func(value string) option {
		return func(r *http.Request) { r.Header.Set("Sec-Websocket-Protocol", value) }
	}
	upgrade := func(r *http.Request) {
		r.Header.Set("Connection", "Upgrade")
		r.Header.Set("Upgrade", "websocket")
		r.Header.Set("Sec-Websocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
		r.Header.Set("Origin", "https://elsewhere.example")
	}
	for _, row := range []struct {
		name    string
		options ginclerk.ClientOptions
		party   string
		ask     func(token string) []option
		want    int
		outside int // on a route of no such group
	}{
		{"a desktop program of the group", ginclerk.ClientOptions{Parties: []string{desktop}}, desktop, nil, http.StatusOK, http.StatusUnauthorized},
		{"an own page, on a route for programs", ginclerk.ClientOptions{Parties: []string{desktop}}, ownOrigin, nil, http.StatusOK, http.StatusOK},
		{"another program", ginclerk.ClientOptions{Parties: []string{desktop}}, "tauri://evil", nil, http.StatusUnauthorized, http.StatusUnauthorized},
		{"a host of previews", ginclerk.ClientOptions{Parties: []string{"https://pr-*.preview.example.com"}}, preview, nil, http.StatusOK, http.StatusUnauthorized},
		{"a host that only looks like one of previews", ginclerk.ClientOptions{Parties: []string{"https://pr-*.preview.example.com"}}, "https://pr-7.evil.com", nil, http.StatusUnauthorized, http.StatusUnauthorized},
		{"no party where a party is asked for", ginclerk.ClientOptions{Parties: []string{desktop}}, "", nil, http.StatusUnauthorized, http.StatusUnauthorized},
		{"no party where that is allowed", ginclerk.ClientOptions{AllowMissingParty: true}, "", nil, http.StatusOK, http.StatusUnauthorized},
		{"another party where a missing one is allowed", ginclerk.ClientOptions{AllowMissingParty: true}, "https://evil.example", nil, http.StatusUnauthorized, http.StatusUnauthorized},
		{
			"a WebSocket with its token in the protocol",
			ginclerk.ClientOptions{TokenFrom: protocol},
			ownOrigin,
			func(token string) []option { return []option{upgrade, inProtocol("clerk, " + token)} }, http.StatusOK, http.StatusUnauthorized,
		},
		{
			"a WebSocket with a token of another party in the protocol",
			ginclerk.ClientOptions{TokenFrom: protocol},
			desktop,
			func(token string) []option { return []option{upgrade, inProtocol("clerk, " + token)} }, http.StatusUnauthorized, http.StatusUnauthorized,
		},
		{
			"a protocol without the name",
			ginclerk.ClientOptions{TokenFrom: protocol},
			ownOrigin,
			func(token string) []option { return []option{upgrade, inProtocol(token)} }, http.StatusUnauthorized, http.StatusUnauthorized,
		},
		{
			"garbage in the Authorization header beside a good token in the protocol",
			ginclerk.ClientOptions{TokenFrom: protocol},
			ownOrigin,
			func(token string) []option {
				return []option{upgrade, inProtocol("clerk, " + token), bearer("garbage")}
			}, http.StatusUnauthorized, http.StatusUnauthorized,
		},
		{
			"a token in the query",
			ginclerk.ClientOptions{TokenFrom: func(r *http.Request) string { return r.URL.Query().Get("token") }},
			ownOrigin,
			func(token string) []option {
				return []option{func(r *http.Request) { r.URL.RawQuery = "token=" + token }}
			}, http.StatusUnauthorized, http.StatusUnauthorized,
		},
		{
			"a token in the query, escaped",
			ginclerk.ClientOptions{TokenFrom: func(r *http.Request) string { return r.URL.Query().Get("token") }},
			ownOrigin,
			func(token string) []option {
				return []option{func(r *http.Request) { r.URL.RawQuery = "token=%65" + strings.TrimPrefix(token, "e") }}
			}, http.StatusUnauthorized, http.StatusUnauthorized,
		},
		{
			"a token in a cookie of the application",
			ginclerk.ClientOptions{TokenFrom: func(r *http.Request) string {
				cookie, err := r.Cookie("mine")
				if err != nil {
					return ""
				}
				return cookie.Value
			}},
			ownOrigin,
			func(token string) []option { return []option{withCookie("mine", token)} }, http.StatusUnauthorized, http.StatusUnauthorized,
		},
		{
			"a token in a header of the application",
			ginclerk.ClientOptions{TokenFrom: func(r *http.Request) string { return r.Header.Get("X-Session") }},
			ownOrigin,
			func(token string) []option {
				return []option{func(r *http.Request) { r.Header.Set("X-Session", token) }}
			}, http.StatusOK, http.StatusUnauthorized,
		},
		{
			"a cookie's token of another party",
			ginclerk.ClientOptions{Parties: []string{desktop}},
			desktop,
			func(token string) []option {
				return []option{withCookie("__session", token), withCookie("__client_uat", "1"), withCookie("__clerk_db_jwt", "dvb_1")}
			},
			http.StatusUnauthorized, http.StatusUnauthorized,
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			a.engine.Use(a.clerk.Attach()) // has decided before the group says whom it serves
			a.engine.GET("/outside", a.clerk.RequireSession(), whoami)
			a.engine.Group("/native", servingClients(t, row.options), a.clerk.RequireSession()).GET("/inside", whoami)
			token := a.mintFor(t, row.party)
			options := []option{program, bearer(token)}
			if row.ask != nil {
				options = append([]option{program}, row.ask(token)...)
			}
			a.ask(http.MethodGet, "/native/inside", options...).wantStatus(t, row.want)
			a.ask(http.MethodGet, "/outside", options...).wantStatus(t, row.outside)
		})
	}
}

// TestAStricterGuardDecidesAnew: what a group accepts does not hold for a guard that serves fewer clients.
func TestAStricterGuardDecidesAnew(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	lenient, strict := servingClients(t, ginclerk.ClientOptions{AllowMissingParty: true}), servingClients(t, ginclerk.ClientOptions{Parties: []string{"tauri://localhost"}})
	a.engine.GET("/", lenient, a.clerk.RequireSession(), strict, a.clerk.RequireSession(), whoami)
	a.ask(http.MethodGet, "/", program, bearer(a.mintFor(t, ""))).wantStatus(t, http.StatusUnauthorized)
	a.ask(http.MethodGet, "/", program, bearer(a.mintFor(t, ownOrigin))).wantStatus(t, http.StatusOK)
}

// TestAnotherSiteCanNotPassForAProgram: any site can put what is no token where a group looks for one. Only a good token, or the header
// Authorization, shows that a program has sent the request.
func TestAnotherSiteCanNotPassForAProgram(t *testing.T) {
	t.Parallel()
	fromQuery := ginclerk.ClientOptions{TokenFrom: func(r *http.Request) string { return r.URL.Query().Get("token") }}
	fromProtocol := ginclerk.ClientOptions{TokenFrom: ginclerk.TokenFromWebSocketProtocol("clerk")}
	foreign, inProtocol := header("Origin", evilOrigin), func(value string) option { return header("Sec-Websocket-Protocol", "clerk, "+value) }
	socket := func(r *http.Request) {
		r.Header.Set("Connection", "Upgrade")
		r.Header.Set("Upgrade", "websocket")
		r.Header.Set("Sec-Websocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
	}
	for _, row := range []struct {
		name    string
		options ginclerk.ClientOptions
		method  string
		ask     func(token string) []option
		want    int
	}{
		{"a form with anything in its address", fromQuery, http.MethodPost, func(string) []option {
			return []option{navigation, foreign, func(r *http.Request) { r.URL.RawQuery = "token=x" }}
		}, http.StatusForbidden},
		{"a form with a good token in its address", fromQuery, http.MethodPost, func(token string) []option {
			return []option{navigation, foreign, func(r *http.Request) { r.URL.RawQuery = "token=" + token }}
		}, http.StatusForbidden},
		{"a WebSocket with anything for a token", fromProtocol, http.MethodGet, func(string) []option {
			return []option{program, foreign, socket, inProtocol("x")}
		}, http.StatusForbidden},
		{"a WebSocket with a good token", fromProtocol, http.MethodGet, func(token string) []option {
			return []option{program, foreign, socket, inProtocol(token)}
		}, http.StatusOK},
		{"a WebSocket of an own page with anything for a token", fromProtocol, http.MethodGet, func(string) []option {
			return []option{program, header("Origin", ownOrigin), socket, inProtocol("x")}
		}, http.StatusOK},
		{"anything in the header Authorization, which no other site can set", fromProtocol, http.MethodPost, func(string) []option {
			return []option{program, foreign, bearer("x")}
		}, http.StatusOK},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			a.engine.Any("/", servingClients(t, row.options), a.clerk.RefuseCrossOrigin(), whoami)
			a.ask(row.method, "/", row.ask(a.mintFor(t, ownOrigin))...).wantStatus(t, row.want).wantRan(t, row.want == http.StatusOK)
		})
	}
}

// TestAnUnsafePlaceOfATokenIsLoggedOnce, without the token.
func TestAnUnsafePlaceOfATokenIsLoggedOnce(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	fromQuery := servingClients(t, ginclerk.ClientOptions{TokenFrom: func(r *http.Request) string { return r.URL.Query().Get("token") }})
	a.engine.GET("/", fromQuery, a.clerk.RequireSession(), whoami)
	token := a.mintFor(t, ownOrigin)
	for range 2 {
		a.ask(http.MethodGet, "/", program, func(r *http.Request) { r.URL.RawQuery = "token=" + token })
	}
	lines := linesWith(a.log.String(), "TokenFrom took a token")
	if len(lines) != 1 || strings.Contains(lines[0], token) {
		t.Errorf("the log has %q, want one line without the token", lines)
	}
}

func TestServeClientsNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for want, o := range map[string]ginclerk.ClientOptions{
		"is empty":        {},
		"sites of others": {Parties: []string{"https://*.vercel.app"}},
		"write https://":  {Parties: []string{"app.example.com"}},
	} {
		if _, err := ginclerk.ServeClients(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
