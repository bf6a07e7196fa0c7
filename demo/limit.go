package main

import (
	"log/slog"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/redisstore"
)

// limits are the rate limits of each user.
type limits struct {
	// api is the guide's limit. It applies to the API alone: a page needs several requests, so a browser that restores its tabs
	// would exceed it.
	api gin.HandlerFunc
	// tokens and actions limit the routes that call Clerk, because Clerk limits the calls for all users together.
	tokens, actions gin.HandlerFunc
}

func newLimits(clerk *ginclerk.Clerk) (*limits, error) {
	l := &limits{api: clerk.RateLimit(10, 10*time.Second)}
	for name, guard := range map[string]*gin.HandlerFunc{"tokens": &l.tokens, "session-actions": &l.actions} {
		var err error
		policy := ratelimit.Policy{Name: name, Limit: 15, Window: 30 * time.Second}
		if *guard, err = clerk.RateLimits(ginclerk.LimitOptions{}, ginclerk.Limit{Policy: policy}); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// sharedLimits counts for all replicas. While Redis is away, it counts in this process.
func sharedLimits(client redis.UniversalClient, logger *slog.Logger) (ratelimit.Store, error) {
	counted, err := redisstore.NewLimits(redisstore.Config{Client: client, Logger: logger})
	if err != nil {
		return nil, err
	}
	return ratelimit.WithFallback(counted, ratelimit.FallbackConfig{Observer: observe.Log(logger)})
}
