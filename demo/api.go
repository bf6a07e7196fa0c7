package main

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// protectedPath is the endpoint of Clerk's guide.
const protectedPath = "/api/protected"

func (a *app) mountAPI(r *gin.Engine) {
	getAndHead(r, "/api/public/time", serverTime)
	api := r.Group("", a.limits.api)
	getAndHead(api, protectedPath, a.clerk.MaxTokenAge(maxTokenAge), protected)
	getAndHead(api, "/api/limited/ping", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"message": "pong"}) })
	a.clerk.MountTokenEndpoint(r.Group("", a.limits.tokens), ginclerk.TokenEndpoint{})
}

// serverTime is open to everybody.
func serverTime(c *gin.Context) {
	c.JSON(http.StatusOK, gin.H{"message": "Anybody may see this.", "signedIn": ginclerk.From(c).SignedIn()})
}

// protected is the guide's endpoint: who asks, from the session token's claims. That the token is younger than an hour is
// the guard's to say.
func protected(c *gin.Context) {
	auth := ginclerk.From(c)
	var claims struct {
		Email    string `json:"email"`
		Metadata struct {
			Role string `json:"role"`
		} `json:"metadata"`
	}
	if err := auth.Claims.Unmarshal(&claims); err != nil {
		_ = c.Error(err)
	}
	c.JSON(http.StatusOK, gin.H{
		"userId": auth.UserID, "sessionId": auth.SessionID, "email": claims.Email, "role": claims.Metadata.Role,
	})
}
