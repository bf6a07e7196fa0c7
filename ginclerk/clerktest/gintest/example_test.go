package gintest_test

import (
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
)

func ExampleAssertGuarded() {
	engine := gin.New()
	engine.GET("/about", func(c *gin.Context) { c.String(http.StatusOK, "about us") })
	engine.GET("/invoices/:id", func(c *gin.Context) { c.AbortWithStatus(http.StatusUnauthorized) }) // guarded
	engine.DELETE("/invoices/:id", func(c *gin.Context) { c.Status(http.StatusNoContent) })          // forgotten

	// In a test of yours, t is the test's *testing.T:
	//
	//	gintest.AssertGuarded(t, engine, "GET /about")
	t := printer{&testing.T{}}
	gintest.AssertGuarded(t, engine, "GET /about")
	// Output:
	// DELETE /invoices/:id is not guarded (status 204, asked as an API without being signed in)
}
