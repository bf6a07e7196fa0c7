// Proxy runs behind a reverse proxy that ends TLS. Two settings do it: the application's address as browsers see it, and the proxy that
// Gin may believe about the client.
//
//	ORIGIN=https://app.example.com TRUSTED_PROXIES=10.0.0.0/8 go run .
package main

import (
	"cmp"
	"log"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// perMinute is how many requests an address may send.
const perMinute = 300

func main() {
	config := ginclerk.ConfigFromEnv()
	config.Origins = []string{os.Getenv("ORIGIN")}
	clerk, err := ginclerk.New(config)
	if err != nil {
		log.Fatal(err)
	}
	r, err := newRouter(clerk, strings.Split(cmp.Or(os.Getenv("TRUSTED_PROXIES"), "127.0.0.1"), ","))
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(r.Run("localhost:" + cmp.Or(os.Getenv("PORT"), "8080")))
}

// newRouter takes the addresses of the proxies. Gin believes all proxies unless it is told which.
func newRouter(clerk *ginclerk.Clerk, proxies []string) (*gin.Engine, error) {
	r := gin.New()
	if err := r.SetTrustedProxies(proxies); err != nil {
		return nil, err
	}
	door, err := clerk.RateLimits(ginclerk.LimitOptions{}, ginclerk.Limit{
		Policy: ratelimit.Policy{Name: "address", Limit: perMinute, Window: time.Minute}, Key: ginclerk.ByAddress, // as the proxy tells it
	})
	if err != nil {
		return nil, err
	}
	r.Use(gin.Recovery(), door)
	r.GET("/", clerk.RequireSession(), func(c *gin.Context) {
		c.String(http.StatusOK, "You are %s at %s.\n", ginclerk.From(c).UserID, c.ClientIP())
	})
	return r, nil
}
