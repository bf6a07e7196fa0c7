package ginclerk

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/guard"
	"github.com/ginclerk/ginclerk/ginclerk/internal/limit"
	"github.com/ginclerk/ginclerk/ginclerk/internal/limitstore"
	"github.com/ginclerk/ginclerk/ginclerk/internal/nilvalue"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// Limit is one rate limit on requests: a policy, whom it counts, and what a request costs. Everything but Policy has a usable
// zero value. The functions must be safe for concurrent use and change nothing; they may run twice for a request. A limit none
// of whose functions asks who the request is ([From]), such as one with the key [ByAddress] or [ByRoute], is decided before
// the request is authenticated, so that what it refuses costs Clerk nothing. All others run behind [Clerk.Attach].
type Limit struct {
	// Policy is how much in how long. Limits with policies of one name count together for the same key, on whichever routes
	// they are.
	Policy ratelimit.Policy
	// Key says whom a request is counted for; nil means [ByCaller]. A request with the key "" is not counted.
	// Requests with the same key share a limit.
	Key func(*gin.Context) string
	// Allow is another limit for some requests, such as those of a role or plan; nil, or a negative answer, means
	// Policy.Limit.
	Allow func(*gin.Context) int64
	// Cost is how many units a request takes; nil means one. A request that costs nothing is not counted.
	Cost func(*gin.Context) int64
	// Skip leaves requests out; nil leaves none out.
	Skip func(*gin.Context) bool
	// Shadow has the limit counted and what it would refuse logged, but refuses nothing.
	Shadow bool
}

// LimitOptions say where [Clerk.RateLimits] counts, and what clients are told. The zero value is usable.
type LimitOptions struct {
	// Store counts; nil means [Stores.RateLimits].
	Store ratelimit.Store
	// XRateLimit adds the X-RateLimit-* fields to those of the IETF's draft ([ratelimit.SetHeaders]).
	XRateLimit bool
	// FailLocal counts in the memory of this process while the store does not answer. Without it requests are then refused with
	// 503, unless the store is a [ratelimit.Fallback], which says itself what becomes of them.
	FailLocal bool
}

// RateLimit returns the guard that lets each caller ([ByCaller]) make so many requests in a sliding window, and answers the
// rest with 429: problem JSON with a member "error", or a page. Put it behind the guards that say who the request is, or behind
// [Clerk.RefuseCrossOrigin]: what another site has a browser send must not use up what its user has. Routes with the same
// numbers share one count; a request that passes two such guards is counted twice.
//
//	api := r.Group("/api", clerk.RequireSession(), clerk.RateLimit(10, 10*time.Second))
//
// Paths that need no authentication ([Clerk.Exempt]) pass it untouched: see [Clerk.RateLimits].
//
// The numbers must be positive; with others every request is refused, and a line is logged.
func (k *Clerk) RateLimit(requests int64, window time.Duration) gin.HandlerFunc {
	name := strconv.FormatInt(requests, 10) + "-in-" + window.String()
	policy := ratelimit.Policy{Name: name, Limit: requests, Window: window}
	handler, err := k.RateLimits(LimitOptions{}, Limit{Policy: policy})
	if requests < 1 {
		err = errors.Join(errors.New("ginclerk: rate limits: the number of requests must be positive"), err)
	}
	if err != nil {
		var told sync.Once
		about := called("RateLimit", "", "refuses all: the numbers make no limit")
		return guarded(k, about, func(r guard.Request) { limit.RefuseAll(r, &told, err) })
	}
	return handler
}

// RateLimits returns the guard for several limits on one request, such as per user and per organization: they are decided
// together, and a request that one of them refuses costs nothing under the others. The error names every policy that is no
// use.
//
// Paths that need no authentication ([Clerk.Exempt]) are not authenticated for a limit either: a limit that asks who the request is,
// such as one with the key [ByCaller], leaves them alone, unless a guard in front has found that out. A limit that does not ask, such as
// one with the key [ByAddress], counts them as any others: limit webhooks with that.
func (k *Clerk) RateLimits(options LimitOptions, limits ...Limit) (gin.HandlerFunc, error) {
	if missing(k) {
		return nil, errMissing
	}
	own := make([]limit.Limit, 0, len(limits))
	for _, l := range limits {
		own = append(own, limit.Limit(l))
	}
	set, err := limit.NewSet(own, options.XRateLimit)
	if err != nil {
		return nil, err
	}
	storeOf, err := limitStores(k, options)
	if err != nil {
		return nil, err
	}
	counted := with(k, func(t *tenant, c *gin.Context) {
		guard := set.Guard
		if exempts(k, c) || exempts(t.clerk, c) {
			guard = set.GuardExempt
		}
		guard(t.at(c), storeOf(t))
	})
	about := description(func() exchange.Description {
		return exchange.Description{Name: "RateLimit", Asks: set.Describe(), Counts: true}
	})
	if !set.AsksAlways() {
		return about.of(k, counted), nil
	}
	about = func() exchange.Description {
		return exchange.Description{Name: "RateLimit", Asks: set.Describe(), Counts: true, Exempt: k.exempt}
	}
	return about.of(k, func(c *gin.Context) {
		if exchange.Identified(c) || !exempts(k, c) { // else no limit counts, whichever tenant's the request is
			counted(c)
		}
	}), nil
}

// limitStores returns what counts the requests of each tenant.
func limitStores(k *Clerk, options LimitOptions) (func(*tenant) ratelimit.Store, error) {
	if err := nilvalue.Check(options.Store); err != nil {
		return nil, fmt.Errorf("ginclerk: LimitOptions.Store %w", err)
	}
	if options.Store == nil {
		return func(t *tenant) ratelimit.Store { return t.limits.Store(options.FailLocal) }, nil
	}
	var observer observe.Observer // of outages of the store; a Clerk of many tenants has none
	if k.own != nil {
		observer = k.own.Observer
	}
	stores, err := limitstore.New(options.Store, observer, nil)
	if err != nil {
		return nil, err
	}
	return func(*tenant) ratelimit.Store { return stores.Store(options.FailLocal) }, nil
}

// exempts reports whether the prefixes that need no authentication cover a request, and the route that serves it, if any does.
func exempts(k *Clerk, c *gin.Context) bool {
	return k.exempt.CoverServed(c.Request.URL, c.FullPath())
}

// ByCaller counts for the user; for whom a machine token stands for, on routes that take one; and for the client's address
// where no user is signed in. A signed-in user never shares a count with an address: people behind one router must not lock
// each other out.
func ByCaller(c *gin.Context) string { return limit.ByCaller(c) }

// ByOrganization counts for the active organization, all of its members together; for the caller ([ByCaller]) without one.
func ByOrganization(c *gin.Context) string { return limit.ByOrganization(c) }

// BySession counts for each session of a user alone; for the caller ([ByCaller]) without one.
func BySession(c *gin.Context) string { return limit.BySession(c) }

// ByRoute counts for the route that Gin serves, all callers together; HEAD as GET; for one key where no route matches, whatever
// the method: a client can make up as many as it likes.
func ByRoute(c *gin.Context) string { return limit.ByRoute(c) }

// ByAddress counts for the client's address, as Gin's trusted proxies tell it; an IPv6 network of 64 bits is one client, for
// that is what one is given.
func ByAddress(c *gin.Context) string { return limit.ByAddress(c) }
