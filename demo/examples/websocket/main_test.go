package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/coder/websocket"
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
)

// application is the example on an embedded Clerk.
type application struct {
	origin string
	server *clerktest.Server
	clerk  *ginclerk.Clerk
}

func start(t *testing.T) application {
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
	return application{origin: origin, server: server, clerk: clerk}
}

// dial opens a WebSocket as a page on a host does, with the words that it gives to the constructor, and returns the status of the answer.
func (a application) dial(t *testing.T, header http.Header, protocols ...string) (*websocket.Conn, int) {
	t.Helper()
	conn, response, err := websocket.Dial(t.Context(), a.origin+"/echo", &websocket.DialOptions{HTTPHeader: header, Subprotocols: protocols})
	if response == nil {
		t.Fatal(err)
	}
	if err != nil {
		_ = response.Body.Close()
		return nil, response.StatusCode
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	return conn, response.StatusCode
}

// signIn signs a user in, and returns the session with a token of it.
func (a application) signIn(t *testing.T, email string) (clerktest.Session, string) {
	t.Helper()
	session, err := a.server.NewBrowser().SignIn(email)
	if err != nil {
		t.Fatal(err)
	}
	token, err := a.server.MintToken(session.ID, clerktest.TokenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return session, token
}

func TestASocketNeedsASession(t *testing.T) {
	a := start(t)
	cookies, err := a.server.CookieHeader("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name      string
		header    http.Header
		protocols []string
		want      int
	}{
		{"without a token", nil, nil, http.StatusUnauthorized},
		{"with something that is no token", nil, []string{protocol, "garbage"}, http.StatusUnauthorized},
		{"with the cookies of the application's own page", http.Header{"Cookie": {cookies}, "Origin": {a.origin}}, nil, http.StatusSwitchingProtocols},
		{"with cookies, from another site", http.Header{"Cookie": {cookies}, "Origin": {"https://evil.example"}}, nil, http.StatusForbidden},
	} {
		t.Run(row.name, func(t *testing.T) {
			if _, got := a.dial(t, row.header, row.protocols...); got != row.want {
				t.Errorf("the upgrade is answered with %d, want %d", got, row.want)
			}
		})
	}
}

func TestASocketLastsAsLongAsItsSession(t *testing.T) {
	a := start(t)
	session, token := a.signIn(t, "ada@example.com")
	conn, status := a.dial(t, http.Header{"Origin": {"https://other.example.com"}}, protocol, token)
	if status != http.StatusSwitchingProtocols || conn.Subprotocol() != protocol {
		t.Fatalf("the upgrade is answered with %d", status)
	}
	if err := conn.Write(t.Context(), websocket.MessageText, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	if _, message, err := conn.Read(t.Context()); err != nil || string(message) != "hello" {
		t.Fatalf("the echo is %q: %v", message, err)
	}

	if err := a.clerk.Sessions().Revoke(t.Context(), session.UserID, session.ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := conn.Read(t.Context()); websocket.CloseStatus(err) != websocket.StatusPolicyViolation {
		t.Errorf("after the session: %v, want a close with 1008", err)
	}
	if _, status := a.dial(t, nil, protocol, token); status != http.StatusUnauthorized {
		t.Errorf("a new socket of the ended session gets %d, want 401", status)
	}
}
