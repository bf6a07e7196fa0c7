package pages_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/pages"
)

// A user who opens one page again and again has to wait. Meanwhile another user's token is renewed.
func TestAReaderLeavesClerkToOthers(t *testing.T) {
	t.Parallel()
	for path, most := range map[string]int{"/sessions": 60, "/sessions/accounts": 15, "/sessions/devices": 60} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{rateLimits: true})
			reader, other := w.browser(t, ada), w.browser(t, mia)
			w.clock.Advance(2 * time.Minute)
			shown := 0
			for range 120 {
				switch got := reader.ask(http.MethodGet, path, nil); got.Code {
				case http.StatusOK:
					shown++
				case http.StatusTooManyRequests:
					if got.Header().Get("Retry-After") == "" {
						t.Error("the answer has no Retry-After")
					}
				default:
					t.Fatalf("status %d", got.Code)
				}
			}
			if shown != most {
				t.Errorf("the page was shown %d times, want %d", shown, most)
			}
			other.open(t, "/sessions").wantPage(t, http.StatusOK, "/sessions", "")
			if got := other.ask(http.MethodPost, w.base+"/sign-out", url.Values{}); got.Code != http.StatusSeeOther {
				t.Errorf("another can't sign out: status %d", got.Code)
			}
			w.clock.Advance(20 * time.Second)
			reader.open(t, path).wantPage(t, http.StatusOK, path, "")
		})
	}
}

// The application has no limit for actions.
func TestTheActionsOfOneUserLeaveRequestsToOthers(t *testing.T) {
	t.Parallel()
	for _, action := range []string{"/switch", "/accounts/sign-out", "/devices/revoke", "/sign-out-others"} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{rateLimits: true, ticking: action == "/sign-out-others"})
			b, other := w.browser(t, ada), w.browser(t, mia)
			w.clock.Advance(2 * time.Minute)
			refused := 0
			for range 60 {
				if got := b.ask(http.MethodPost, w.base+action, url.Values{"session_id": {"sess_unknown"}}); got.Code == http.StatusTooManyRequests {
					refused++
				}
			}
			if refused == 0 {
				t.Error("none of 60 actions was refused")
			}
			other.open(t, "/sessions").wantPage(t, http.StatusOK, "/sessions", "")
		})
	}
}

// The application's limit in front of pages replaces the default one.
func TestLimitReadingReplacesTheDefault(t *testing.T) {
	t.Parallel()
	refuse := func(c *gin.Context) { c.AbortWithStatus(http.StatusTeapot) }
	w := newWorld(t, options{pages: pages.Options{LimitReading: refuse}})
	b := w.browser(t, ada)
	for _, path := range []string{"/sessions", "/sessions/accounts", "/sessions/devices"} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			if got := b.ask(method, path, nil); got.Code != http.StatusTeapot {
				t.Errorf("%s %s: status %d", method, path, got.Code)
			}
		}
	}
	if got := b.ask(http.MethodPost, w.base+"/sign-out", url.Values{}); got.Code != http.StatusSeeOther {
		t.Errorf("signing out here: status %d", got.Code)
	}
}

// The application's limit stands in front of every action, and never stops a person from signing out.
func TestLimitActionsStandsInFrontOfActions(t *testing.T) {
	t.Parallel()
	refuse := func(c *gin.Context) { c.AbortWithStatus(http.StatusTooManyRequests) }
	w := newWorld(t, options{pages: pages.Options{LimitActions: refuse}})
	b := w.browser(t, mia, ada)
	for _, path := range []string{
		"/sign-out-everywhere", "/sign-out-others", "/devices/sign-out", "/sign-outs/x/retry", "/switch", "/accounts/sign-out",
		"/devices/revoke", "/verify/proof", "/verify/factor",
	} {
		if got := b.ask(http.MethodPost, w.base+path, url.Values{}); got.Code != http.StatusTooManyRequests {
			t.Errorf("%s: status %d", path, got.Code)
		}
	}
	if got := b.ask(http.MethodGet, w.base+"/verify", nil); got.Code != http.StatusTooManyRequests {
		t.Errorf("beginning a verification: status %d", got.Code)
	}
	b.open(t, "/sessions").wantPage(t, http.StatusOK, "/sessions", "")
	if got := b.ask(http.MethodPost, w.base+"/sign-out", url.Values{}); got.Code != http.StatusSeeOther {
		t.Errorf("signing out here: status %d", got.Code)
	}
}
