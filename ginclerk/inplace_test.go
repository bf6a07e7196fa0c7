package ginclerk_test

import (
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// Middleware that takes a credential away may do so in place. Then what was decided with it holds no longer, for any guard that decides
// again.
func TestACredentialThatIsTakenAwayInPlaceCountsNoMore(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	takeAway := func(c *gin.Context) {
		for _, name := range []string{"Authorization", "Cookie"} {
			for i := range c.Request.Header[name] {
				c.Request.Header[name][i] = ""
			}
		}
	}
	a.engine.GET("/token", a.clerk.Attach(), takeAway, a.clerk.RequireToken(ginclerk.SessionToken, ginclerk.APIKey), whoami)
	a.engine.GET("/again", a.clerk.Attach(), takeAway, func(c *gin.Context) {
		c.Request.URL.Path = "/session"
		a.engine.HandleContext(c)
		c.Abort()
	})
	a.engine.GET("/session", a.clerk.RequireSession(), whoami)
	for _, target := range []string{"/token", "/again"} {
		a.ask(http.MethodGet, target, program, bearer(a.token(t, ada))).wantStatus(t, http.StatusUnauthorized)
		v := a.visitor(t, ada)
		v.ask(http.MethodGet, target, fetched).wantStatus(t, http.StatusUnauthorized)
	}
}
