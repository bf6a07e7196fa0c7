package clerktest_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// A program that listens beyond loopback still shows its page to this machine alone.
func TestTheDashboardIsOnlyForThisMachine(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, peer, host string
		status           int
	}{
		{"this machine", "127.0.0.1:52000", "127.0.0.1:4010", 204},
		{"this machine by its name", "127.0.0.1:52000", "localhost:4010", 204},
		{"this machine by IPv6", "[::1]:52000", "[::1]:4010", 204},
		{"another machine", "192.0.2.7:52000", "192.0.2.1:4010", 403},
		{"another machine that says localhost", "192.0.2.7:52000", "localhost:4010", 403},
		{"this machine by its address in the network", "127.0.0.1:52000", "192.0.2.1:4010", 403},
		{"no peer", "", "127.0.0.1:4010", 403},
		{"no host", "127.0.0.1:52000", "", 403},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
			r.RemoteAddr, r.Host = row.peer, row.host
			w := httptest.NewRecorder()
			clerktest.OnlyFromHere(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusNoContent)
			})).ServeHTTP(w, r)
			if w.Code != row.status {
				t.Errorf("status %d, want %d", w.Code, row.status)
			}
		})
	}
}
