// Replicas runs as several processes that share Redis: what one of them signs out, all refuse at once, and they count rate limits together.
//
//	REDIS_URL=redis://localhost:6379 PORT=8081 go run .
package main

import (
	"cmp"
	"errors"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/redisstore"
)

func main() {
	options, err := redis.ParseURL(os.Getenv("REDIS_URL"))
	if err != nil {
		log.Fatal("REDIS_URL can't be read") // the error may have the password
	}
	options.ContextTimeoutEnabled = true
	stores, err := newStores(redis.NewClient(options))
	if err != nil {
		log.Fatal(err)
	}
	address := "localhost:" + cmp.Or(os.Getenv("PORT"), "8080")
	config := ginclerk.ConfigFromEnv()
	config.Origins, config.Stores = []string{cmp.Or(os.Getenv("ORIGIN"), "http://"+address)}, stores // one ORIGIN for all replicas
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

// newStores returns what the replicas share. While Redis is away, requests go on: each replica counts limits by itself.
func newStores(client redis.UniversalClient) (ginclerk.Stores, error) {
	shared := redisstore.Config{Client: client}
	revocations, revocationsErr := redisstore.NewRevocations(shared)
	counted, countedErr := redisstore.NewLimits(shared)
	if err := errors.Join(revocationsErr, countedErr); err != nil {
		return ginclerk.Stores{}, err
	}
	limits, err := ratelimit.WithFallback(counted, ratelimit.FallbackConfig{})
	return ginclerk.Stores{Records: redisstore.NewStore(shared), Revocations: revocations, RateLimits: limits}, err
}

func newRouter(clerk *ginclerk.Clerk) (*gin.Engine, error) {
	r := gin.New()
	_ = r.SetTrustedProxies(nil) // behind one, see the example proxy
	r.Use(gin.Recovery())
	r.GET("/api/me", ginclerk.API(), clerk.RequireSession(), clerk.RateLimit(20, time.Minute), func(c *gin.Context) {
		c.JSON(http.StatusOK, gin.H{"user_id": ginclerk.From(c).UserID})
	})
	_, err := pages.Mount(r, clerk, pages.Options{AppName: "Replicas"}) // to sign out at /sessions
	return r, err
}
