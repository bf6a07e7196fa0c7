package gintest_test

import (
	"context"
	"log"
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/attack"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
)

// A page leads to every address that its link names.
func ExampleAttack() {
	srv, err := clerktest.Start(clerktest.Config{}) // in a test, clerktest.New(t) starts and closes the server
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = srv.Close(context.Background()) }()
	clerk, err := ginclerk.New(gintest.Config(srv))
	if err != nil {
		log.Fatal(err) //nolint:gocritic // an example
	}
	defer func() { _ = clerk.Close(context.Background()) }()
	engine := gin.New()
	engine.GET("/invoices", clerk.RequireSession(), func(c *gin.Context) { c.String(http.StatusOK, "your invoices") })
	engine.GET("/leave", func(c *gin.Context) { c.Redirect(http.StatusFound, c.Query("to")) })

	// In a test of yours, t is the test's *testing.T:
	//
	//	gintest.Attack(t, srv, engine, attack.Options{}, "/leave")
	t := printer{&testing.T{}}
	gintest.Attack(t, srv, engine, attack.Options{}, "/leave")
	// Output:
	// GET /leave: redirect (Location), and 47 more of this kind
	//     sent:   the target "https://evil.example"
	//     got:    status 302 to "https://evil.example"
	//     why:    a link to the application leads to somebody else's page, who asks for a password there
	//     remedy: send targets through ginclerk.Links.Safe
}
