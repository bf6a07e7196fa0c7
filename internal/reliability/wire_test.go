package reliability

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// service is what an application depends on.
type service string

const (
	keySet      service = "Key set"
	backendAPI  service = "Backend API"
	frontendAPI service = "Frontend API"
	redisServer service = "Redis"
	webhooks    service = "Webhooks"
)

// wire is the transport to the embedded Clerk. It spoils the answers of one service. Its connections live for one request, so that time
// in a bubble goes on between requests, and stands still during one that Clerk answers.
type wire struct {
	server *clerktest.Server
	begun  time.Time // of the bubble
	real   *http.Transport

	mu      sync.Mutex
	of      service
	fault   fault
	failed  int  // requests that were spoiled
	endless bool // a request came that has no end
}

func newWire(server *clerktest.Server) *wire {
	return &wire{server: server, begun: time.Now(), real: &http.Transport{DisableKeepAlives: true, DisableCompression: true}}
}

// spoil makes a service fail from now on.
func (w *wire) spoil(of service, f fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.of, w.fault, w.failed = of, f, 0
}

// fails reports whether a service fails in that way.
func (w *wire) fails(of service, f fault) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.of == of && w.fault == f
}

// faultFor returns how a request fails.
func (w *wire) faultFor(r *http.Request) fault {
	w.mu.Lock()
	defer w.mu.Unlock()
	of := frontendAPI
	if strings.HasPrefix(r.URL.String(), w.server.BackendURL()) {
		of = backendAPI
	}
	if strings.HasSuffix(r.URL.Path, "/v1/jwks") {
		of = keySet
	}
	if of != w.of || w.fault == works || w.fault == oneFailure && w.failed > 0 {
		return works
	}
	w.failed++
	return w.fault
}

// sync moves the clock of the embedded Clerk to the time of the bubble.
func (w *wire) sync() {
	w.server.Clock().Advance(time.Since(w.server.Clock().Now()))
}

// RoundTrip implements [http.RoundTripper].
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	f := w.faultFor(r)
	if err := errDial(f); err != nil {
		return nil, err
	}
	switch f {
	case hanging:
		if _, bounded := r.Context().Deadline(); !bounded {
			w.mu.Lock()
			w.endless = true
			w.mu.Unlock()
		}
		<-r.Context().Done()
		return nil, r.Context().Err()
	case slow:
		select {
		case <-time.After(slowness):
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	default:
	}
	if answer := answerOf(f, r); answer != nil {
		return answer, nil
	}
	return w.ask(r, f)
}

// ask has the embedded Clerk answer.
func (w *wire) ask(r *http.Request, f fault) (*http.Response, error) {
	w.sync()
	answer, err := w.real.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	if err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	switch f {
	case truncated:
		answer.Body = half(body)
	case wrongContentType:
		answer.Header.Set("Content-Type", "text/plain")
	default:
	}
	return answer, nil
}

// sessionOf returns the session that a token names.
func sessionOf(token string) string {
	var claims struct {
		SID string `json:"sid"`
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return ""
	}
	raw, _ := base64.RawURLEncoding.DecodeString(parts[1])
	_ = json.Unmarshal(raw, &claims)
	return claims.SID
}
