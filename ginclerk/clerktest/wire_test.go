package clerktest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// noon is the time of servers whose clock stands still.
func noon() time.Time { return time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC) }

func standing(c *clerktest.Config) { c.Clock = clerktest.NewFixedClock(noon()) }

func production(c *clerktest.Config) { c.Type = instance.Production }

const appOrigin = "http://localhost:8080"

// call is one request to an embedded Clerk.
type call struct {
	method, url string
	body        string
	form        url.Values
	header      map[string]string
	cookies     []*http.Cookie
	// made is set if the test made the answer up itself: then it is not compared with Clerk's documents.
	made bool
}

// madeUp returns the call for an answer that the test made up itself.
func (c call) madeUp() call {
	c.made = true
	return c
}

// result is the answer to a call.
type result struct {
	status int
	header http.Header
	raw    string
}

func (c call) do(tb testing.TB) result {
	tb.Helper()
	body := c.body
	if c.form != nil {
		body = c.form.Encode()
	}
	req, err := http.NewRequestWithContext(tb.Context(), c.method, c.url, strings.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	if c.form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range c.header {
		req.Header.Set(name, value)
	}
	for _, cookie := range c.cookies {
		req.AddCookie(cookie)
	}
	var transport http.RoundTripper = &http.Transport{DisableKeepAlives: true}
	if !c.made {
		transport = checked(transport)
	}
	client := &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := client.Do(req)
	if err != nil {
		tb.Fatalf("%s %s: %v", c.method, c.url, err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return result{status: res.StatusCode, header: res.Header, raw: string(raw)}
}

// want fails the test unless the answer has the status.
func (r result) want(tb testing.TB, status int) result {
	tb.Helper()
	if r.status != status {
		tb.Fatalf("status %d, want %d: %s", r.status, status, r.raw)
	}
	return r
}

// wantError fails the test unless the answer is Clerk's envelope with the status and the code.
func (r result) wantError(tb testing.TB, status int, code string) result {
	tb.Helper()
	r.want(tb, status)
	if got := r.at(tb, "errors", 0, "code"); got != code {
		tb.Fatalf("error code %v, want %s: %s", got, code, r.raw)
	}
	for _, key := range []string{"message", "long_message"} {
		if text, _ := r.at(tb, "errors", 0, key).(string); text == "" {
			tb.Errorf("error without %s: %s", key, r.raw)
		}
	}
	if trace, _ := r.at(tb, "clerk_trace_id").(string); trace == "" || trace != r.header.Get("Clerk-Trace-Id") {
		tb.Errorf("trace id %q, header %q", trace, r.header.Get("Clerk-Trace-Id"))
	}
	return r
}

// at reads a value of the JSON answer by keys and indexes.
func (r result) at(tb testing.TB, path ...any) any {
	tb.Helper()
	var value any
	if err := json.Unmarshal([]byte(r.raw), &value); err != nil {
		tb.Fatalf("not JSON: %v: %s", err, r.raw)
	}
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, ok := value.(map[string]any)
			if !ok {
				tb.Fatalf("no object at %v in %v: %s", step, path, r.raw)
			}
			value = object[step]
		case int:
			list, ok := value.([]any)
			if !ok || step >= len(list) {
				tb.Fatalf("no element %d in %v: %s", step, path, r.raw)
			}
			value = list[step]
		}
	}
	return value
}

// text reads a string of the JSON answer.
func (r result) text(tb testing.TB, path ...any) string {
	tb.Helper()
	s, ok := r.at(tb, path...).(string)
	if !ok {
		tb.Fatalf("no string at %v: %s", path, r.raw)
	}
	return s
}

// list reads the ids of a list in the JSON answer.
func (r result) ids(tb testing.TB, path ...any) []string {
	tb.Helper()
	list, ok := r.at(tb, path...).([]any)
	if !ok {
		tb.Fatalf("no list at %v: %s", path, r.raw)
	}
	ids := []string{}
	for _, element := range list {
		object, _ := element.(map[string]any)
		id, _ := object["id"].(string)
		ids = append(ids, id)
	}
	return ids
}

// backend calls the Backend API with the secret key.
func backend(srv *clerktest.Server, method, path, body string) call {
	return call{
		method: method, url: srv.BackendURL() + path, body: body,
		header: map[string]string{"Authorization": "Bearer " + srv.SecretKey()},
	}
}

// setCookies returns the cookies that an answer sets, by name.
func (r result) setCookies(tb testing.TB) map[string]*http.Cookie {
	tb.Helper()
	return parseDirectives(tb, r.header.Values("Set-Cookie"))
}

func parseDirectives(tb testing.TB, directives []string) map[string]*http.Cookie {
	tb.Helper()
	cookies := map[string]*http.Cookie{}
	for _, directive := range directives {
		cookie, err := http.ParseSetCookie(directive)
		if err != nil {
			tb.Fatalf("directive %q: %v", directive, err)
		}
		cookies[cookie.Name] = cookie
	}
	return cookies
}

// verified checks a token's signature with the server's public key, and returns header and claims.
func verified(tb testing.TB, srv *clerktest.Server, raw string) (header, claims map[string]any) {
	tb.Helper()
	key, err := jwt.ParseRSAPublicKeyFromPEM([]byte(srv.JWTKey()))
	if err != nil {
		tb.Fatal(err)
	}
	payload := jwt.MapClaims{}
	token, err := jwt.NewParser(jwt.WithoutClaimsValidation(), jwt.WithValidMethods([]string{"RS256"})).
		ParseWithClaims(raw, payload, func(*jwt.Token) (any, error) { return key, nil })
	if err != nil {
		tb.Fatalf("token: %v", err)
	}
	return token.Header, payload
}

func userID(tb testing.TB, srv *clerktest.Server, email string) string {
	tb.Helper()
	return user(tb, srv, email).ID
}

func user(tb testing.TB, srv *clerktest.Server, email string) clerktest.SeededUser {
	tb.Helper()
	u, err := srv.UserByEmail(email)
	if err != nil {
		tb.Fatal(err)
	}
	return u
}

func signIn(tb testing.TB, b *clerktest.Browser, email string) clerktest.Session {
	tb.Helper()
	s, err := b.SignIn(email)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func session(tb testing.TB, srv *clerktest.Server, email string, o clerktest.SessionOptions) clerktest.Session {
	tb.Helper()
	s, err := srv.CreateSession(userID(tb, srv, email), o)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func statusOf(tb testing.TB, srv *clerktest.Server, id string) string {
	tb.Helper()
	s, err := srv.Session(id)
	if err != nil {
		tb.Fatal(err)
	}
	return s.Status
}
