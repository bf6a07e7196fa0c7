package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/internal/logtest"
)

// webapp is the demo in this process, on an embedded Clerk whose clock stands still.
type webapp struct {
	origin string
	clerk  *clerktest.Server
	client *http.Client // keeps no cookies, follows no redirects
	app    *application
}

// startWebapp serves the demo like serve, without the signals.
func startWebapp(t *testing.T, options ...func(*backend)) *webapp {
	t.Helper()
	return startWebappAt(t, clerktest.NewFixedClock(time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)), options...)
}

// startWebappAt is startWebapp at another time.
func startWebappAt(t *testing.T, clock *clerktest.Clock, options ...func(*backend)) *webapp {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	t.Cleanup(server.Close)
	origins := settings{}.ownOrigins(portOf(server.Listener))
	clerk := clerktest.New(t, func(c *clerktest.Config) {
		*c = embeddedConfig(settings{}, portOf(server.Listener))
		c.Clock = clock
	})
	b, err := embeddedBackend(clerk, portOf(server.Listener))
	if err != nil {
		t.Fatal(err)
	}
	for _, option := range options {
		option(b)
	}
	built := buildForTest(t, settings{}, b, origins)
	server.Config.Handler = built.front
	server.Start()
	client := server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	client.Transport = watch.Transport(client.Transport)
	watch.Know("the secret key", clerk.SecretKey())
	return &webapp{origin: origins[1], clerk: clerk, client: client, app: built}
}

// buildForTest builds the application like the program. It closes with the test. If the test fails, it shows the log.
func buildForTest(t *testing.T, chosen settings, b *backend, origins []string) *application {
	t.Helper()
	written := &logtest.Buffer{}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the application's log:\n%s", written)
		}
	})
	logger := slog.New(slog.NewTextHandler(watch.Log(written), &slog.HandlerOptions{Level: slog.LevelDebug}))
	built, err := build(t.Context(), chosen, b, origins, logger)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
		defer cancel()
		if err := built.close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return built
}

// person is the user of a request, with an active organization. The zero value is signed out.
type person struct{ email, organization string }

func visitors() (guest, member, admin person) {
	return person{}, person{"bob@example.com", "acme"}, person{"ada@example.com", "acme"}
}

// session signs a person in, in a browser that Clerk knows. The default status of the session is active.
func (a *webapp) session(t *testing.T, who person, status string) (*clerktest.Browser, clerktest.Session) {
	t.Helper()
	browser := a.clerk.NewBrowser()
	if who.email == "" {
		return browser, clerktest.Session{}
	}
	user, err := a.clerk.UserByEmail(who.email)
	if err != nil {
		t.Fatal(err)
	}
	session, err := a.clerk.CreateSession(user.ID, clerktest.SessionOptions{
		ClientID: browser.ClientID(), OrganizationID: who.organization, Status: status,
	})
	if err != nil {
		t.Fatal(err)
	}
	return browser, session
}

// token makes a session token for the demo. A lifetime of 0 is Clerk's default.
func (a *webapp) token(t *testing.T, sessionID string, lifetime time.Duration) string {
	t.Helper()
	token, err := a.clerk.MintToken(sessionID, clerktest.TokenOptions{AuthorizedParty: a.origin, Lifetime: lifetime})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// asker makes the header of a request.
type asker func(t *testing.T, a *webapp, who person) http.Header

// byBrowser is a navigation. The browser has been here before, so it needs no handshake.
func byBrowser(t *testing.T, a *webapp, who person) http.Header {
	t.Helper()
	return a.cookies(t, who, "")
}

func (a *webapp) cookies(t *testing.T, who person, status string) http.Header {
	t.Helper()
	browser, _ := a.session(t, who, status)
	return a.headerOf(t, browser)
}

// headerOf is the header of a navigation from an own page, with fresh cookies.
func (a *webapp) headerOf(t *testing.T, browser *clerktest.Browser) http.Header {
	t.Helper()
	cookies, err := browser.Cookies(a.origin)
	if err != nil {
		t.Fatal(err)
	}
	pairs := make([]string, 0, len(cookies))
	for _, cookie := range cookies {
		pairs = append(pairs, cookie.Name+"="+cookie.Value)
	}
	return http.Header{
		"Accept": {"text/html,application/xhtml+xml,*/*;q=0.8"}, "Sec-Fetch-Dest": {"document"},
		"Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Site": {"same-origin"}, "Cookie": {strings.Join(pairs, "; ")},
	}
}

// byProgram is a client that accepts JSON and has its token in the Authorization header.
func byProgram(t *testing.T, a *webapp, who person) http.Header {
	t.Helper()
	header := http.Header{"Accept": {"application/json"}}
	if _, session := a.session(t, who, ""); session.ID != "" {
		header.Set("Authorization", "Bearer "+a.token(t, session.ID, 0))
	}
	return header
}

// answer is a response and its body.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a *webapp) do(t *testing.T, method, path string, header http.Header) answer {
	t.Helper()
	return a.exchange(t, method, path, header, "")
}

// send sends a POST with a body.
func (a *webapp) send(t *testing.T, path string, header http.Header, body string) answer {
	t.Helper()
	return a.exchange(t, http.MethodPost, path, header, body)
}

func (a *webapp) exchange(t *testing.T, method, path string, header http.Header, body string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, a.origin+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header
	response, err := a.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	return answer{status: response.StatusCode, header: response.Header, body: bodyOf(t, response)}
}

// bodyOf reads a response to its end.
func bodyOf(t *testing.T, response *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// summary is an answer in a few words: its status, and where it leads, or the error that it names.
//
//	200
//	307 /sign-in for /dashboard
//	401 Unauthorized
func (r answer) summary(t *testing.T, origin string) string {
	t.Helper()
	words := []string{strconv.Itoa(r.status)}
	if location := r.header.Get("Location"); location != "" {
		u, err := url.Parse(strings.TrimPrefix(location, origin))
		if err != nil {
			t.Fatal(err)
		}
		words = append(words, u.Scheme+u.Host+u.Path)
		if back := u.Query().Get("redirect_url"); back != "" {
			back, _, _ = strings.Cut(back, "?__ginclerk_handshake=") // the handshake has a random id
			words = append(words, "for", strings.TrimPrefix(back, origin))
		}
	}
	if strings.HasPrefix(r.header.Get("Content-Type"), "application/problem+json") && r.body != "" {
		words = append(words, r.json(t)["error"].(string))
	}
	return strings.Join(words, " ")
}

func (r answer) json(t *testing.T) (decoded map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.body), &decoded); err != nil {
		t.Fatalf("the answer is no JSON: %v\n%s", err, r.body)
	}
	return decoded
}
