package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// keysOf returns the variables of a demo on this Clerk.
func keysOf(clerk *clerktest.Server) []string {
	return []string{
		"PORT=0", "CLERK_PUBLISHABLE_KEY=" + clerk.PublishableKey(), "CLERK_SECRET_KEY=" + clerk.SecretKey(),
		"CLERK_API_URL=" + clerk.BackendURL(), "CLERK_FAPI_URL=" + clerk.FrontendURL(), "CLERK_PROXY_URL=" + clerk.ProxyURL(),
	}
}

func TestProgramUsesClerk(t *testing.T) {
	t.Parallel()
	clerk := clerktest.New(t)
	p := startDemo(t, append(keysOf(clerk), "GIN_MODE=release"))
	address := p.address(t)
	if status, body := callAPI(t, address, bearer(t, clerk, address)); status != http.StatusOK || body["email"] != "bob@example.com" {
		t.Errorf("/api/protected answers %d %v with a token of that Clerk, want bob", status, body)
	}
	if clerk.Calls()["GET /v1/jwks"] == 0 {
		t.Errorf("Clerk was not asked for its signing keys; it was asked %v", clerk.Calls())
	}
	_, home := ask(t, address+"/", "")
	for where, text := range map[string]string{"stdout": p.stdout.String(), "the home page": home} {
		if regexp.MustCompile(`(?i)made up|@example\.com|424242|embedded`).MatchString(text) {
			t.Errorf("%s tells of the embedded Clerk:\n%s", where, text)
		}
	}
	if text := p.stderr.String(); text != "" {
		t.Errorf("a good start says on stderr:\n%s", text)
	}
}

func TestProgramLeadsToAccountPortal(t *testing.T) {
	t.Parallel()
	clerk := clerktest.New(t, func(c *clerktest.Config) { c.FrontendAPI = "happy-cat-13.clerk.accounts.dev" })
	address := startDemo(t, keysOf(clerk)).address(t)
	const portal = "https://happy-cat-13.accounts.dev"
	for _, row := range []struct{ name, path, page, back string }{
		{"sign-in", "/sign-in", "/sign-in", "/"},
		{"sign-up", "/sign-up", "/sign-up", "/"},
		{"sign-up below sign-in", "/sign-in/create", "/sign-up", "/"},
		{"the tasks of a pending session", "/sign-in/tasks", "/sign-in/tasks", "/"},
		{"the way back to a page", "/sign-in?redirect_url=/dashboard", "/sign-in", "/dashboard"},
		{"the way back to an address", "/sign-in?redirect_url=" + url.QueryEscape(address+"/admin?a=b"), "/sign-in", "/admin?a=b"},
		{"no way to another host", "/sign-in?redirect_url=https://evil.example/", "/sign-in", "/"},
		{"no way to another host from sign-up", "/sign-up?redirect_url=https://evil.example/", "/sign-up", "/"},
		{"no way to a host without a scheme", "/sign-in?redirect_url=//evil.example/", "/sign-in", "/"},
		{"no way to a host behind a backslash", `/sign-in?redirect_url=/%5Cevil.example/`, "/sign-in", "/"},
		{"no way to a host that begins alike", "/sign-in?redirect_url=" + url.QueryEscape(address+".evil.example/"), "/sign-in", "/"},
		{"no way to a host behind a user", "/sign-in?redirect_url=" + url.QueryEscape(address+"@evil.example/"), "/sign-in", "/"},
		{"no script", "/sign-in?redirect_url=javascript:alert(1)", "/sign-in", "/"},
		{"a handshake in redirect_url is ignored", "/sign-in?redirect_url=/x?__clerk_handshake=1", "/sign-in", "/x"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			location := redirect(t, address+row.path)
			if got := location.Scheme + "://" + location.Host + location.Path; got != portal+row.page {
				t.Errorf("leads to %s, want %s", got, portal+row.page)
			}
			if got := location.Query().Get("redirect_url"); got != address+row.back {
				t.Errorf("and back to %q, want %q", got, address+row.back)
			}
		})
	}
	t.Run("signed out at a page, by way of the demo's own address", func(t *testing.T) {
		t.Parallel()
		location := redirect(t, address+"/dashboard")
		if got := location.Path; location.Host != strings.TrimPrefix(address, "http://") || got != "/sign-in" {
			t.Errorf("leads to %s, want /sign-in of the demo", location)
		}
	})
}

// redirect returns the target of a redirect for a browser that needs no handshake.
func redirect(t *testing.T, address string) *url.URL {
	t.Helper()
	browser := newVisitor(t)
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/html")
	request.Header.Set("Cookie", "__clerk_db_jwt=dvb_1; __client_uat=0")
	response, err := browser.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	bodyOf(t, response)
	location, err := response.Location()
	if err != nil {
		t.Fatalf("%s answers %s and leads nowhere: %v", address, response.Status, err)
	}
	return location
}

func TestProgramStartsWithoutClerk(t *testing.T) {
	t.Parallel()
	for name, broken := range map[string]func(*clerktest.Server) []string{
		"nothing listens there": func(clerk *clerktest.Server) []string {
			return append(keysOf(clerk), "CLERK_API_URL=http://127.0.0.1:1", "CLERK_FAPI_URL=http://127.0.0.1:1")
		},
		"the Frontend API alone is away": func(clerk *clerktest.Server) []string {
			return append(keysOf(clerk), "CLERK_FAPI_URL=http://127.0.0.1:1")
		},
		"connections are cut": func(clerk *clerktest.Server) []string {
			clerk.SetUnreachable(true)
			return keysOf(clerk)
		},
		"it answers 503": func(clerk *clerktest.Server) []string {
			clerk.SetUnavailable(true)
			return keysOf(clerk)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startDemo(t, broken(clerktest.New(t)))
			if status, body := visit(t, newVisitor(t), p.address(t)+"/healthz"); status != http.StatusOK {
				t.Errorf("/healthz answers %d %q, want 200", status, body)
			}
			text := p.stderr.String()
			if strings.Count(text, "\n") != 1 || !strings.Contains(text, "level=WARN") || !strings.Contains(text, "could not be reached") {
				t.Errorf("stderr is not one warning that Clerk could not be reached:\n%s", text)
			}
		})
	}
}

func TestProgramRecovers(t *testing.T) {
	t.Parallel()
	clerk := clerktest.New(t)
	clerk.SetUnreachable(true)
	address := startDemo(t, keysOf(clerk)).address(t)
	token := bearer(t, clerk, address)
	if status, body := callAPI(t, address, token); status != http.StatusServiceUnavailable || body["error"] != "Service unavailable" {
		t.Errorf("without Clerk it answers %d %v, want 503: the user is unknown", status, body)
	}
	clerk.SetUnreachable(false)
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-again.C {
		if status, _ := callAPI(t, address, token); status == http.StatusOK {
			return
		}
	}
	t.Errorf("Clerk is back, and %s later a good token is still refused", patience)
}

// bearer returns a session token of bob's for the demo at this address.
func bearer(t *testing.T, clerk *clerktest.Server, address string) string {
	t.Helper()
	bob, err := clerk.UserByEmail("bob@example.com")
	if err != nil {
		t.Fatal(err)
	}
	session, err := clerk.CreateSession(bob.ID, clerktest.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	token, err := clerk.MintToken(session.ID, clerktest.TokenOptions{AuthorizedParty: address})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// callAPI returns the user that the demo reads from the token.
func callAPI(t *testing.T, address, token string) (status int, answer map[string]any) {
	t.Helper()
	status, body := ask(t, address+"/api/protected", token)
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatalf("the answer is no JSON: %v\n%s", err, body)
	}
	return status, answer
}

// ask sends a request like a program.
func ask(t *testing.T, address, token string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := newVisitor(t).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, bodyOf(t, response)
}
