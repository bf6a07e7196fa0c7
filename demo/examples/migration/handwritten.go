package main

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/golang-jwt/jwt/v5"
)

// sessionClaims are the claims that the application reads.
type sessionClaims struct {
	jwt.RegisteredClaims
	custom

	Organization struct {
		ID   string `json:"id"`
		Role string `json:"rol"` // without its prefix
	} `json:"o"`
}

// handwritten is the application with checks of its own, as one writes them with Clerk's public key (CLERK_JWT_KEY).
func handwritten(publicKey string) (*gin.Engine, error) {
	key, err := jwt.ParseRSAPublicKeyFromPEM([]byte(publicKey))
	if err != nil {
		return nil, err
	}
	signedIn := func(c *gin.Context) {
		raw := strings.TrimPrefix(c.GetHeader("Authorization"), "Bearer ")
		if raw == "" {
			raw, _ = c.Cookie("__session")
		}
		var claims sessionClaims
		if _, err := jwt.ParseWithClaims(raw, &claims, func(*jwt.Token) (any, error) { return key, nil }, jwt.WithValidMethods([]string{"RS256"})); err != nil {
			c.AbortWithStatus(http.StatusUnauthorized)
			return
		}
		c.Set("claims", claims)
	}
	r := gin.New()
	r.GET("/me", signedIn, func(c *gin.Context) {
		claims, _ := c.MustGet("claims").(sessionClaims)
		c.JSON(http.StatusOK, gin.H{"user_id": claims.Subject, "email": claims.Email})
	})
	r.GET("/admin", signedIn, func(c *gin.Context) {
		claims, _ := c.MustGet("claims").(sessionClaims)
		if claims.Organization.Role != "admin" {
			c.AbortWithStatus(http.StatusForbidden)
			return
		}
		c.JSON(http.StatusOK, gin.H{"organization_id": claims.Organization.ID})
	})
	return r, nil
}
