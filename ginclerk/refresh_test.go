package ginclerk_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// heldRefresh answers refreshes with cookies, but only when it is let.
type heldRefresh struct {
	setCookie []string
	release   chan struct{}
	calls     atomic.Int64
}

func (h *heldRefresh) RoundTrip(r *http.Request) (*http.Response, error) {
	h.calls.Add(1)
	<-h.release
	answer, err := json.Marshal(map[string]any{"object": "cookies", "cookies": h.setCookie})
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
		Body: io.NopCloser(strings.NewReader(string(answer))),
	}, err
}

// A browser that restores its tabs asks for all of them with the same expired token.
func TestABrowsersTabsAreRenewedOnce(t *testing.T) {
	t.Parallel()
	outside := newApp(t)
	session := outside.session(t, bob, clerktest.SessionOptions{})
	expired := outside.mint(t, session.ID, clerktest.TokenOptions{Lifetime: -time.Minute})
	fresh := outside.mint(t, session.ID, clerktest.TokenOptions{})
	synctest.Test(t, func(t *testing.T) {
		held := &heldRefresh{setCookie: []string{"__session=" + fresh + "; Path=/"}, release: make(chan struct{})}
		config := configFor(outside.server)
		config.Tokens.JWTKey, config.ClerkAPI.HTTPClient = outside.server.JWTKey(), &http.Client{Transport: held}
		a := &app{clerk: newClerk(t, config), engine: gin.New()}
		a.guarded(a.clerk.RequireSession())
		suffix := a.clerk.PublishableKey().CookieSuffix()
		const tabs = 8
		answers := make(chan *answer, tabs)
		for range tabs {
			go func() {
				answers <- a.ask(http.MethodGet, "/guarded", navigation, withCookie("__session", expired),
					withCookie("__client_uat", "1"), withCookie("__clerk_db_jwt", "dvb"), withCookie("__refresh_"+suffix, "r"))
			}()
		}
		synctest.Wait()
		close(held.release)
		for range tabs {
			got := <-answers
			got.wantStatus(t, http.StatusOK).wantHeader(t, "Set-Cookie", held.setCookie[0])
		}
		if calls := held.calls.Load(); calls != 1 {
			t.Errorf("Clerk was asked %d times, want once", calls)
		}
	})
}
