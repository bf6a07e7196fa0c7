// Smallest has one page, which only signed-in people see. Others go to sign-in and come back.
package main

import (
	"cmp"
	"log"
	"net/http"
	"os"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

func main() {
	address := "localhost:" + cmp.Or(os.Getenv("PORT"), "8080")
	config, err := configure("http://" + address)
	if err != nil {
		log.Fatal(err)
	}
	clerk, err := ginclerk.New(config)
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(newRouter(clerk).Run(address))
}

func newRouter(clerk *ginclerk.Clerk) *gin.Engine {
	r := gin.New()
	_ = r.SetTrustedProxies(nil) // behind one, see the example proxy
	r.Use(gin.Recovery())
	r.GET("/", clerk.RequireSession(), func(c *gin.Context) {
		c.String(http.StatusOK, "You are signed in as %s.\n", ginclerk.From(c).UserID)
	})
	return r
}
