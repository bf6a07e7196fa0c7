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
)

// An application and the embedded Clerk: a request without a session is refused, and a request with one is served.
func Example() {
	const origin = "http://localhost:8080"
	srv, err := clerktest.Start(clerktest.Config{}) // in a test, clerktest.New(t) starts and closes the server
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = srv.Close(context.Background()) }()
	clerk, err := ginclerk.New(ginclerk.Config{
		PublishableKey: srv.PublishableKey(), SecretKey: srv.SecretKey(), ClerkAPI: ginclerk.ClerkAPI{URL: srv.BackendURL()},
		Origins: []string{origin}, SignInURL: "/sign-in", Now: srv.Clock().Now,
	})
	if err != nil {
		log.Fatal(err) //nolint:gocritic // an example
	}
	defer func() { _ = clerk.Close(context.Background()) }()
	app := gin.New()
	app.GET("/invoices", clerk.RequireSession(), func(c *gin.Context) { c.String(http.StatusOK, "your invoices") })

	r := httptest.NewRequest(http.MethodGet, origin+"/invoices", http.NoBody)
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	fmt.Println(w.Code)

	browser := srv.NewBrowser()
	if _, err := browser.SignIn("ada@example.com"); err != nil {
		log.Fatal(err)
	}
	cookies, err := browser.Cookies(origin)
	if err != nil {
		log.Fatal(err)
	}
	for _, cookie := range cookies {
		r.AddCookie(cookie)
	}
	w = httptest.NewRecorder()
	app.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Body)
	// Output:
	// 401
	// 200 your invoices
}
