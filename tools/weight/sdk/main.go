// The program sdk is Gin with the middleware of clerk-sdk-go: one route that needs a session.
package main

import (
	"log"
	"net/http"
	"os"

	"github.com/clerk/clerk-sdk-go/v2"
	clerkhttp "github.com/clerk/clerk-sdk-go/v2/http"
	"github.com/gin-gonic/gin"
)

func main() {
	clerk.SetKey(os.Getenv("CLERK_SECRET_KEY"))
	r := gin.New()
	r.GET("/api/me", func(c *gin.Context) {
		claims, _ := clerk.SessionClaimsFromContext(c.Request.Context())
		c.JSON(http.StatusOK, gin.H{"user": claims.Subject})
	})
	log.Fatal(http.ListenAndServe("localhost:8080", clerkhttp.RequireHeaderAuthorization()(r)))
}
