package ginclerk_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

// TestAClockThatIsOff: a clock that is ahead by seconds, or behind by less than the skew, does no harm in minutes of use. Any other is told in the log, once
// and with the number. It signs nobody in, and nobody out for good: when it is set, everybody is back.
func TestAClockThatIsOff(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		ahead time.Duration
		told  string // in the log; empty: nothing
	}{
		{"10 seconds ahead", 10 * time.Second, ""},
		{"4 seconds behind", -4 * time.Second, ""},
		{"10 seconds behind, more than the skew, as for Clerk's own SDKs", -10 * time.Second, "ahead=-10s"},
		{"5 minutes ahead", 5 * time.Minute, "ahead=4m59s"},
		{"5 minutes behind", -5 * time.Minute, "ahead=-5m0s"},
	} {
		for kind, of := range map[string][]setup{"development": nil, "production": {production()}} {
			t.Run(row.name+", in "+kind, func(t *testing.T) {
				t.Parallel()
				off := row.ahead
				a := newApp(t, append(of, configured(func(c *ginclerk.Config) {
					clerks := c.Now
					c.Now = func() time.Time { return clerks().Add(off) }
				}))...)
				a.guarded(a.clerk.RequireSession())
				a.engine.GET("/sign-in", whoami)
				a.clerk.MountProxy(a.engine)
				v := a.visitor(t, ada)
				for range 9 {
					if row.told == "" {
						v.arrive(t, "/guarded").wantRan(t, true)
					} else if end, _ := v.inVain(t, "/guarded", false); end.Code == http.StatusOK && row.ahead.Abs() > time.Minute {
						t.Errorf("signed in, by a clock that is off by %s", row.ahead)
					}
					a.clock.Advance(20 * time.Second)
				}
				if got := strings.Count(a.log.String(), "the clock of this machine is not Clerk's"); got != strings.Count(row.told, "ahead") {
					t.Errorf("the log tells of the clock %d times", got)
				}
				if !strings.Contains(a.log.String(), row.told) {
					t.Errorf("the log does not say %s:\n%s", row.told, a.log.String())
				}
				off = 0 // somebody sets it
				v.arrive(t, "/guarded").wantRan(t, true)
			})
		}
	}
}

// TestAClockThatJumps: a session that has ended stays ended while the clock is off, and after it is set, and one that is good is good again.
func TestAClockThatJumps(t *testing.T) {
	t.Parallel()
	for name, jump := range map[string]time.Duration{
		"back by a minute": -time.Minute, "back by an hour": -time.Hour, "ahead by a minute": time.Minute, "ahead by a day": 24 * time.Hour,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			off := time.Duration(0)
			a := newApp(t, configured(func(c *ginclerk.Config) {
				clerks := c.Now
				c.Now = func() time.Time { return clerks().Add(off) }
			}))
			a.guarded(a.clerk.RequireSession())
			good, ended := a.token(t, ada), a.session(t, bob, clerktest.SessionOptions{})
			stolen := a.mint(t, ended.ID, clerktest.TokenOptions{})
			asks := func(token string) *answer { return a.ask(http.MethodGet, "/guarded", program, bearer(token)) }
			asks(good).wantRan(t, true)
			asks(stolen).wantRan(t, true)
			if err := a.clerk.Revoke(t.Context(), revocation.Entry{SessionID: ended.ID}); err != nil {
				t.Fatal(err)
			}
			asks(stolen).wantRan(t, false)
			off = jump
			asks(stolen).wantRan(t, false)
			asks(good)
			off = 0
			asks(stolen).wantRan(t, false)
			asks(good).wantRan(t, true)
		})
	}
}
