// The program api is Gin with ginclerk, as an API uses it: a session, a limit on the age of its token, and a rate limit that
// is counted in memory.
package main

import (
	"log"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/ginclerk/ginclerk/ginclerk"
)

func main() {
	clerk, err := ginclerk.New(ginclerk.ConfigFromEnv())
	if err != nil {
		log.Fatal(err)
	}
	r := gin.New()
	r.Use(clerk.Attach())
	api := r.Group("/api", clerk.RequireSession(), clerk.MaxTokenAge(time.Hour), clerk.RateLimit(10, 10*time.Second))
	api.GET("/me", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"user": ginclerk.From(c).UserID}) })
	log.Fatal(http.ListenAndServe("localhost:8080", r))
}
