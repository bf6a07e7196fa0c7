// Api has routes for programs, which send their session token in the Authorization header. Its tests show how such routes are tested.
package main

import (
	"cmp"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

func main() {
	address := "localhost:" + cmp.Or(os.Getenv("PORT"), "8080")
	config := ginclerk.ConfigFromEnv()
	config.Origins = []string{"http://" + address}
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
	api := r.Group("/api", ginclerk.API(), clerk.RequireSession(), clerk.RateLimit(20, time.Minute))
	api.GET("/me", me)
	api.DELETE("/invoices/:id", clerk.Require(ginclerk.Role("org:admin")), deleteInvoice)
	return r
}

func me(c *gin.Context) {
	auth := ginclerk.From(c)
	c.JSON(http.StatusOK, gin.H{"user_id": auth.UserID, "organization": auth.OrganizationSlug, "admin": auth.Has(ginclerk.Role("org:admin"))})
}

func deleteInvoice(c *gin.Context) { c.Status(http.StatusNoContent) } // delete it in your database here
