// Package limit holds requests against rate limits: it decides what a request is charged, asks the store that counts, and tells clients
// what is left.
package limit

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/guard"
	"github.com/ginclerk/ginclerk/ginclerk/internal/identity"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// Limit is one rate limit on requests. Package ginclerk says what each field does.
type Limit struct {
	Policy ratelimit.Policy
	Key    func(*gin.Context) string
	Allow  func(*gin.Context) int64
	Cost   func(*gin.Context) int64
	Skip   func(*gin.Context) bool
	Shadow bool
}

// Set is what one guard enforces: its limits are decided together. Make one with [NewSet]; it is safe for concurrent use.
type Set struct {
	limits     []Limit
	xRateLimit bool
}

// NewSet returns a set. The error names every policy that is no use. xRateLimit adds the X-RateLimit-* fields to the response.
func NewSet(limits []Limit, xRateLimit bool) (*Set, error) {
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
	return &Set{limits, xRateLimit}, errors.Join(problems...)
}

// counting is one request that a set counts in a store.
type counting struct {
	guard.Request

	set   *Set
	store ratelimit.Store
}

// Guard holds a request against the limits, and answers one that a limit refuses.
func (s *Set) Guard(r guard.Request, store ratelimit.Store) {
	if r.EndPreflight() {
		return
	}
	n := counting{r, s, store}
	counted := false
	if !r.Attached() {
		early, all := n.chargesOfAnybody(false)
		counted = all
		if len(early) > 0 && !n.decide(early, all) {
			return
		}
	}
	r.Attach()
	if r.Aborted() || r.Begun() {
		return
	}
	if charges := n.charges(false); !counted && len(charges) > 0 && !n.decide(charges, true) {
		return
	}
	n.countShadows(n.charges(true))
}

// AsksAlways reports whether every limit of the set asks who a request is.
func (s *Set) AsksAlways() bool {
	return !slices.ContainsFunc(s.limits, func(l Limit) bool { return l.Key != nil })
}

// GuardExempt is [Set.Guard] for a path that needs no authentication. The limits that ask who the request is leave it alone, unless a
// guard in front has found that out.
func (s *Set) GuardExempt(r guard.Request, store ratelimit.Store) {
	if r.Attached() {
		s.Guard(r, store)
		return
	}
	n := counting{r, s, store}
	early, _ := n.chargesOfAnybody(false)
	shadows, _ := n.chargesOfAnybody(true)
	switch {
	case len(early) == 0 && len(shadows) == 0, r.EndPreflight():
	case len(early) == 0 || n.decide(early, true):
		n.countShadows(shadows)
	}
}

// decide reports whether the request may go on. It charges for it, or merely looks where other limits are still to be asked: all
// are charged together.
func (n counting) decide(charges []ratelimit.Charge, charge bool) bool {
	ask := n.store.Peek
	if charge {
		ask = n.store.Decide
	}
	began := n.Core().Now()
	decision, err := ask(n.Gin.Request.Context(), charges...)
	if charge || err != nil || !decision.Allowed {
		n.Observe(limited(decision, err, n.Core().Now().Sub(began)))
	}
	if err != nil {
		n.answerUncounted(err)
		return false
	}
	if charge || !decision.Allowed {
		n.announce(decision)
	}
	if !decision.Allowed {
		n.AnswerKeeping(answer.RateLimit(decision.RetryAfter()))
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

// chargesOfAnybody is what a request asks of the limits for which it does not matter who it is, and whether those are all that are, or
// are not, in shadow mode. The others give themselves away by asking.
func (n counting) chargesOfAnybody(shadow bool) (early []ratelimit.Charge, all bool) {
	all = true
	for _, l := range n.set.limits {
		if l.Shadow != shadow {
			continue
		}
		if l.Key == nil {
			all = false
			continue
		}
		asked := false
		n.Pretending(&identity.Identity{Asked: &asked}, func() {
			charge, counts := l.charge(n.Gin)
			if counts && !asked {
				early = append(early, charge)
			}
		})
		all = all && !asked
	}
	return early, all
}

// countShadows counts the limits that refuse nothing, each on its own. What the others refuse they are not charged for either.
func (n counting) countShadows(charges []ratelimit.Charge) {
	for _, charge := range charges {
		decision, err := n.store.Decide(n.Gin.Request.Context(), charge)
		if err == nil && !decision.Allowed {
			n.Logger.InfoContext(n.Gin.Request.Context(), "ginclerk: a rate limit in shadow mode would refuse a request",
				"policy", charge.Policy.Name, "route", n.Gin.FullPath())
		}
	}
}

// charges is what a request asks of the limits that are, or are not, in shadow mode.
func (n counting) charges(shadow bool) []ratelimit.Charge {
	charges := make([]ratelimit.Charge, 0, len(n.set.limits))
	for _, l := range n.set.limits {
		if l.Shadow != shadow {
			continue
		}
		if charge, counts := l.charge(n.Gin); counts {
			charges = append(charges, charge)
		}
	}
	return charges
}

// charge is what a request asks of one limit; it reports whether the request is counted.
func (l Limit) charge(c *gin.Context) (ratelimit.Charge, bool) {
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
func (n counting) announce(decision ratelimit.Decision) {
	fields, header := http.Header{}, n.Gin.Writer.Header()
	ratelimit.SetHeaders(fields, decision, ratelimit.HeaderOptions{XRateLimit: n.set.xRateLimit})
	for name, values := range fields {
		if name == "Ratelimit" || name == "Ratelimit-Policy" {
			header.Add(name, values[0]) // lists, to which each guard on the way adds
		} else {
			header[name] = values
		}
	}
	n.LimitedBy(fields)
}

// answerUncounted is for a store that can't count and has no way of its own to go on.
func (n counting) answerUncounted(err error) {
	if errors.Is(n.Gin.Request.Context().Err(), context.Canceled) {
		n.Gin.Abort() // the client has gone
		return
	}
	n.Fail(err)
	n.AnswerKeeping(answer.Of(answer.RateLimitUnavailable))
}

// RefuseAll answers every request of a limit that was configured with impossible numbers. The log is told once.
func RefuseAll(r guard.Request, told *sync.Once, err error) {
	told.Do(func() {
		r.Logger.ErrorContext(r.Gin.Request.Context(), "ginclerk: RateLimit was given numbers that make no limit: every request is refused",
			"route", r.Gin.FullPath(), "error", err.Error())
	})
	r.Refuse(answer.RateLimitUnavailable)
}
