package proxy_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/proxy"
	"github.com/ginclerk/ginclerk/internal/logtest"
)

const (
	secretKey    = "sk_live_secretsecretsecret"
	instanceHost = "clerk.example.com"
	ownHost      = "app.example.com"
	client       = "198.51.100.9"
)

func publishableKey() string {
	return instance.NewPublishableKey(instanceHost, instance.Production).String()
}

// frontendAPI stands for Clerk's and keeps what it is asked.
type frontendAPI struct {
	*httptest.Server
	answer http.HandlerFunc // nil: 200

	mu     sync.Mutex
	asked  []*http.Request
	bodies []string
}

func newFrontendAPI(t *testing.T, answer http.HandlerFunc) *frontendAPI {
	t.Helper()
	f := &frontendAPI{answer: answer}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		f.mu.Lock()
		if err == nil {
			f.asked, f.bodies = append(f.asked, r), append(f.bodies, string(text))
		}
		f.mu.Unlock()
		if f.answer != nil {
			f.answer(w, r)
		}
	}))
	t.Cleanup(f.Close)
	return f
}

func (f *frontendAPI) requests() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.asked)
}

func (f *frontendAPI) only(t *testing.T) *http.Request {
	t.Helper()
	if n := f.requests(); n != 1 {
		t.Fatalf("asked %d times, want once", n)
	}
	return f.asked[0]
}

func (f *frontendAPI) host() string { return strings.TrimPrefix(f.URL, "http://") }

// before is a proxy in front of it.
func (f *frontendAPI) before(t *testing.T, changes ...func(*proxy.Config)) *proxy.Proxy {
	t.Helper()
	config := proxy.Config{URL: "/__clerk", Upstream: f.URL, PublishableKey: publishableKey(), SecretKey: secretKey}
	for _, change := range changes {
		change(&config)
	}
	if config.Transport == nil { // the end of each test's server closes the idle connections of the default one, which all tests would share
		transport := http.DefaultTransport.(*http.Transport).Clone()
		t.Cleanup(transport.CloseIdleConnections)
		config.Transport = transport
	}
	p, err := proxy.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// ask sends a request to a handler as a browser without any proxy in between would.
func ask(handler http.Handler, method, target string, body io.Reader, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, body)
	if strings.HasPrefix(target, "/") {
		r.Host = ownHost
	}
	r.RemoteAddr = client + ":1234"
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

// logger returns a logger that writes every line to the buffer.
func logger(b *logtest.Buffer) *slog.Logger {
	return slog.New(slog.NewTextHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug}))
}
