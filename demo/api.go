package main

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/tokenendpoint"
)

// protectedPath is the endpoint of Clerk's guide.
const protectedPath = "/api/protected"

func (a *app) mountAPI(r *gin.Engine) {
	getAndHead(r, "/api/public/time", serverTime)
	api := r.Group("", a.limits.api)
	getAndHead(api, protectedPath, a.clerk.MaxTokenAge(maxTokenAge), protected)
	getAndHead(api, "/api/limited/ping", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"message": "pong"}) })
	tokenendpoint.Mount(r.Group("", a.limits.tokens), a.clerk, tokenendpoint.Config{})
}

// serverTime answers every client, signed in or signed out.
func serverTime(c *gin.Context) {
	c.JSON(http.StatusOK, gin.H{"message": "Anybody may see this.", "signedIn": ginclerk.From(c).SignedIn()})
}

// protected is the guide's endpoint: the user of the request, from the claims of the session token. The guard in front of it
// refuses tokens that are older than an hour.
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
