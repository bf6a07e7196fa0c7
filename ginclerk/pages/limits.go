package pages

import (
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// limits stand in front of everything that sends requests to Clerk. Without them, one user who keeps reloading a page could
// use up Clerk's limit for the whole application, and then renewals fail for everybody.
type limits struct {
	one      gin.HandlerFunc // for pages that send Clerk one request
	accounts gin.HandlerFunc
	// Actions call these before they send requests to Clerk. They are nil if the options have a limit.
	actions  gin.HandlerFunc
	switches gin.HandlerFunc
}

// mayAsk reports whether an action may send requests to Clerk.
func mayAsk(c *gin.Context, limit gin.HandlerFunc) bool {
	if limit == nil {
		return true
	}
	limit(c)
	return !c.IsAborted()
}

// The number of requests to Clerk that the pages of one user may cause. Clerk accepts 100 requests in 10 seconds from a
// development instance, and 1,000 from a production instance.
const (
	questions       = 60
	questionsPeriod = 10 * time.Second

	costOne      = 1
	costAccounts = 4 // the session, its client, the users and an organization
	costAction   = 3
	costSwitch   = 6 // the accounts, for the name of one, and both sessions
)

// makeLimits counts in this process while the store is away: a page is not refused because the count is missing.
func (s *Site) makeLimits() error {
	policy := ratelimit.Policy{Name: "session-pages", Limit: questions, Window: questionsPeriod}
	for _, l := range []struct {
		guard *gin.HandlerFunc
		given gin.HandlerFunc
		cost  int64
	}{
		{&s.limits.one, s.options.LimitReading, costOne},
		{&s.limits.accounts, s.options.LimitReading, costAccounts},
		{&s.limits.actions, s.options.LimitActions, costAction},
		{&s.limits.switches, s.options.LimitActions, costSwitch},
	} {
		if l.given != nil {
			*l.guard = l.given
			continue
		}
		var err error
		*l.guard, err = s.clerk.RateLimits(ginclerk.LimitOptions{FailLocal: true}, ginclerk.Limit{
			Policy: policy, Cost: func(*gin.Context) int64 { return l.cost },
		})
		if err != nil {
			return err
		}
	}
	if s.options.LimitActions != nil {
		s.limits.actions, s.limits.switches = nil, nil // the limit of the options stands in front of every action
	}
	return nil
}
