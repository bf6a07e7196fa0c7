package pages

import (
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// limits stand in front of what has Clerk asked, so that one user who reloads a page does not use up what Clerk takes from the
// whole application, and with it everybody's renewals.
type limits struct {
	one      gin.HandlerFunc // in front of pages for which Clerk is asked once
	accounts gin.HandlerFunc
	// Within actions that know what to ask; nil where the options have another limit.
	actions  gin.HandlerFunc
	switches gin.HandlerFunc
}

// mayAsk reports whether an action may have Clerk asked.
func mayAsk(c *gin.Context, limit gin.HandlerFunc) bool {
	if limit == nil {
		return true
	}
	limit(c)
	return !c.IsAborted()
}

// How many questions to Clerk the pages of one user may cause. Clerk takes a hundred in ten seconds from a development instance, a
// thousand from one of production.
const (
	questions       = 60
	questionsPeriod = 10 * time.Second

	costOne      = 1
	costAccounts = 4 // the session, its client, the users and an organization
	costAction   = 3
	costSwitch   = 6 // the accounts, for the name of one, and both sessions
)

// makeLimits counts here while the store is away: a page must not be refused for want of a number.
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
		s.limits.actions, s.limits.switches = nil, nil // it stands in front of them
	}
	return nil
}
