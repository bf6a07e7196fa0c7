package ginclerk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/limitstore"
	"github.com/ginclerk/ginclerk/ginclerk/internal/peer"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// Limit is one rate limit on requests: a policy, whom it counts, and what a request costs. Everything but Policy has a usable
// zero value. The functions must be safe for concurrent use and change nothing; they may run twice for a request. A limit none
// of whose functions asks who the request is ([From]), such as one with the key [ByAddress], is decided before the request is
// authenticated, so that what it refuses costs Clerk nothing. All others run behind [Clerk.Attach].
type Limit struct {
	// Policy is how much in how long. Limits with policies of one name count together for the same key, on whichever routes
	// they are.
	Policy ratelimit.Policy
	// Key says whom a request is counted for; nil means [ByCaller]. A request with the key "" is not counted.
	Key LimitKey
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
// The numbers must be positive; with others every request is refused, and a line is logged.
func (k *Clerk) RateLimit(requests int64, window time.Duration) gin.HandlerFunc {
	name := strconv.FormatInt(requests, 10) + "-in-" + window.String()
	policy := ratelimit.Policy{Name: name, Limit: requests, Window: window}
	limits := limitSet{limits: []Limit{{Policy: policy}}}
	if err := policy.Validate(); err != nil {
		return k.with(func(k *tenant, c *gin.Context) { k.answerLimitless(c, err) })
	}
	return k.with(limits.guard)
}

// RateLimits returns the guard for several limits on one request, such as per user and per organization: they are decided
// together, and a request that one of them refuses costs nothing under the others. The error names every policy that is no
// use.
func (k *Clerk) RateLimits(options LimitOptions, limits ...Limit) (gin.HandlerFunc, error) {
	var problems []error
	seen := map[string]bool{}
	for _, l := range limits {
		if err := l.Policy.Validate(); err != nil {
			problems = append(problems, fmt.Errorf("ginclerk: rate limits: policy %q: %w", l.Policy.Name, err))
		}
		if seen[l.Policy.Name] {
			problems = append(problems, fmt.Errorf("ginclerk: rate limits: policy %q: there are two of this name", l.Policy.Name))
		}
		seen[l.Policy.Name] = true
	}
	if len(limits) == 0 || len(limits) > ratelimit.MaxCharges {
		problems = append(problems, fmt.Errorf("ginclerk: rate limits: %d limits: there must be 1 to %d", len(limits), ratelimit.MaxCharges))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	if options.Store != nil {
		stores, err := limitstore.New(options.Store, nil, nil)
		if err != nil {
			return nil, err
		}
		options.Store = stores.Store(options.FailLocal)
	}
	set := limitSet{options: options, limits: append([]Limit(nil), limits...)}
	return k.with(set.guard), nil
}

// limitSet is what one guard enforces.
type limitSet struct {
	options LimitOptions
	limits  []Limit
}

func (s *limitSet) guard(k *tenant, c *gin.Context) {
	if endPreflight(c) {
		return
	}
	store := s.options.Store
	if store == nil {
		store = k.limits.Store(s.options.FailLocal)
	}
	counted := false
	if From(c).by != k {
		early, all := s.takesOfAnybody(c)
		counted = all
		if len(early) > 0 && !s.decide(k, c, store, early, all) {
			return
		}
	}
	k.attach(c)
	if c.IsAborted() || k.begun(c) {
		return
	}
	if takes := s.takes(c, false); !counted && len(takes) > 0 && !s.decide(k, c, store, takes, true) {
		return
	}
	s.observe(k, c, store)
}

// decide reports whether the request may go on. It charges for it, or merely looks where other limits are still to be asked: all
// are charged together.
func (s *limitSet) decide(k *tenant, c *gin.Context, store ratelimit.Store, takes []ratelimit.Charge, charge bool) bool {
	ask := store.Peek
	if charge {
		ask = store.Decide
	}
	began := k.now()
	decision, err := ask(c.Request.Context(), takes...)
	if charge || err != nil || !decision.Allowed {
		k.observe(c, limited(decision, err, k.now().Sub(began)))
	}
	if err != nil {
		k.answerUncounted(c, err)
		return false
	}
	if charge || !decision.Allowed {
		s.announce(c, decision)
	}
	if !decision.Allowed {
		k.answerKeeping(c, answer.RateLimit(decision.RetryAfter()))
	}
	return decision.Allowed
}

// limited is the event of a decision, or of a store that could not decide.
func limited(decision ratelimit.Decision, err error, took time.Duration) observe.Event {
	event := observe.Event{Kind: observe.Limited, Duration: took, Err: err}
	switch {
	case err != nil:
		event.Status = http.StatusServiceUnavailable
	case !decision.Allowed:
		event.Status, event.Target = http.StatusTooManyRequests, decision.Tightest().Charge.Policy.Name
	}
	if err != nil || decision.WithoutStore {
		event.Reason = observe.WithoutStore
	}
	return event
}

// takesOfAnybody is what a request asks of the limits for which it does not matter who it is, and whether those are all. The
// others give themselves away by asking.
func (s *limitSet) takesOfAnybody(c *gin.Context) (early []ratelimit.Charge, all bool) {
	request := c.Request
	before, decided := c.Get(authKey{})
	defer func() {
		c.Request = request
		if decided {
			c.Set(authKey{}, before)
		} else {
			c.Delete(authKey{}) // what the request's context says counts again
		}
	}()
	all = true
	for _, l := range s.limits {
		if l.Shadow {
			continue
		}
		if l.Key == nil {
			all = false
			continue
		}
		asked := false
		probe := &Auth{asked: &asked}
		c.Set(authKey{}, probe)
		c.Request = request.WithContext(context.WithValue(request.Context(), authKey{}, probe))
		take, counts := l.take(c)
		all = all && !asked
		if counts && !asked {
			early = append(early, take)
		}
	}
	return early, all
}

// observe counts the limits that refuse nothing, each on its own. What the others refuse they are not charged for either.
func (s *limitSet) observe(k *tenant, c *gin.Context, store ratelimit.Store) {
	for _, take := range s.takes(c, true) {
		decision, err := store.Decide(c.Request.Context(), take)
		if err == nil && !decision.Allowed {
			k.config.Logger.InfoContext(c.Request.Context(), "ginclerk: a rate limit in shadow mode would refuse a request",
				"policy", take.Policy.Name, "route", c.FullPath())
		}
	}
}

// takes is what a request asks of the limits that are, or are not, in shadow mode.
func (s *limitSet) takes(c *gin.Context, shadow bool) []ratelimit.Charge {
	takes := make([]ratelimit.Charge, 0, len(s.limits))
	for _, l := range s.limits {
		if l.Shadow != shadow {
			continue
		}
		if take, counts := l.take(c); counts {
			takes = append(takes, take)
		}
	}
	return takes
}

// take is what a request asks of one limit; it reports whether the request is counted.
func (l Limit) take(c *gin.Context) (ratelimit.Charge, bool) {
	if l.Skip != nil && l.Skip(c) {
		return ratelimit.Charge{}, false
	}
	key, cost := "", int64(1)
	if l.Key != nil {
		key = l.Key(c)
	} else {
		key = ByCaller(c)
	}
	if l.Cost != nil {
		cost = l.Cost(c)
	}
	if l.Allow != nil {
		if own := l.Allow(c); own >= 0 {
			l.Policy.Limit = min(own, ratelimit.MaxLimit)
		}
	}
	return ratelimit.Charge{Key: key, Policy: l.Policy, Cost: min(cost, ratelimit.MaxLimit)}, key != "" && cost > 0
}

// announce puts the limits on the response, unless that becomes a redirect.
func (s *limitSet) announce(c *gin.Context, decision ratelimit.Decision) {
	fields := http.Header{}
	ratelimit.SetHeaders(fields, decision, ratelimit.HeaderOptions{XRateLimit: s.options.XRateLimit})
	for name, values := range fields {
		if name == "Ratelimit" || name == "Ratelimit-Policy" {
			c.Writer.Header().Add(name, values[0]) // lists, to which each guard on the way adds
		} else {
			c.Writer.Header()[name] = values
		}
	}
	responseOf(c).limitedBy(fields)
}

// answerUncounted is for a store that can't count and has no way of its own to go on.
func (k *tenant) answerUncounted(c *gin.Context, err error) {
	if errors.Is(c.Request.Context().Err(), context.Canceled) {
		c.Abort() // the client has gone
		return
	}
	_ = c.Error(err)
	k.answerKeeping(c, answer.Of(answer.RateLimitUnavailable))
}

// answerLimitless is for a limit that was configured with impossible numbers.
func (k *tenant) answerLimitless(c *gin.Context, err error) {
	k.config.Logger.ErrorContext(c.Request.Context(), "ginclerk: RateLimit was given numbers that make no limit: every request is refused",
		"route", c.FullPath(), "error", err.Error())
	k.refuse(c, answer.RateLimitUnavailable)
}

// LimitKey says whom a request is counted for. Requests with the same key share a limit; "" is not counted. It must be safe
// for concurrent use and change nothing. With a key that does not ask who the request is ([From]), such as [ByAddress] and
// [ByRoute], a limit is decided before Clerk is asked about the request.
type LimitKey func(*gin.Context) string

// ByCaller counts for the user; for whom a machine token stands for, on routes that take one; and for the client's address
// where no user is signed in. A signed-in user never shares a count with an address: people behind one router must not lock
// each other out.
func ByCaller(c *gin.Context) string {
	auth := From(c)
	switch {
	case auth.SignedIn():
		return "user:" + auth.UserID
	case auth.Machine != nil:
		return byMachine(auth)
	default:
		return ByAddress(c)
	}
}

// ByOrganization counts for the active organization, all of its members together; for the caller ([ByCaller]) without one.
func ByOrganization(c *gin.Context) string {
	if auth := From(c); auth.OrganizationID != "" {
		return "organization:" + auth.OrganizationID
	} else if auth.Machine != nil && auth.Machine.OrganizationID != "" {
		return "organization:" + auth.Machine.OrganizationID
	}
	return ByCaller(c)
}

// BySession counts for each session of a user alone; for the caller ([ByCaller]) without one.
func BySession(c *gin.Context) string {
	if auth := From(c); auth.SessionID != "" {
		return "session:" + auth.SessionID
	}
	return ByCaller(c)
}

// ByRoute counts for the route that Gin serves, all callers together; HEAD as GET; for one key where no route matches, whatever
// the method: a client can make up as many as it likes.
func ByRoute(c *gin.Context) string {
	method := c.Request.Method
	switch {
	case c.FullPath() == "":
		return "route:"
	case method == http.MethodHead:
		method = http.MethodGet
	}
	return "route:" + method + " " + c.FullPath()
}

// ByAddress counts for the client's address, as Gin's trusted proxies tell it; an IPv6 network of 64 bits is one client, for
// that is what one is given.
func ByAddress(c *gin.Context) string { return peer.Key(clientIP(c)) }

// byMachine is the key itself for an API key, else the subject of the token: a client that makes many tokens would otherwise have as many
// counts.
func byMachine(auth *Auth) string {
	if auth.Machine.Type == APIKey && auth.Machine.ID != "" {
		return "key:" + auth.Machine.ID
	}
	return "subject:" + auth.Machine.Subject
}
