package ginclerk_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/parking"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

// events is an observer that keeps what it is told.
type events struct {
	mu   sync.Mutex
	told []observe.Event
}

func (e *events) Observe(_ context.Context, event observe.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.told = append(e.told, event)
}

// of returns the events of a kind, and forgets all.
func (e *events) of(kind observe.Kind) []observe.Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	told := slices.DeleteFunc(e.told, func(event observe.Event) bool { return event.Kind != kind })
	e.told = nil
	return told
}

func TestTheObserverIsToldWhatHappens(t *testing.T) {
	t.Parallel()
	told := &events{}
	o := &office{app: newApp(t, configured(func(c *ginclerk.Config) { c.Observer = told }))}
	ginclerk.UsePages(o.clerk, ginclerk.Pages{Forms: parking.Page{URL: "/waiting", Replay: o.engine}})
	o.engine.GET("/notes/:id", o.clerk.RequireSession(), whoami)
	o.engine.GET("/admin", o.clerk.Require(ginclerk.Role("org:owner")), whoami)
	o.engine.POST("/orders", o.clerk.RequireSession(), whoami)
	o.engine.GET("/limited", o.clerk.RequireSession(), o.clerk.RateLimit(1, time.Minute), whoami)
	o.engine.GET("/waiting", o.clerk.RequireSession(), func(c *gin.Context) {
		waiting, err := parking.Waiting(exchangeOf(o.clerk, c))
		if err != nil || len(waiting) != 1 {
			t.Errorf("%d forms wait: %v", len(waiting), err)
			return
		}
		if err := parking.Send(exchangeOf(o.clerk, c), waiting[0].Handle); err != nil {
			t.Error(err)
		}
	})
	o.engine.GET("/dropped", o.clerk.RequireSession(), func(c *gin.Context) {
		waiting, err := parking.Waiting(exchangeOf(o.clerk, c))
		if err != nil || len(waiting) != 1 {
			t.Errorf("%d forms wait: %v", len(waiting), err)
			return
		}
		if err := parking.Discard(exchangeOf(o.clerk, c), waiting[0].Handle); err != nil {
			t.Error(err)
		}
	})
	protect, err := o.clerk.Protect(ginclerk.Rules{Admin: []string{"/office"}, AdminRole: "org:owner", UnauthorizedURL: "/sorry"})
	if err != nil {
		t.Fatal(err)
	}
	o.engine.GET("/office", protect, whoami)
	user, v := o.userID(t, ada), o.visitor(t, ada)

	for name, row := range map[string]struct {
		do   func()
		kind observe.Kind
		want observe.Event
	}{
		"a user is signed in": {
			func() { v.ask(http.MethodGet, "/notes/1", navigation).wantSignedIn(t, user) },
			observe.Decided,
			observe.Event{Route: "GET /notes/:id", UserID: user},
		},
		"a program without a token is refused": {
			func() { o.ask(http.MethodGet, "/notes/1", fetched).wantStatus(t, http.StatusUnauthorized) },
			observe.Refused,
			observe.Event{Route: "GET /notes/:id", Status: http.StatusUnauthorized, Reason: string(authn.ReasonDevBrowserMissing)},
		},
		"a role is missing": {
			func() { v.ask(http.MethodGet, "/admin", fetched).wantStatus(t, http.StatusForbidden) },
			observe.Refused,
			observe.Event{Route: "GET /admin", Status: http.StatusForbidden, Reason: string(reason.RequirementNotMet), UserID: user},
		},
		"a page is sent to where the rules say": {
			func() { v.ask(http.MethodGet, "/office", navigation).wantStatus(t, http.StatusSeeOther) },
			observe.Refused,
			observe.Event{Route: "GET /office", Status: http.StatusSeeOther, Reason: string(reason.RequirementNotMet), UserID: user},
		},
		"a limit refuses": {
			func() {
				v.ask(http.MethodGet, "/limited", fetched).wantStatus(t, http.StatusOK)
				told.of(0)
				v.ask(http.MethodGet, "/limited", fetched).wantStatus(t, http.StatusTooManyRequests)
			},
			observe.Limited,
			observe.Event{Route: "GET /limited", Status: http.StatusTooManyRequests, Target: "1-in-1m0s", UserID: user},
		},
		"a session is revoked": {
			func() {
				if err := o.clerk.Revoke(t.Context(), revocation.Entry{SessionID: "sess_other"}); err != nil {
					t.Error(err)
				}
			},
			observe.Revoked,
			observe.Event{},
		},
	} {
		told.of(0)
		row.do()
		got := told.of(row.kind)
		if len(got) != 1 {
			t.Errorf("%s: told %d times: %+v", name, len(got), got)
			continue
		}
		if e := got[0]; e.Route != row.want.Route || e.Status != row.want.Status || e.Reason != row.want.Reason ||
			e.UserID != row.want.UserID || e.Target != row.want.Target || e.Err != nil {
			t.Errorf("%s: told %+v, want %+v", name, e, row.want)
		}
	}

	o.clock.Advance(time.Hour)
	late := o.visitor(t, ada).unrenewable()
	o.clock.Advance(time.Hour)
	told.of(0)
	late.ask(http.MethodPost, "/orders", ownForm, body("a=1")).wantRan(t, false)
	if got := told.of(observe.Parked); len(got) != 1 || got[0].Route != "POST /orders" || got[0].Err != nil {
		t.Errorf("a form that is kept: told %+v", got)
	}
	late.renewed(t)
	told.of(0)
	late.ask(http.MethodGet, "/dropped", navigation).wantStatus(t, http.StatusOK)
	if got := told.of(observe.Discarded); len(got) != 1 || got[0].Route != "GET /dropped" || got[0].UserID != user {
		t.Errorf("a form that is discarded: told %+v", got)
	}
}

// TestTheObserverIsToldOfRenewals, those that a decision about a page takes included.
func TestTheObserverIsToldOfRenewals(t *testing.T) {
	t.Parallel()
	told := &events{}
	a := newApp(t, configured(func(c *ginclerk.Config) { c.Observer = told }))
	a.guarded(a.clerk.RequireSession())
	v := a.visitor(t, ada)
	renewals := func(name, method string, options ...option) observe.Event {
		t.Helper()
		a.clock.Advance(2 * time.Minute)
		told.of(0)
		v.ask(method, "/guarded", options...)
		got := told.of(observe.Renewed)
		if len(got) != 1 || got[0].Route != method+" /guarded" {
			t.Errorf("%s: told %+v", name, got)
			return observe.Event{}
		}
		return got[0]
	}
	for method, options := range map[string][]option{http.MethodGet: {navigation}, http.MethodPost: {ownForm, body("a=1")}} {
		if e := renewals("renewed", method, options...); e.Reason != "" || e.Err != nil || e.UserID == "" {
			t.Errorf("%s: told %+v", method, e)
		}
	}
	a.server.SetUnavailable(true)
	if e := renewals("an outage", http.MethodGet, navigation); e.Err == nil {
		t.Errorf("an outage: told %+v", e)
	}
	a.server.SetUnavailable(false)
	for name := range v.cookies {
		if strings.HasPrefix(name, "__refresh") {
			v.cookies[name] = "made-up"
		}
	}
	if e := renewals("refused", http.MethodGet, navigation); e.Err != nil || e.Reason == "" {
		t.Errorf("refused: told %+v", e)
	}
	a.clock.Advance(time.Minute)
	v.losesRefreshToken()
	told.of(0)
	v.ask(http.MethodGet, "/guarded", navigation)
	if got := told.of(observe.Renewed); len(got) != 0 {
		t.Errorf("nothing to renew with: told %+v", got)
	}
}

// brokenLimits is a store of rate limits that is away.
type brokenLimits struct{ ratelimit.Store }

func (brokenLimits) Decide(context.Context, ...ratelimit.Charge) (ratelimit.Decision, error) {
	return ratelimit.Decision{}, ratelimit.ErrUnavailable
}

func TestTheObserverIsToldThatTheStoreOfALimitIsAway(t *testing.T) {
	t.Parallel()
	told := &events{}
	a := newApp(t, configured(func(c *ginclerk.Config) { c.Observer = told }))
	limit, err := a.clerk.RateLimits(ginclerk.LimitOptions{Store: brokenLimits{}, FailLocal: true}, ginclerk.Limit{
		Policy: ratelimit.Policy{Name: "own", Limit: 100, Window: time.Minute}, Key: ginclerk.ByAddress,
	})
	if err != nil {
		t.Fatal(err)
	}
	a.engine.GET("/limited", limit, whoami)
	for range ratelimit.DefaultFailures {
		a.ask(http.MethodGet, "/limited", fetched).wantStatus(t, http.StatusOK)
	}
	if began := told.of(observe.OutageBegan); len(began) != 1 {
		t.Errorf("told of %d outages, want 1: %v", len(began), began)
	}
}
