package ginclerk_test

import (
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"
)

// Two instances in one process, as in an application that serves two: a guard of one never takes the other's word.
func TestAGuardBelievesItsOwnInstanceAlone(t *testing.T) {
	t.Parallel()
	one, two := newApp(t), newApp(t)
	engine := gin.New()
	engine.Use(one.clerk.Attach())
	engine.GET("/one", one.clerk.RequireSession(), whoami)
	engine.GET("/two", two.clerk.RequireSession(), whoami)
	one.engine = engine
	token := bearer(one.token(t, bob))
	one.ask(http.MethodGet, "/one", token).wantStatus(t, http.StatusOK)
	one.ask(http.MethodGet, "/two", token).wantStatus(t, http.StatusUnauthorized)
}
