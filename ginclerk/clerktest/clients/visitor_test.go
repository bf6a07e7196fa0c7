package clients_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

const appOrigin = "http://localhost:4110"

// visitor is a browser at an application that @clerk/backend guards: it keeps cookies and follows redirects.
type visitor struct {
	node    *node
	srv     *clerktest.Server
	cookies map[string]string
	options map[string]any // of authenticateRequest, added to the usual ones
	headers map[string]string
}

// state is the result of authenticateRequest.
type state struct {
	Status    string      `json:"status"`
	Reason    string      `json:"reason"`
	Message   string      `json:"message"`
	Headers   [][2]string `json:"headers"`
	UserID    string      `json:"userId"`
	SessionID string      `json:"sessionId"`
	OrgID     string      `json:"orgId"`
	Token     string      `json:"token"`
}

// newVisitor has the browser's cookies, without those that are named.
func newVisitor(t *testing.T, n *node, srv *clerktest.Server, b *clerktest.Browser, without ...string) *visitor {
	t.Helper()
	cookies, err := b.Cookies(appOrigin)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{node: n, srv: srv, cookies: map[string]string{}}
	for _, cookie := range cookies {
		if !slices.ContainsFunc(without, func(name string) bool { return strings.HasPrefix(cookie.Name, name) }) {
			v.cookies[cookie.Name] = cookie.Value
		}
	}
	return v
}

// open authenticates a request for a document with the client, and keeps the cookies that its answer sets.
func (v *visitor) open(t *testing.T, url string) state {
	t.Helper()
	headers := map[string]string{"accept": "text/html", "sec-fetch-dest": "document", "cookie": v.header()}
	maps.Copy(headers, v.headers)
	options := map[string]any{"proxyUrl": v.node.frontend}
	maps.Copy(options, v.options)
	request := map[string]any{"url": url, "method": http.MethodGet, "headers": headers}
	got := call[state](t, v.node, "authenticateRequest", request, options)
	v.take(t, got.all("set-cookie"))
	return got
}

// handshake opens a page without a session token. The client answers with a handshake.
func (v *visitor) handshake(t *testing.T, url string) state {
	t.Helper()
	for name := range v.cookies {
		if strings.HasPrefix(name, instance.CookieSession) || strings.HasPrefix(name, instance.CookieRefresh) {
			delete(v.cookies, name)
		}
	}
	return v.open(t, url)
}

// prefixed returns the value of the cookie with the prefix and a suffix.
func (v *visitor) prefixed(prefix string) string {
	for name, value := range v.cookies {
		if strings.HasPrefix(name, prefix+"_") {
			return value
		}
	}
	return ""
}

// follow follows a handshake's redirect, and returns the address that it leads back to.
func (v *visitor) follow(t *testing.T, s state) string {
	t.Helper()
	return v.followAs(t, s, "nonce")
}

// followAs follows it and requests a form of the answer: nonce, as the client always does, or token.
func (v *visitor) followAs(t *testing.T, s state, format string) string {
	t.Helper()
	if s.Status != "handshake" || !strings.HasPrefix(s.location(), v.node.frontend+"/v1/client/handshake?") {
		t.Fatalf("%+v, want a handshake", s)
	}
	address := strings.Replace(s.location(), "format=nonce", "format="+format, 1)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Cookie", v.header())
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusTemporaryRedirect {
		t.Fatalf("handshake: status %d", response.StatusCode)
	}
	v.take(t, response.Header.Values("Set-Cookie"))
	return response.Header.Get("Location")
}

func (v *visitor) header() string {
	pairs := make([]string, 0, len(v.cookies))
	for name, value := range v.cookies {
		pairs = append(pairs, name+"="+value)
	}
	return strings.Join(pairs, "; ")
}

func (v *visitor) take(t *testing.T, directives []string) {
	t.Helper()
	for _, directive := range directives {
		cookie, err := http.ParseSetCookie(directive)
		if err != nil {
			t.Fatalf("%q: %v", directive, err)
		}
		v.cookies[cookie.Name] = cookie.Value
		if cookie.MaxAge < 0 || cookie.Value == "" {
			delete(v.cookies, cookie.Name)
		}
	}
}

func (s state) all(name string) (values []string) {
	for _, header := range s.Headers {
		if strings.EqualFold(header[0], name) {
			values = append(values, header[1])
		}
	}
	return values
}

func (s state) location() string {
	for _, value := range s.all("location") {
		return value
	}
	return ""
}

// wantSignedIn fails unless the session is signed in, without a further redirect.
func (s state) wantSignedIn(t *testing.T, want clerktest.Session) {
	t.Helper()
	if s.Status != "signed-in" || s.SessionID != want.ID || s.UserID != want.UserID || s.OrgID != want.OrganizationID {
		t.Errorf("%+v, want session %+v signed in", s, want)
	}
}
