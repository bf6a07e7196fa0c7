// Events has a stream of server-sent events that ends with the session of its reader: at once when they sign out in another tab.
package main

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
)

const beat = time.Second

//go:embed page.html
var page []byte

func main() {
	address := "localhost:" + cmp.Or(os.Getenv("PORT"), "8080")
	config := ginclerk.ConfigFromEnv()
	config.Origins = []string{"http://" + address}
	clerk, err := ginclerk.New(config)
	if err != nil {
		log.Fatal(err)
	}
	r, err := newRouter(clerk)
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(r.Run(address))
}

func newRouter(clerk *ginclerk.Clerk) (*gin.Engine, error) {
	r := gin.New()
	_ = r.SetTrustedProxies(nil) // behind one, see the example proxy
	r.Use(gin.Recovery())
	r.GET("/", clerk.RequireSession(), func(c *gin.Context) { c.Data(http.StatusOK, "text/html; charset=utf-8", page) })
	r.GET("/events", ginclerk.API(), clerk.RequireSession(), events)
	_, err := pages.Mount(r, clerk, pages.Options{AppName: "Clock"}) // to sign out at /sessions
	return r, err
}

func events(c *gin.Context) {
	watched, stop := ginclerk.WatchSession(c.Request.Context())
	defer stop()
	next := time.NewTicker(beat) // also keeps proxies from closing a silent stream
	defer next.Stop()
	for {
		c.SSEvent("time", time.Now().Format(time.TimeOnly))
		c.Writer.Flush()
		select {
		case <-next.C:
		case <-watched.Done():
			if errors.Is(context.Cause(watched), ginclerk.ErrSessionEnded) {
				c.SSEvent("ended", "You have been signed out.")
				c.Writer.Flush()
			}
			return
		}
	}
}
