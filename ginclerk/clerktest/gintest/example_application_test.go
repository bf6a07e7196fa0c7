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

// An application and the embedded Clerk: a request without a session is refused, and requests with one are served.
func Example() {
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
	app := gin.New()
	app.GET("/invoices", clerk.RequireSession(), func(c *gin.Context) { c.String(http.StatusOK, "your invoices") })

	bearer, err := srv.Bearer("ada@example.com")
	if err != nil {
		log.Fatal(err)
	}
	cookies, err := srv.CookieHeader("ada@example.com")
	if err != nil {
		log.Fatal(err)
	}
	for _, header := range []http.Header{{}, {"Authorization": {bearer}}, {"Cookie": {cookies}}} {
		r := httptest.NewRequest(http.MethodGet, "/invoices", http.NoBody)
		r.Header = header
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		fmt.Println(w.Code)
	}
	// Output:
	// 401
	// 200
	// 200
}
