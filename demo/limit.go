package main

import (
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/ulule/limiter/v3"
	"github.com/ulule/limiter/v3/drivers/store/memory"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// perUser lets each signed-in user make so many requests in a period, then answers 429. It counts in fixed windows, in the
// memory of this process.
func perUser(requests int64, period time.Duration, clerk *ginclerk.Clerk) gin.HandlerFunc {
	store := memory.NewStoreWithOptions(limiter.StoreOptions{Prefix: "demo", CleanUpInterval: limiter.DefaultCleanUpInterval})
	limit := limiter.New(store, limiter.Rate{Period: period, Limit: requests})
	return func(c *gin.Context) {
		state, err := limit.Get(c.Request.Context(), ginclerk.From(c).UserID)
		if err != nil {
			_ = c.Error(err)
			return
		}
		c.Header("X-RateLimit-Limit", strconv.FormatInt(state.Limit, 10))
		c.Header("X-RateLimit-Remaining", strconv.FormatInt(state.Remaining, 10))
		if state.Reached {
			clerk.Answer(c, tooMany(period))
		}
	}
}

func tooMany(period time.Duration) ginclerk.Problem {
	return ginclerk.Problem{
		Status: http.StatusTooManyRequests,
		Error:  "Rate limited",
		Detail: "You have made too many requests in a short time.",
		Remedy: "Wait a few seconds and try again.",
		Reason: "ginclerk-rate-limited",
		// The window ends within a period; the limiter's own clock has only whole seconds.
		RetryAfter: period,
	}
}
