package pages_test

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// A gateway between the application and Clerk answers 404 or 403. That says nothing about the session: the page fails now, and
// works again when the gateway does.
func TestAGatewayEndsNoSession(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/sessions", "/sessions/accounts", "/sessions/devices"} {
		for _, status := range []int{401, 403, 404, 410, 422} {
			t.Run(path+" "+strconv.Itoa(status), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, options{})
				b := w.browser(t, ada)
				b.open(t, path).wantPage(t, http.StatusOK, path, "")
				w.server.Fail(clerktest.Fault{Status: status, Garbage: true})
				b.open(t, path).wantPage(t, http.StatusServiceUnavailable, path, "")
				w.server.ClearFaults()
				b.open(t, path).wantPage(t, http.StatusOK, path, "")
			})
		}
	}
}

// Clerk does not know something else that the page asks for, or leaves the session out of a list.
func TestOnlyTheSessionsOwnAnswerEndsIt(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, path string
		fault      clerktest.Fault
		want       int
	}{
		{
			"a client that Clerk does not know", "/sessions/accounts",
			clerktest.Fault{Operation: "GET /v1/clients/{client_id}", Status: http.StatusNotFound},
			http.StatusServiceUnavailable,
		},
		{
			"a user that Clerk does not know", "/sessions/devices",
			clerktest.Fault{Operation: "GET /v1/sessions", Status: http.StatusNotFound},
			http.StatusServiceUnavailable,
		},
		{
			"a list that lags behind", "/sessions/devices",
			clerktest.Fault{Operation: "GET /v1/sessions", Body: `{"data":[],"total_count":0}`},
			http.StatusOK,
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{kind: instance.Production})
			b := w.browser(t, ada)
			w.server.Fail(row.fault)
			p := b.open(t, row.path).wantPage(t, row.want, row.path, "")
			if row.want == http.StatusOK && len(p.all(t, "device-row")) != 1 {
				t.Errorf("%d devices are shown, want this one", len(p.all(t, "device-row")))
			}
			w.server.ClearFaults()
			b.open(t, row.path).wantPage(t, http.StatusOK, row.path, "")
		})
	}
}
