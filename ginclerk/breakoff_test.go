package ginclerk_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// secretsOnTheWay are what the requests of these tests carry and no log may show.
func secretsOnTheWay() []string {
	return []string{"secret-client", "secret-session", "secret-bearer", "secret-handshake", "secret-nonce", someSecretKey}
}

// proxying is an application on a real socket, with Gin's recovery in front, whose Frontend API answers as it is told.
type proxying struct {
	server  *httptest.Server
	printed *safeBuffer
	log     *safeBuffer
}

func newProxying(t *testing.T, answer http.HandlerFunc, serve func(*httptest.Server), front ...gin.HandlerFunc) *proxying {
	t.Helper()
	u := httptest.NewServer(answer)
	t.Cleanup(u.Close)
	p := &proxying{printed: &safeBuffer{}, log: &safeBuffer{}}
	engine := gin.New()
	engine.Use(gin.RecoveryWithWriter(p.printed))
	engine.Use(front...)
	clerk := newClerk(t, ginclerk.Config{
		PublishableKey: somePublishableKey(), SecretKey: someSecretKey, Origins: []string{ownOrigin}, ProxyURL: "/__clerk",
		ClerkAPI: ginclerk.ClerkAPI{FrontendURL: u.URL}, Logger: textLogger(p.log),
	})
	engine.Use(clerk.Attach())
	clerk.MountProxy(engine)
	p.server = httptest.NewUnstartedServer(engine)
	p.server.Config.ErrorLog = textLog(p.printed)
	serve(p.server)
	t.Cleanup(p.server.Close)
	return p
}

func (p *proxying) request(ctx context.Context, t *testing.T) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.server.URL+"/__clerk/v1/client?__clerk_handshake=secret-handshake&rotating_token_nonce=secret-nonce", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Cookie", "__client=secret-client; __session=secret-session")
	r.Header.Set("Authorization", "Bearer secret-bearer")
	return r
}

func (p *proxying) wantNothingSecret(t *testing.T) {
	t.Helper()
	for _, secret := range secretsOnTheWay() {
		if strings.Contains(p.printed.String()+p.log.String(), secret) {
			t.Errorf("%s was printed: %s%s", secret, p.printed, p.log)
		}
	}
}

// cutAnswers are answers of Clerk's that end too early.
func cutAnswers() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"with a length": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"response":`)
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		},
		"in chunks": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"response":`)
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		},
		"in chunks that are large": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(bytes.Repeat([]byte("x"), 1<<20))
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		},
	}
}

func protocols() map[string]func(*httptest.Server) {
	return map[string]func(*httptest.Server){
		"HTTP/1.1":          (*httptest.Server).Start,
		"HTTP/1.1 over TLS": (*httptest.Server).StartTLS,
		"HTTP/2":            func(s *httptest.Server) { s.EnableHTTP2 = true; s.StartTLS() },
	}
}

func TestATruncatedAnswerOfClerkIsNotACompleteOne(t *testing.T) {
	t.Parallel()
	for how, answer := range cutAnswers() {
		for protocol, serve := range protocols() {
			t.Run(how+", "+protocol, func(t *testing.T) {
				t.Parallel()
				p := newProxying(t, answer, serve)
				for range 2 {
					res, err := p.server.Client().Do(p.request(t.Context(), t))
					if err != nil {
						continue // broken before the header
					}
					text, err := io.ReadAll(res.Body)
					if closed := res.Body.Close(); err == nil || closed != nil {
						t.Errorf("a complete %s of %d bytes", res.Status, len(text))
					}
				}
				p.wantNothingSecret(t)
				if strings.Contains(p.printed.String(), "panic") {
					t.Errorf("a panic reached Gin: %s", p.printed)
				}
			})
		}
	}
}

// An HTTP/1.0 response ends with its connection: nginx speaks so to what is behind it.
func TestATruncatedAnswerOfClerkIsNotACompleteOneOverHTTP10(t *testing.T) {
	t.Parallel()
	for how, answer := range cutAnswers() {
		for name, serve := range map[string]func(*httptest.Server){"plain": (*httptest.Server).Start, "TLS": (*httptest.Server).StartTLS} {
			t.Run(how+", "+name, func(t *testing.T) {
				t.Parallel()
				p := newProxying(t, answer, serve)
				address := p.server.Listener.Addr().String()
				connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
				if err == nil && name == "TLS" {
					connection = tls.Client(connection, &tls.Config{InsecureSkipVerify: true})
				}
				if err != nil {
					t.Fatal(err)
				}
				defer connection.Close() //nolint:errcheck // it is reset
				_, _ = fmt.Fprintf(connection, "GET /__clerk/v1/client HTTP/1.0\r\nHost: %s\r\n\r\n", ownHost)
				text, err := io.ReadAll(connection)
				if err == nil && !bytes.Contains(text, []byte("Content-Length: 1000")) {
					t.Errorf("a connection that ended well, after %d bytes", len(text))
				}
			})
		}
	}
}

func TestABrowserThatLeavesPrintsNothing(t *testing.T) {
	t.Parallel()
	for protocol, serve := range protocols() {
		t.Run(protocol, func(t *testing.T) {
			t.Parallel()
			gone, done := make(chan struct{}), make(chan struct{})
			p := newProxying(t, func(w http.ResponseWriter, r *http.Request) {
				defer close(done)
				_, _ = io.WriteString(w, "begun")
				_ = http.NewResponseController(w).Flush()
				<-gone
				for r.Context().Err() == nil { // until the proxy has noticed
					if _, err := w.Write(bytes.Repeat([]byte("x"), 1<<16)); err != nil {
						return
					}
				}
			}, serve)
			ctx, leave := context.WithCancel(t.Context())
			res, err := p.server.Client().Do(p.request(ctx, t))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := bufio.NewReader(res.Body).ReadByte(); err != nil {
				t.Fatal(err)
			}
			leave()
			_ = res.Body.Close()
			close(gone)
			<-done
			p.server.Close() // waits for the handler
			p.wantNothingSecret(t)
			if got := p.printed.String(); got != "" {
				t.Errorf("printed: %s", got)
			}
		})
	}
}

// Middleware may hide the connection behind a writer of its own. Nothing secret is printed then, either.
func TestAHiddenConnectionPrintsNothingSecret(t *testing.T) {
	t.Parallel()
	hide := func(c *gin.Context) { c.Writer = struct{ gin.ResponseWriter }{c.Writer} }
	p := newProxying(t, cutAnswers()["in chunks"], (*httptest.Server).Start, hide)
	if res, err := p.server.Client().Do(p.request(t.Context(), t)); err == nil {
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
	}
	p.server.Close()
	p.wantNothingSecret(t)
}
