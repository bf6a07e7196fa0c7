package outgoing_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// place is a server that redirects to the address in the query, and records the requests.
type place struct {
	*httptest.Server
	mu   sync.Mutex
	seen []string
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.seen = append(p.seen, r.Header.Get("Authorization"))
		p.mu.Unlock()
		if to := r.URL.Query().Get("to"); to != "" {
			http.Redirect(w, r, to, http.StatusTemporaryRedirect)
		}
	}))
	t.Cleanup(p.Close)
	return p
}

// TestRedirects: the client asks the transport for every hop. Only those that never left the first origin get a token.
func TestRedirects(t *testing.T) {
	t.Parallel()
	const with, without = "Bearer secret", ""
	for _, row := range []struct {
		name           string
		way            func(a, b, c *place) string
		own            string // Authorization that the caller has set
		atA, atB, atEv []string
	}{
		{"to the same origin", func(a, _, _ *place) string { return a.URL + "/?to=/next" }, "", []string{with, with}, nil, nil},
		{"to another listed origin", func(a, b, _ *place) string { return a.URL + "/?to=" + b.URL }, "", []string{with}, []string{without}, nil},
		{"to an origin that is not listed", func(a, _, e *place) string { return a.URL + "/?to=" + e.URL }, "", []string{with}, nil, []string{without}},
		{"there and back", func(a, _, e *place) string { return a.URL + "/?to=" + e.URL + "/%3Fto=" + a.URL + "/secrets" }, "", []string{with, without}, nil, []string{without}},
		{"there and back, and on from there", func(a, _, e *place) string {
			back := a.URL + "/%3Fto=" + url.QueryEscape(url.QueryEscape("/secrets"))
			return a.URL + "/?to=" + e.URL + "/%3Fto=" + strings.ReplaceAll(back, "%3F", "%253F")
		}, "", []string{with, without, without}, nil, []string{without}},
		{"from an origin that is not listed", func(a, _, e *place) string { return e.URL + "/?to=" + a.URL }, "", []string{without}, nil, []string{without}},
		{"the caller's own credentials are the client's business", func(a, b, _ *place) string { return a.URL + "/?to=" + b.URL }, "Bearer own", []string{"Bearer own"}, []string{"Bearer own"}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a, b, evil := newPlace(t), newPlace(t), newPlace(t)
			client := &http.Client{Transport: newTransport(t, nil, a.URL, b.URL)}
			r := request(t, row.way(a, b, evil))
			if row.own != "" {
				r.Header.Set("Authorization", row.own)
			}
			response, err := client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			if err := response.Body.Close(); err != nil {
				t.Fatal(err)
			}
			for at, pair := range map[string][2][]string{"a": {a.seen, row.atA}, "b": {b.seen, row.atB}, "evil": {evil.seen, row.atEv}} {
				if !slices.Equal(pair[0], pair[1]) {
					t.Errorf("at %s: Authorization %q, want %q", at, pair[0], pair[1])
				}
			}
		})
	}
}
