package gintest_test

import (
	"log"
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
)

// The file says that administrators alone delete invoices. A change has made that every member.
func ExampleAssertRoutes() {
	clerk, err := ginclerk.New(ginclerk.Config{
		PublishableKey: "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k", SecretKey: "sk_test_example", Origins: []string{"https://app.example.com"},
	})
	if err != nil {
		log.Fatal(err)
	}
	page := func(c *gin.Context) { c.Status(http.StatusOK) }
	engine := gin.New()
	engine.GET("/about", page)
	engine.DELETE("/invoices/:id", clerk.RequireSession(), page)

	// In a test of yours, t is the test's *testing.T:
	//
	//	gintest.AssertRoutes(t, engine, "testdata/routes.txt", "GET /about")
	t := printer{&testing.T{}}
	gintest.AssertRoutes(t, engine, "testdata/example.txt", "GET /about")
	// Output:
	// these routes changed their guard since testdata/example.txt was written:
	//   DELETE /invoices/:id
	//       was  session  Require(Role(org:admin))
	//       is   session  RequireSession
	// If that is meant, GINCLERK_UPDATE_ROUTES=1 go test ./... writes the file.
}
