package ginclerk_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Token gives the request's own session token, or one that Clerk makes: of a JWT template, or with a life of its own.
func ExampleAuth_Token() {
	clerk, server := exampleClerk()
	defer func() { _ = server.Close(context.Background()) }()

	r := gin.New()
	r.Use(clerk.Attach())
	r.GET("/invoices", func(c *gin.Context) {
		billing, err := ginclerk.From(c).Token(c.Request.Context(), outgoing.Template("billing"), outgoing.MinimumLife(30*time.Second))
		switch {
		case errors.Is(err, ginclerk.ErrSignedOut):
			c.String(http.StatusUnauthorized, "sign in first")
		case errors.Is(err, ginclerk.ErrClerkUnreachable):
			c.String(http.StatusServiceUnavailable, "try again")
		case err != nil:
			c.String(http.StatusInternalServerError, "no token")
		default:
			c.String(http.StatusOK, "a token for %s", audience(billing)) // never show the token itself
		}
	})

	fmt.Println(get(r, "/invoices", exampleBearer(server, "ada@example.com")).Body)
	fmt.Println(get(r, "/invoices", "").Body)
	// Output:
	// a token for https://billing.example.com
	// sign in first
}

// audience reads whom a token is for.
func audience(raw string) any {
	decoded, err := token.Read(raw)
	if err != nil {
		return err
	}
	aud, _ := decoded.Claims().Claim("aud")
	return aud
}

// Transport calls other services in the name of the request at hand. The token goes to the listed origins alone.
func ExampleClerk_Transport() {
	clerk, server := exampleClerk()
	defer func() { _ = server.Close(context.Background()) }()
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, "called with a token: %t", strings.HasPrefix(r.Header.Get("Authorization"), "Bearer "))
	}))
	defer service.Close()

	transport, err := clerk.Transport(nil, service.URL) // "https://api.example.com"
	if err != nil {
		fmt.Println(err)
		return
	}
	client := &http.Client{Transport: transport, Timeout: 5 * time.Second}

	r := gin.New()
	r.Use(clerk.Attach())
	r.GET("/invoices", clerk.RequireSession(), func(c *gin.Context) {
		request, err := http.NewRequestWithContext(c.Request.Context(), http.MethodGet, service.URL+"/invoices", http.NoBody)
		if err != nil {
			_ = c.AbortWithError(http.StatusInternalServerError, err)
			return
		}
		response, err := client.Do(request)
		if err != nil {
			_ = c.AbortWithError(http.StatusBadGateway, err)
			return
		}
		defer func() { _ = response.Body.Close() }()
		c.DataFromReader(response.StatusCode, response.ContentLength, "text/plain", response.Body, nil)
	})

	fmt.Println(get(r, "/invoices", exampleBearer(server, "ada@example.com")).Body)
	// Output:
	// called with a token: true
}
