package ginclerk_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/tokenendpoint"
)

const tokenPath = "/sessions/token"

// withTokens is an application with the token endpoint, whose scripts may ask for one template that exists and one that doesn't.
func withTokens(tb testing.TB, options ...setup) *app {
	tb.Helper()
	a := newApp(tb, options...).attached()
	tokenendpoint.Mount(a.engine, a.clerk, tokenendpoint.Config{Templates: []string{"billing", "unmade"}})
	return a
}

// script is a request for a token as the script of an own page sends it.
func script(text string) option {
	return func(r *http.Request) {
		fetched(r)
		body(text)(r)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Origin", ownOrigin)
		r.Header.Set("X-Requested-With", "ginclerk")
	}
}

// tokenOf is what a script reads.
func (r *answer) tokenOf(tb testing.TB) (token string, expiresIn int) {
	tb.Helper()
	r.wantStatus(tb, http.StatusOK).wantHeader(tb, "Cache-Control", "no-store").wantHeader(tb, "Location", "").
		wantHeader(tb, "Access-Control-Allow-Origin", "")
	var got struct {
		Token     string `json:"token"`
		ExpiresIn int    `json:"expires_in"`
	}
	if err := json.Unmarshal(r.Body.Bytes(), &got); err != nil || got.Token == "" {
		tb.Fatalf("error %v, body %s", err, r.Body)
	}
	return got.Token, got.ExpiresIn
}

func TestTheTokenEndpointGivesABrowserItsOwnToken(t *testing.T) {
	t.Parallel()
	a := withTokens(t)
	v := a.visitor(t, ada)
	for _, request := range []string{"", "{}", `{"template":""}`} {
		if got, expiresIn := v.ask(http.MethodPost, tokenPath, script(request)).tokenOf(t); got != v.cookies["__session"] || expiresIn != 60 {
			t.Errorf("the token of the cookie: %t, expires in %d, want 60", got == v.cookies["__session"], expiresIn)
		}
	}
	if calls := a.server.Calls(); calls[mintToken]+calls[readSession] != 0 {
		t.Errorf("Clerk was asked: %v", calls)
	}
}

// TestATokenIsRenewedForABrowserThatCanHaveItRenewed, and for no other: nothing keeps a stolen token alive.
func TestATokenIsRenewedForABrowserThatCanHaveItRenewed(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name      string
		age       time.Duration
		refresh   bool // the browser has a refresh token
		same      bool
		expiresIn int // 0: no token
		problem   string
	}{
		{"ten seconds are left", 50 * time.Second, true, true, 10, ""},
		{"five seconds are left", 55 * time.Second, true, false, 60, ""},
		{"it expired a moment ago", 62 * time.Second, true, false, 60, ""},
		{"it expired an hour ago", time.Hour, true, false, 60, ""},
		{"five seconds are left, and nothing to renew it with", 55 * time.Second, false, true, 5, ""},
		{"it expired a moment ago, and nothing to renew it with", 62 * time.Second, false, false, 0, "Session expired"},
		{"it expired an hour ago, and nothing to renew it with", time.Hour, false, false, 0, "Unauthorized"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := withTokens(t)
			v := a.visitor(t, ada)
			before := v.cookies["__session"]
			if !row.refresh {
				for name := range v.cookies {
					if strings.HasPrefix(name, "__refresh") {
						delete(v.cookies, name)
					}
				}
			}
			a.clock.Advance(row.age)
			got := v.ask(http.MethodPost, tokenPath, script("{}"))
			if row.problem != "" {
				got.wantProblem(t, http.StatusUnauthorized, row.problem)
				return
			}
			token, expiresIn := got.tokenOf(t)
			if (token == before) != row.same || expiresIn != row.expiresIn || token != v.cookies["__session"] {
				t.Errorf("the same token: %t, that of the cookie: %t, expires in %d", token == before, token == v.cookies["__session"], expiresIn)
			}
			if calls := a.server.Calls(); calls[mintToken] != 0 {
				t.Error("a token was made by the Backend API")
			}
		})
	}
}

func TestTheTokenEndpointMakesTokensOfListedTemplates(t *testing.T) {
	t.Parallel()
	a := withTokens(t)
	v := a.visitor(t, ada)
	for range 2 { // the second time from memory
		token, expiresIn := v.ask(http.MethodPost, tokenPath, script(`{"template":"billing"}`)).tokenOf(t)
		if claims := claimsOf(t, token); claims["aud"] != "https://billing.example.com" || claims["sub"] != a.userID(t, ada) || expiresIn != 60 {
			t.Errorf("claims %v, expires in %d", claims, expiresIn)
		}
	}
	if calls := a.server.Calls(); calls[mintTemplate] != 1 {
		t.Errorf("%d tokens were made, want 1", calls[mintTemplate])
	}
}

// TestWhoGetsNoToken: every refusal is problem JSON, whatever the request calls itself, and no redirect.
func TestWhoGetsNoToken(t *testing.T) {
	t.Parallel()
	a := withTokens(t)
	v := a.visitor(t, ada)
	own := a.token(t, ada)
	pending := a.visitor(t, ada)
	s, err := a.server.Session(claimsOf(t, pending.cookies["__session"])["sid"].(string))
	if err != nil {
		t.Fatal(err)
	}
	for name := range pending.cookies {
		if strings.HasPrefix(name, "__session") {
			pending.cookies[name] = a.mint(t, s.ID, clerktest.TokenOptions{Claims: map[string]any{"sts": "pending"}})
		}
	}
	without := func(name string) option { return func(r *http.Request) { r.Header.Del(name) } }
	for _, row := range []struct {
		name    string
		options []option
		status  int
		problem string
	}{
		{"nobody", []option{script("{}")}, 401, "Unauthorized"},
		{"a pending session", []option{pending.jar(), script("{}")}, 401, "Unauthorized"},
		{"a form, which can't send the header", []option{v.jar(), ownForm, body("template=billing")}, 403, "Forbidden"},
		{"a script that does not send the header", []option{v.jar(), script("{}"), without("X-Requested-With")}, 403, "Forbidden"},
		{"a script that sends another header", []option{v.jar(), script("{}"), header("X-Requested-With", "XMLHttpRequest")}, 403, "Forbidden"},
		{"another site's script", []option{v.jar(), script("{}"), header("Origin", evilOrigin), header("Sec-Fetch-Site", "cross-site")}, 403, "Cross-origin request refused"},
		{"a sibling's script", []option{v.jar(), script("{}"), header("Origin", "http://x.localhost:8080"), header("Sec-Fetch-Site", "same-site")}, 403, "Cross-origin request refused"},
		{"a sandboxed page's script", []option{v.jar(), script("{}"), header("Origin", "null"), header("Sec-Fetch-Site", "cross-site")}, 403, "Cross-origin request refused"},
		{"who says nothing of where it comes from", []option{v.jar(), script("{}"), without("Origin"), without("Sec-Fetch-Site")}, 403, "Cross-origin request refused"},
		{"another site's script for nobody", []option{script("{}"), header("Origin", evilOrigin), header("Sec-Fetch-Site", "cross-site")}, 403, "Cross-origin request refused"},
		{"a program with a token of its own", []option{bearer(own), script("{}")}, 403, "Forbidden"},
		{"a token of its own beside a cookie", []option{v.jar(), bearer(own), script("{}")}, 403, "Forbidden"},
		{"a template that is not listed", []option{v.jar(), script(`{"template":"supabase"}`)}, 403, "Template not allowed"},
		{"a template that is written otherwise", []option{v.jar(), script(`{"template":"Billing"}`)}, 403, "Template not allowed"},
		{"a template that is a path", []option{v.jar(), script(`{"template":"../billing"}`)}, 403, "Template not allowed"},
		{"a listed template that nobody made", []option{v.jar(), script(`{"template":"unmade"}`)}, 404, "Template not found"},
		{"a lifetime", []option{v.jar(), script(`{"template":"billing","lifetime":3600}`)}, 400, "Bad request"},
		{"a lifetime as Clerk calls it", []option{v.jar(), script(`{"expires_in_seconds":3600}`)}, 400, "Bad request"},
		{"a form's body", []option{v.jar(), script("template=billing")}, 400, "Bad request"},
		{"a list", []option{v.jar(), script(`["billing"]`)}, 400, "Bad request"},
		{"two objects", []option{v.jar(), script(`{}{}`)}, 400, "Bad request"},
		{"a body that never ends", []option{v.jar(), script(`{"template":"` + strings.Repeat("x", 5000) + `"}`)}, 413, "Too large"},
		{"an object that is followed by too much", []option{v.jar(), script(`{}` + strings.Repeat(" ", 5000))}, 413, "Too large"},
		{"what calls itself a page", []option{script("{}"), navigation}, 401, "Unauthorized"},
		{"htmx", []option{script("{}"), htmx}, 401, "Unauthorized"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got := a.ask(http.MethodPost, tokenPath, row.options...).wantProblem(t, row.status, row.problem)
			if strings.Contains(got.Body.String(), "eyJ") {
				t.Error("there is a token in the answer")
			}
		})
	}
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut} {
		a.ask(method, tokenPath, v.jar(), fetched, header("X-Requested-With", "ginclerk")).wantStatus(t, http.StatusNotFound)
	}
}

func TestTheTokenEndpointWhenTheOrganizationHasChanged(t *testing.T) {
	t.Parallel()
	a := withTokens(t)
	v := a.visitor(t, ada)
	sid, _ := claimsOf(t, v.cookies["__session"])["sid"].(string)
	elsewhere := a.mint(t, sid, clerktest.TokenOptions{Claims: map[string]any{"o": map[string]any{"id": "org_other", "slg": "other", "rol": "admin"}}})
	for name := range v.cookies {
		if strings.HasPrefix(name, "__session") {
			v.cookies[name] = elsewhere
		}
	}
	v.ask(http.MethodPost, tokenPath, script(`{"template":"billing"}`)).wantProblem(t, http.StatusConflict, "Organization changed")
}

// TestASwitchedBrowserGetsNobodysToken: neither the one that stays on the server, nor that of its own, other account.
func TestASwitchedBrowserGetsNobodysToken(t *testing.T) {
	t.Parallel()
	a, v := household(t)
	tokenendpoint.Mount(a.engine, a.clerk, tokenendpoint.Config{Templates: []string{"billing"}})
	v.ask(http.MethodPost, tokenPath, script("{}")).tokenOf(t)
	v.switchTo(t, ada)
	for range 2 {
		v.ask(http.MethodPost, tokenPath, script("{}")).wantProblem(t, http.StatusConflict, "No token for this account")
		a.clock.Advance(55 * time.Second) // it could be renewed
	}
	v.renewed(t)
	token, _ := v.ask(http.MethodPost, tokenPath, script(`{"template":"billing"}`)).tokenOf(t)
	if subject := claimsOf(t, token)["sub"]; subject != a.userID(t, ada) {
		t.Errorf("the template's token is of %v, want Ada", subject)
	}
}

func TestTheTokenEndpointWhenTheSessionHasEnded(t *testing.T) {
	t.Parallel()
	a := withTokens(t)
	v := a.visitor(t, ada)
	sid := claimsOf(t, v.cookies["__session"])["sid"].(string)
	if err := a.server.RevokeSession(sid); err != nil {
		t.Fatal(err)
	}
	v.ask(http.MethodPost, tokenPath, script(`{"template":"billing"}`)).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
	// Now the application knows, and refuses what is still good by its date.
	v.ask(http.MethodPost, tokenPath, script(`{}`)).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
}

func TestTheTokenEndpointDuringAnOutage(t *testing.T) {
	t.Parallel()
	for name, set := range outages() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := withTokens(t)
			v := a.visitor(t, ada)
			v.ask(http.MethodPost, tokenPath, script("{}")).tokenOf(t)
			set(a.server, true)
			v.ask(http.MethodPost, tokenPath, script("{}")).tokenOf(t)
			v.ask(http.MethodPost, tokenPath, script(`{"template":"billing"}`)).wantUnavailable(t).wantProblem(t, http.StatusServiceUnavailable, "Service unavailable")
			a.clock.Advance(55 * time.Second)
			if _, expiresIn := v.ask(http.MethodPost, tokenPath, script("{}")).tokenOf(t); expiresIn != 5 {
				t.Errorf("expires in %d, want what is left", expiresIn)
			}
			a.clock.Advance(time.Hour)
			v.ask(http.MethodPost, tokenPath, script("{}")).wantUnavailable(t)
		})
	}
}

func TestTheTokenEndpointWithoutTemplatesBelowAGroup(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	limited := 0
	tokenendpoint.Mount(a.engine.Group("/app", func(*gin.Context) { limited++ }), a.clerk, tokenendpoint.Config{Path: "token/"})
	v := a.visitor(t, ada)
	v.ask(http.MethodPost, "/app/token", script("{}")).tokenOf(t)
	v.ask(http.MethodPost, "/app/token", script(`{"template":"billing"}`)).wantProblem(t, http.StatusForbidden, "Template not allowed")
	if limited != 2 {
		t.Errorf("the group's middleware ran %d times, want 2", limited)
	}
}
