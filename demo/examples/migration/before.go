package main

import (
	"context"
	"net/http"

	"github.com/clerk/clerk-sdk-go/v2"
	clerkhttp "github.com/clerk/clerk-sdk-go/v2/http"
	"github.com/clerk/clerk-sdk-go/v2/jwks"
	"github.com/gin-gonic/gin"
)

// before is the application on clerk-sdk-go.
func before(secretKey, apiURL string) *gin.Engine {
	config := &clerk.ClientConfig{}
	config.Key = &secretKey
	if apiURL != "" {
		config.URL = clerk.String(apiURL + "/v1")
	}
	signedIn := wrap(clerkhttp.RequireHeaderAuthorization(
		clerkhttp.JWKSClient(jwks.NewClient(config)),
		clerkhttp.CustomClaimsConstructor(func(context.Context) any { return &custom{} }),
	))
	r := gin.New()
	r.GET("/me", signedIn, func(c *gin.Context) {
		claims, _ := clerk.SessionClaimsFromContext(c.Request.Context())
		own, _ := claims.Custom.(*custom)
		c.JSON(http.StatusOK, gin.H{"user_id": claims.Subject, "email": own.Email})
	})
	r.GET("/admin", signedIn, func(c *gin.Context) {
		claims, _ := clerk.SessionClaimsFromContext(c.Request.Context())
		if !claims.HasRole("org:admin") {
			c.AbortWithStatus(http.StatusForbidden)
			return
		}
		c.JSON(http.StatusOK, gin.H{"organization_id": claims.ActiveOrganizationID})
	})
	return r
}

// wrap makes a Gin handler of middleware for net/http.
func wrap(middleware func(http.Handler) http.Handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		passed := false
		middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			passed, c.Request = true, r
			c.Next()
		})).ServeHTTP(c.Writer, c.Request)
		if !passed {
			c.Abort()
		}
	}
}
