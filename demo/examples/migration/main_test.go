package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
)

// applications are the three on one embedded Clerk.
type applications struct {
	server                     *clerktest.Server
	before, handwritten, after *gin.Engine
}

func start(t *testing.T) applications {
	t.Helper()
	gin.SetMode(gin.TestMode)
	server := clerktest.New(t)
	a := applications{server: server, before: before(server.SecretKey(), server.BackendURL())}
	var err error
	if a.handwritten, err = handwritten(server.JWTKey()); err != nil {
		t.Fatal(err)
	}
	if a.after, err = after(gintest.Config(server)); err != nil {
		t.Fatal(err)
	}
	return a
}

// mint makes a session token of a new session of the user.
func (a applications) mint(t *testing.T, email string, options clerktest.TokenOptions) string {
	t.Helper()
	session, err := a.server.NewBrowser().SignIn(email)
	if err != nil {
		t.Fatal(err)
	}
	token, err := a.server.MintToken(session.ID, options)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func (a applications) cookies(t *testing.T) string {
	t.Helper()
	cookies, err := a.server.CookieHeader("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	return cookies
}

// ask asks a route with a header, and returns the status and the body.
func ask(handler http.Handler, path, header, value string) (int, string) {
	request := httptest.NewRequest(http.MethodGet, path, nil)
	if header != "" {
		request.Header.Set(header, value)
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder.Code, recorder.Body.String()
}

// The rows with equal figures are what stays, the others what README.md explains.
func TestWhatChanges(t *testing.T) {
	const ok, unauthorized, forbidden = http.StatusOK, http.StatusUnauthorized, http.StatusForbidden
	a := start(t)
	bearer := func(email string, options clerktest.TokenOptions) string {
		return "Bearer " + a.mint(t, email, options)
	}
	const authorization, cookie = "Authorization", "Cookie"
	for _, row := range []struct {
		name, path, header, value  string
		before, handwritten, after int
	}{
		{"a good token", "/me", authorization, bearer("ada@example.com", clerktest.TokenOptions{}), ok, ok, ok},
		{"an admin's token", "/admin", authorization, bearer("ada@example.com", clerktest.TokenOptions{}), ok, ok, ok},
		{"a member's token where an admin is asked for", "/admin", authorization, bearer("bob@example.com", clerktest.TokenOptions{}), forbidden, forbidden, forbidden},
		{"an expired token", "/me", authorization, bearer("ada@example.com", clerktest.TokenOptions{Lifetime: -time.Minute}), unauthorized, unauthorized, unauthorized},
		{"no token", "/me", "", "", forbidden, unauthorized, unauthorized},
		{"something that is no token", "/me", authorization, "Bearer garbage", forbidden, unauthorized, unauthorized},
		{"a token for another application of the instance", "/me", authorization, bearer("ada@example.com", clerktest.TokenOptions{AuthorizedParty: "https://other.example.com"}), ok, ok, unauthorized},
		{"a token for no application", "/me", authorization, bearer("ada@example.com", clerktest.TokenOptions{Claims: map[string]any{"azp": nil}}), ok, ok, unauthorized},
		{"the cookies of a browser", "/me", cookie, a.cookies(t), forbidden, ok, ok},
		{"a session with an unfinished task", "/me", authorization, bearer("ada@example.com", clerktest.TokenOptions{Claims: map[string]any{"sts": "pending"}}), ok, ok, unauthorized},
	} {
		t.Run(row.name, func(t *testing.T) {
			for _, one := range []struct {
				name    string
				handler http.Handler
				want    int
			}{{"before", a.before, row.before}, {"handwritten", a.handwritten, row.handwritten}, {"after", a.after, row.after}} {
				if got, text := ask(one.handler, row.path, row.header, row.value); got != one.want {
					t.Errorf("%s answers %d %s, want %d", one.name, got, text, one.want)
				}
			}
		})
	}
}

func TestAllThreeAnswerAlike(t *testing.T) {
	a := start(t)
	token := "Bearer " + a.mint(t, "ada@example.com", clerktest.TokenOptions{})
	for _, path := range []string{"/me", "/admin"} {
		_, want := ask(a.before, path, "Authorization", token)
		for name, handler := range map[string]http.Handler{"handwritten": a.handwritten, "after": a.after} {
			if _, got := ask(handler, path, "Authorization", token); got != want || got == "" {
				t.Errorf("%s: %s answers %s, before %s", path, name, got, want)
			}
		}
	}
}

// Where the keys can't be fetched, a token may well be good.
func TestAnOutageIsNoSignOut(t *testing.T) {
	a := start(t)
	token := "Bearer " + a.mint(t, "ada@example.com", clerktest.TokenOptions{})
	a.server.SetUnavailable(true)
	if got, _ := ask(a.before, "/me", "Authorization", token); got != http.StatusUnauthorized {
		t.Errorf("before answers %d, want 401", got)
	}
	if got, _ := ask(a.after, "/me", "Authorization", token); got != http.StatusServiceUnavailable {
		t.Errorf("after answers %d, want 503", got)
	}
}

// A key that Clerk has withdrawn after a leak signs tokens for nobody but a thief.
func TestAWithdrawnKeyIsRefused(t *testing.T) {
	a := start(t)
	leaked := a.server.KeyID()
	token := "Bearer " + a.mint(t, "ada@example.com", clerktest.TokenOptions{Lifetime: 12 * time.Hour})
	if got, text := ask(a.after, "/me", "Authorization", token); got != http.StatusOK {
		t.Fatalf("with the key: %d %s", got, text)
	}
	if _, err := a.server.RotateKey(); err != nil {
		t.Fatal(err)
	}
	if err := a.server.WithdrawKey(leaked); err != nil {
		t.Fatal(err)
	}
	a.server.Clock().Advance(2 * time.Hour)
	if got, _ := ask(a.after, "/me", "Authorization", token); got != http.StatusUnauthorized {
		t.Errorf("after answers %d, want 401", got)
	}
	if got, _ := ask(a.handwritten, "/me", "Authorization", token); got != http.StatusOK {
		t.Errorf("handwritten answers %d: it is known to go on with the key of its variable", got)
	}
}
