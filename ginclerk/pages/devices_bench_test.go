package pages_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// BenchmarkDevicesPage is what the first page of 500 devices costs, through the whole Gin engine. "sessions" have been read from
// Clerk's answer; "answer" is decoded at each request, by clerk-sdk-go.
func BenchmarkDevicesPage(b *testing.B) {
	visitor := with500Devices(b)
	for _, row := range []struct{ name, path, accept string }{
		{"sessions/plain", pathAtHand, "identity"},
		{"sessions/gzip", pathAtHand, "gzip"},
		{"answer/plain", "/sessions/devices", "identity"},
		{"answer/gzip", "/sessions/devices", "gzip"},
	} {
		b.Run(row.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if status := visitor.look(row.path, row.accept); status != http.StatusOK {
					b.Fatalf("status %d", status)
				}
			}
			size := visitor.ask(http.MethodGet, row.path, nil, accepts(row.accept)).Body.Len()
			b.ReportMetric(float64(size), "page-bytes")
		})
	}
}

// pathAtHand has the page of devices with sessions that have been read before.
const pathAtHand = "/at-hand"

// with500Devices returns a browser of a user with 500 sessions, in an application that has Clerk's answer at hand.
func with500Devices(tb testing.TB) *browser {
	tb.Helper()
	at := &atHand{answers: map[string][]byte{}}
	w := newWorld(tb, options{
		kind: instance.Production, transport: at, pages: pages.Options{LimitReading: func(*gin.Context) {}},
		config: func(c *ginclerk.Config) { c.Logger = slog.New(slog.DiscardHandler) },
	})
	user, err := w.server.UserByEmail(ada)
	if err != nil {
		tb.Fatal(err)
	}
	b := w.browser(tb, ada)
	at.keep500(b.current(tb), user.ID, w.clock.Now())
	all, err := w.clerk.Sessions().ForUser(tb.Context(), user.ID, b.current(tb))
	if err != nil || len(all) != 500 {
		tb.Fatalf("%d sessions: %v", len(all), err)
	}
	service, err := session.New(session.Config{Reader: reader{all: all}, Revoker: reader{}})
	if err != nil {
		tb.Fatal(err)
	}
	w.engine.GET(pathAtHand, w.clerk.RequireSession(), w.site.ShowDevicesOf(service))
	return b
}

// look opens a page and drops its body.
func (b *browser) look(target, accept string) (status int) {
	r := b.request(http.MethodGet, target, nil)
	r.Header.Set("Accept-Encoding", accept)
	recorder := httptest.NewRecorder()
	recorder.Body = nil // what a recorder keeps is no cost of the page
	b.world.engine.ServeHTTP(recorder, r)
	return recorder.Code
}

// reader has the sessions at hand.
type reader struct {
	session.Reader
	all []session.Session
}

func (r reader) OfUser(context.Context, string, ...session.Status) ([]session.Session, error) {
	return r.all, nil
}

func (reader) Revoke(context.Context, string) error { return nil }

// atHand answers the lists of sessions from memory. Other requests go to the embedded Clerk.
type atHand struct {
	mu      sync.Mutex
	answers map[string][]byte
}

func (h *atHand) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.URL.Path, "/sessions") {
		return http.DefaultTransport.RoundTrip(r)
	}
	h.mu.Lock()
	body := h.answers[r.URL.Query().Get("offset")]
	h.mu.Unlock()
	if body == nil {
		body = []byte(`{"data":[],"total_count":500}`)
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}

// keep500 keeps the answers for 500 sessions of the user, among them the current one. The second answer has the last session
// alone, because the reader of the list asks for it once more.
func (h *atHand) keep500(currentID, userID string, now time.Time) {
	sessions := make([]string, 500)
	for i := range sessions {
		id := fmt.Sprintf("sess_%027d", i*7919)
		if i == 0 {
			id = currentID
		}
		at := now.Add(-time.Duration(i) * 17 * time.Minute).UnixMilli()
		sessions[i] = fmt.Sprintf(`{"object":"session","id":%q,"user_id":%q,"client_id":"client_%027d","actor":null,"status":"active",`+
			`"last_active_organization_id":null,"last_active_at":%d,"expire_at":%d,"abandon_at":%d,"created_at":%d,"updated_at":%d,`+
			`"latest_activity":{"object":"session_activity","id":"sess_activity_%027d","device_type":%q,"is_mobile":%t,"browser_name":%q,`+
			`"browser_version":"%d.0.%d","ip_address":"203.0.%d.%d","city":%q,"country":%q}}`,
			id, userID, i, at, at+7*86400000, at+30*86400000, at-3600000, at, i*31,
			[]string{"Macintosh", "iPhone", "Windows", "Linux"}[i%4], i%4 == 1, []string{"Chrome", "Safari", "Firefox"}[i%3],
			120+i%17, i%97, i%200, (i*37)%250, []string{"Vienna", "Graz", "Linz", "Berlin", "Paris"}[i%5], []string{"AT", "DE", "FR"}[i%3])
	}
	list := func(shown []string) []byte {
		return []byte(`{"data":[` + strings.Join(shown, ",") + `],"total_count":500}`)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answers["0"], h.answers["499"] = list(sessions), list(sessions[499:])
}
