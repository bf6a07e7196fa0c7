//go:build !race

// The race detector allocates, too: make figures runs this test without it.

package pages_test

import (
	"net/http"
	"testing"
)

// A page of 20 devices with 57 sign-ins, among 500 of 60 devices. templ takes most of it: two allocations for each text, and four for each
// component. Each control has a name of its own, and each time is told in two ways.
func TestThePageOfDevicesAllocatesLittle(t *testing.T) {
	const most = 9500
	b := with500Devices(t)
	for _, accept := range []string{"identity", "gzip"} {
		got := testing.AllocsPerRun(50, func() {
			if status := b.look(pathAtHand, accept); status != http.StatusOK {
				t.Errorf("status %d", status)
			}
		})
		if got > most {
			t.Errorf("Accept-Encoding %s: %.0f allocations, want at most %d", accept, got, most)
		}
	}
}
