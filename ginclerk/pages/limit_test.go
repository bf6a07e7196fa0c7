package pages_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/pages"
)

// TestLimitActions: what stands in front of actions sees each of them, and can't keep anybody from signing out.
func TestLimitActions(t *testing.T) {
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
