package proxy_test

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/ginclerk/ginclerk/internal/logtest"
)

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
			_, _ = w.Write(bytes.Repeat([]byte("x"), 1<<20))
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		},
	}
}

// serving is a server of net/http alone.
func serving(t *testing.T, handler http.Handler, start func(*httptest.Server)) (*httptest.Server, *logtest.Buffer) {
	t.Helper()
	printed := &logtest.Buffer{}
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(printed, "", 0)
	start(server)
	t.Cleanup(server.Close)
	return server, printed
}

func TestACutAnswerIsNoCompleteOne(t *testing.T) {
	t.Parallel()
	for how, answer := range cutAnswers() {
		for protocol, start := range map[string]func(*httptest.Server){
			"HTTP/1.1":          (*httptest.Server).Start,
			"HTTP/1.1 over TLS": (*httptest.Server).StartTLS,
			"HTTP/2":            func(s *httptest.Server) { s.EnableHTTP2 = true; s.StartTLS() },
		} {
			t.Run(how+", "+protocol, func(t *testing.T) {
				t.Parallel()
				server, printed := serving(t, newFrontendAPI(t, answer).before(t), start)
				res, err := server.Client().Get(server.URL + "/__clerk/v1/client")
				if err == nil {
					text, err := io.ReadAll(res.Body)
					if closed := res.Body.Close(); err == nil || closed != nil {
						t.Errorf("a complete %s of %d bytes", res.Status, len(text))
					}
				}
				server.Close()
				if printed.String() != "" {
					t.Errorf("printed: %s", printed)
				}
			})
		}
	}
}

// An HTTP/1.0 response ends with its connection: nginx speaks so to what is behind it.
func TestACutAnswerIsNoCompleteOneOverHTTP10(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*httptest.Server){"plain": (*httptest.Server).Start, "TLS": (*httptest.Server).StartTLS} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, _ := serving(t, newFrontendAPI(t, cutAnswers()["in chunks"]).before(t), start)
			connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
			if err == nil && name == "TLS" {
				connection = tls.Client(connection, &tls.Config{InsecureSkipVerify: true})
			}
			if err != nil {
				t.Fatal(err)
			}
			defer connection.Close() //nolint:errcheck // it is reset
			_, _ = fmt.Fprint(connection, "GET /__clerk/v1/client HTTP/1.0\r\nHost: "+ownHost+"\r\n\r\n")
			if text, err := io.ReadAll(connection); err == nil {
				t.Errorf("a connection that ended well, after %d bytes", len(text))
			}
		})
	}
}

// Where the connection is hidden, the handler ends as net/http asks for.
func TestACutAnswerPanicsWhereTheConnectionIsHidden(t *testing.T) {
	t.Parallel()
	defer func() {
		if err, ok := recover().(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
			t.Errorf("the handler ended with %v", err)
		}
	}()
	ask(newFrontendAPI(t, cutAnswers()["in chunks"]).before(t), http.MethodGet, "/__clerk/v1/client", nil)
	t.Error("a complete answer")
}
