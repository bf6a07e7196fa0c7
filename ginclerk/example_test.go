package ginclerk_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
)

// exampleClerk starts an embedded Clerk for an example. Applications have a ginclerk.Config of their own here.
func exampleClerk() (*ginclerk.Clerk, *clerktest.Server) {
	server, err := clerktest.Start(clerktest.Config{})
	if err != nil {
		log.Fatal(err)
	}
	clerk, err := ginclerk.New(gintest.Config(server))
	if err != nil {
		log.Fatal(err)
	}
	return clerk, server
}

// exampleBearer signs a user in and returns the Authorization header that a program would send.
func exampleBearer(server *clerktest.Server, email string) string {
	bearer, err := server.Bearer(email)
	if err != nil {
		log.Fatal(err)
	}
	return bearer
}

// get asks as a program does, with an Authorization header or, where it is empty, without.
func get(handler http.Handler, path, authorization string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

// Attach finds out who requests are; RequireSession and Require turn away.
func Example() {
	clerk, server := exampleClerk() // clerk, err := ginclerk.New(config)
	defer func() { _ = server.Close(context.Background()) }()

	r := gin.New()
	r.Use(clerk.Attach())
	r.GET("/", func(c *gin.Context) { c.String(http.StatusOK, "everybody") })
	r.GET("/dashboard", clerk.RequireSession(), func(c *gin.Context) { c.String(http.StatusOK, "somebody") })
	r.GET("/admin", clerk.Require(ginclerk.Role("org:admin")), func(c *gin.Context) { c.String(http.StatusOK, "an admin") })

	ada, bob := exampleBearer(server, "ada@example.com"), exampleBearer(server, "bob@example.com")
	fmt.Println(get(r, "/", "").Body)
	fmt.Println(get(r, "/dashboard", "").Code, get(r, "/dashboard", bob).Body)
	fmt.Println(get(r, "/admin", bob).Code, get(r, "/admin", ada).Body)
	// Output:
	// everybody
	// 401 somebody
	// 403 an admin
}

// A group of routes is protected by one guard, or by several that must all let a request pass.
func ExampleClerk_Require() {
	clerk, server := exampleClerk()
	defer func() { _ = server.Close(context.Background()) }()

	r := gin.New()
	r.Use(clerk.Attach())
	billing := r.Group("/billing",
		clerk.Require(ginclerk.Permission("org:billing:read"), ginclerk.Plan("o:pro")),
		clerk.MaxTokenAge(time.Hour))
	billing.GET("/invoices", func(c *gin.Context) { c.String(http.StatusOK, "your invoices") })

	fmt.Println(get(r, "/billing/invoices", exampleBearer(server, "ada@example.com")).Body)
	fmt.Println(get(r, "/billing/invoices", exampleBearer(server, "bob@example.com")).Code)
	fmt.Println(get(r, "/billing/invoices", "").Code)
	// Output:
	// your invoices
	// 403
	// 401
}

// Handlers read who a request is with From, and code that has only the request's context with FromContext.
func ExampleFrom() {
	clerk, server := exampleClerk()
	defer func() { _ = server.Close(context.Background()) }()

	greet := func(ctx context.Context) string {
		auth := ginclerk.FromContext(ctx)
		if !auth.SignedIn() {
			return "Hello, stranger"
		}
		return fmt.Sprintf("Hello, %s, %s of %s", auth.Claims.Raw()["email"], auth.OrganizationRole, auth.OrganizationSlug)
	}
	r := gin.New()
	r.Use(clerk.Attach())
	r.GET("/", func(c *gin.Context) {
		if ginclerk.From(c).SignedIn() {
			c.Header("X-Greeted", "true")
		}
		c.String(http.StatusOK, greet(c.Request.Context()))
	})

	fmt.Println(get(r, "/", "").Body)
	fmt.Println(get(r, "/", exampleBearer(server, "ada@example.com")).Body)
	// Output:
	// Hello, stranger
	// Hello, ada@example.com, org:admin of acme
}

// Protect applies the rules of Clerk's guide to every route behind it.
func ExampleClerk_Protect() {
	clerk, server := exampleClerk()
	defer func() { _ = server.Close(context.Background()) }()

	protect, err := clerk.Protect(ginclerk.Rules{
		Public:          []string{"/", "/sign-in(.*)", "/sign-up(.*)", "/api/public(.*)"},
		Admin:           []string{"/admin(.*)"},
		API:             []string{"/api/(.*)"},
		UnauthorizedURL: "/unauthorized",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	r := gin.New()
	r.Use(protect)
	for _, path := range []string{"/", "/dashboard", "/admin", "/unauthorized", "/api/public/time", "/api/me"} {
		r.GET(path, func(c *gin.Context) { c.Status(http.StatusOK) })
	}

	bob := exampleBearer(server, "bob@example.com")
	for _, path := range []string{"/", "/api/public/time", "/dashboard", "/api/me", "/admin", "/nowhere"} {
		fmt.Printf("%-16s nobody %d, a member %d\n", path, get(r, path, "").Code, get(r, path, bob).Code)
	}
	fmt.Println("told who it is:", get(r, "/api/me", bob).Header().Get("X-User-Id") != "")
	// Output:
	// /                nobody 200, a member 200
	// /api/public/time nobody 200, a member 200
	// /dashboard       nobody 401, a member 200
	// /api/me          nobody 401, a member 200
	// /admin           nobody 401, a member 403
	// /nowhere         nobody 401, a member 404
	// told who it is: true
}
