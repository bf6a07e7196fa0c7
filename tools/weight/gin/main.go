// The program gin is bare Gin: one route, no authentication.
package main

import (
	"log"
	"net/http"

	"github.com/gin-gonic/gin"
)

func main() {
	r := gin.New()
	r.GET("/api/me", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"user": nil}) })
	log.Fatal(http.ListenAndServe("localhost:8080", r))
}
