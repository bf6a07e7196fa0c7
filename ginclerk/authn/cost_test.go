//go:build !race

// The race detector allocates, too: make figures runs these tests without it.

package authn_test

import (
	"net/http"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
)

// TestAllocations has ceilings, so that no later change loses what was gained. The memory knows the good tokens.
func TestAllocations(t *testing.T) {
	development, production := newBench(t, "dev", nil), newBench(t, "prod", nil)
	for _, row := range []struct {
		name    string
		on      *bench
		request *http.Request
		status  authn.Status
		want    float64
	}{
		{"a bearer token", development, bearing(development.Tokens["valid"]), authn.SignedIn, 2},
		{"cookies in development", development, navigation("/", development.signedInCookies("valid")), authn.SignedIn, 3},
		{"cookies in production", production, navigation("/", production.signedInCookies("valid")), authn.SignedIn, 3},
		{"no cookies", production, navigation("/"), authn.SignedOut, 6},
		{"garbage as a bearer token", development, bearing("garbage"), authn.SignedOut, 12},
	} {
		t.Run(row.name, func(t *testing.T) {
			request := authn.Request{HTTP: row.request, Origin: ownOrigin}
			got := testing.AllocsPerRun(200, func() {
				if state := row.on.Authenticate(request); state.Status != row.status {
					t.Error(state.Status, state.Reason)
				}
			})
			if got > row.want {
				t.Errorf("%v allocations, want at most %v", got, row.want)
			}
		})
	}
}
