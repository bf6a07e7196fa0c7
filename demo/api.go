package main

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

func (a *app) mountAPI(r *gin.Engine) {
	getAndHead(r, "/api/public/time", serverTime)
	getAndHead(r, "/api/protected", a.clerk.MaxTokenAge(maxTokenAge), protected)
	limited := r.Group("/api/limited", perUser(10, 10*time.Second, a.clerk))
	getAndHead(limited, "/ping", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"message": "pong"}) })
	r.POST("/api/webhooks/clerk", a.webhook)
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

// webhook keeps the address that Clerk's webhooks will come to: public, for Clerk has no session, and refused until
// signatures are verified here.
func (a *app) webhook(c *gin.Context) {
	a.clerk.Answer(c, ginclerk.Problem{
		Status: http.StatusNotImplemented,
		Error:  "Webhooks are not handled",
		Detail: "This address is reserved for Clerk's webhooks. This demo handles none.",
	})
}
