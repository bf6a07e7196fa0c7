package routes_test

import (
	"fmt"
	"log"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/routes"
)

// A guard is registered behind a route that it was meant for.
func ExampleOf() {
	clerk, err := ginclerk.New(ginclerk.Config{
		PublishableKey: "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k", SecretKey: "sk_test_example", Origins: []string{"https://app.example.com"},
	})
	if err != nil {
		log.Fatal(err)
	}
	page := func(c *gin.Context) { c.Status(http.StatusOK) }
	engine := gin.New()
	engine.GET("/about", page)
	engine.GET("/reports", page)
	engine.Use(clerk.RequireSession())
	engine.GET("/invoices", page)
	engine.DELETE("/invoices/:id", clerk.Require(ginclerk.Role("org:admin")), page)

	m, err := routes.Of(engine, "GET /about")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(m)
	// Output:
	// METHODS  PATH           NEEDS    GUARDS
	// GET      /about         public
	// GET      /invoices      session  RequireSession
	// DELETE   /invoices/:id  session  RequireSession, Require(Role(org:admin))
	// GET      /reports       none
	//
	// Warnings:
	// - No guard covers GET /reports: list as public what is meant to be open.
	// - engine.Use(RequireSession) does not cover GET /reports: Gin gives a route what its group had when the route was registered.
}
