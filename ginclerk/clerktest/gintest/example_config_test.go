package gintest_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
)

// An application that listens: its address is known before it has routes, and is the origin that tokens are for.
func ExampleConfig() {
	app := httptest.NewUnstartedServer(nil)
	defer app.Close()
	origin := "http://" + app.Listener.Addr().String()
	srv, err := clerktest.Start(clerktest.Config{Origins: []string{origin}}) // in a test: clerktest.New
	if err != nil {
		log.Fatal(err) //nolint:gocritic // an example
	}
	defer func() { _ = srv.Close(context.Background()) }()
	clerk, err := ginclerk.New(gintest.Config(srv))
	if err != nil {
		log.Fatal(err)
	}
	r := gin.New()
	r.GET("/invoices", clerk.RequireSession(), func(c *gin.Context) { c.String(http.StatusOK, "your invoices") })
	app.Config.Handler = r
	app.Start()

	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, origin+"/invoices", http.NoBody)
	if err != nil {
		log.Fatal(err)
	}
	bearer, err := srv.Bearer("ada@example.com")
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("Authorization", bearer)
	response, err := app.Client().Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	fmt.Println(response.StatusCode)
	// Output: 200
}
