package main

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
)

// start starts the application with an embedded Clerk, and returns its address.
func start(t *testing.T) (string, *clerktest.Server) {
	t.Helper()
	gin.SetMode(gin.TestMode)
	app := httptest.NewUnstartedServer(nil)
	origin := "http://" + app.Listener.Addr().String()
	server := clerktest.New(t, func(c *clerktest.Config) { c.Origins = []string{origin} })
	clerk, err := ginclerk.New(gintest.Config(server))
	if err != nil {
		t.Fatal(err)
	}
	if app.Config.Handler, err = newRouter(clerk); err != nil {
		t.Fatal(err)
	}
	app.Start()
	t.Cleanup(app.Close)
	return origin, server
}

// answer is what a script gets. The body is open until the test ends.
type answer struct {
	status int
	kind   string // Content-Type
	body   io.Reader
}

// send sends a request of a script on the application's own page.
func send(t *testing.T, method, address, cookies string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/event-stream, application/json")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	request.Header.Set("Sec-Fetch-Dest", "empty")
	request.Header.Set("Cookie", cookies)
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	return answer{status: response.StatusCode, kind: response.Header.Get("Content-Type"), body: response.Body}
}

func TestAStreamNeedsASession(t *testing.T) {
	origin, _ := start(t)
	if got := send(t, http.MethodGet, origin+"/events", ""); got.status != http.StatusUnauthorized {
		t.Errorf("signed out: %d, want 401", got.status)
	}
}

func TestAStreamEndsWithItsSession(t *testing.T) {
	origin, server := start(t)
	cookies, err := server.CookieHeader("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	stream := send(t, http.MethodGet, origin+"/events", cookies)
	if stream.status != http.StatusOK || !strings.HasPrefix(stream.kind, "text/event-stream") {
		t.Fatalf("the stream is %d %s", stream.status, stream.kind)
	}
	lines := bufio.NewReader(stream.body)
	if first, err := lines.ReadString('\n'); err != nil || first != "event:time\n" {
		t.Fatalf("the stream begins with %q: %v", first, err)
	}

	if got := send(t, http.MethodPost, origin+"/sessions/sign-out", cookies); got.status != http.StatusOK {
		t.Fatalf("signing out in another tab: %d", got.status)
	}
	rest, err := io.ReadAll(lines) // to the end of the stream
	if err != nil || !strings.HasSuffix(string(rest), "event:ended\ndata:You have been signed out.\n\n") {
		t.Errorf("the stream ends with %q: %v", rest, err)
	}
}
