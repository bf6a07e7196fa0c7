package ginclerk_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/parking"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// So it is for a form whose token should have been renewed on the spot, where it can't be kept.
func TestAFormThatCannotBeRenewedInAnOutage(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.MaxTokenAge(20 * time.Second))
	v := a.visitor(t, ada)
	v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
	a.clock.Advance(30 * time.Second)
	a.server.SetUnavailable(true)
	v.ask(http.MethodPost, "/guarded", ownForm).wantStatus(t, http.StatusServiceUnavailable).wantRan(t, false)
}

// A form for whose account there is no proof waits for whoever is asked whether it is theirs.
func TestAFormBesideASelectionThatProvesNothingIsNobodys(t *testing.T) {
	t.Parallel()
	o := newOffice(t, signedIn, production(), configured(func(c *ginclerk.Config) { c.ProxyURL = "" }))
	v := o.visitor(t, bob).unrenewable()
	delete(v.cookies, "__client")
	v.cookies[selectionCookie] = "sealed-with-another-key"
	o.clock.Advance(time.Hour)
	v.ask(http.MethodPost, "/orders", ownForm, body("a=1")).wantHeader(t, "Location", "/waiting")
	v.renewed(t)
	if list := o.waiting(t, v); len(list) != 1 || !list[0].Anonymous {
		t.Errorf("waiting: %+v", list)
	}
}

// consumed is a body of unknown length that somebody has read.
func consumed(r *http.Request) {
	body("")(r)
	r.ContentLength = -1
}

func TestAFormOfUnknownLengthThatWasReadIsNotParked(t *testing.T) {
	t.Parallel()
	o := newOffice(t, signedIn)
	v := o.visitor(t, ada).unrenewable()
	o.clock.Advance(time.Hour)
	v.ask(http.MethodPost, "/orders", ownForm, consumed)
	if v.keepsForms() {
		t.Error("an empty form waits to be sent instead of what was typed")
	}
}

// htmx leaves the page for the proof, and the form with it.
func TestAFormOfHTMXThatNeedsAReverification(t *testing.T) {
	t.Parallel()
	o := newOffice(t, func(a *app) gin.HandlerFunc { return a.clerk.Require(ginclerk.Reverified(token.PresetStrict)) })
	ginclerk.UsePages(o.clerk, ginclerk.Pages{Verify: "/verify"})
	v := o.visitor(t, ada)
	o.clock.Advance(time.Hour)
	v.arrive(t, "/guarded")
	v.ask(http.MethodPost, "/orders", htmx, header("Origin", ownOrigin), body("a=1")).wantStatus(t, http.StatusForbidden).
		wantHeader(t, "HX-Redirect", "/verify?after_minutes=10&level=second_factor&redirect_url=%2Fwaiting")
	if list := o.waiting(t, v); len(list) != 1 {
		t.Errorf("waiting: %+v", list)
	}
}

// On its second way, too, a form is nobody's until a guard says otherwise.
func TestAReplayIsNobodysUntilItIsAttached(t *testing.T) {
	t.Parallel()
	o := newOffice(t, signedIn)
	sends := gin.New() // the page that sends forms is in front of another router, with a guard on one route alone
	ginclerk.UsePages(o.clerk, ginclerk.Pages{Forms: parking.Page{URL: "/waiting", Replay: sends}})
	sends.POST("/orders", func(c *gin.Context) {
		if who := ginclerk.FromContext(c.Request.Context()); who.SignedIn() || ginclerk.From(c).SignedIn() {
			t.Errorf("no guard has run, and the request is %s", who.UserID)
		}
		c.Status(http.StatusNoContent)
	})
	v := o.visitor(t, ada).unrenewable()
	o.clock.Advance(time.Hour)
	v.ask(http.MethodPost, "/orders", ownForm, body("a=1")).wantHeader(t, "Location", "/waiting")
	v.ask(http.MethodPost, "/waiting?handle="+o.waiting(t, v)[0].Handle, ownForm).wantStatus(t, http.StatusNoContent)
}

// Whatever the content type, a replay has the one that the form had, and its body to the byte.
func TestAReplayHasTheFormsOwnContentType(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"", "text/plain", "application/json", "multipart/form-data; boundary=x", "text/plain; charset=\"utf-16\""} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, signedIn)
			v := o.visitor(t, ada).unrenewable()
			o.clock.Advance(time.Hour)
			const raw = "--x\r\n\x00\xff{\"a\":1}\r\n--x--"
			v.ask(http.MethodPost, "/orders?a=%2F..%2F&b", ownForm, func(r *http.Request) {
				r.Body, r.ContentLength = io.NopCloser(strings.NewReader(raw)), int64(len(raw))
				if kind != "" {
					r.Header.Set("Content-Type", kind)
				}
			}).wantHeader(t, "Location", "/waiting")
			v.ask(http.MethodPost, "/waiting?handle="+o.waiting(t, v)[0].Handle, ownForm, body("x=y")).wantStatus(t, http.StatusCreated)
			o.want(t, o.userID(t, ada)+" "+kind+" /orders?a=%2F..%2F&b "+raw)
		})
	}
}

// A form that can't be kept is not lost in silence.
func TestAFormThatCannotBeKeptIsToldOf(t *testing.T) {
	t.Parallel()
	o := newOffice(t, signedIn, configured(func(c *ginclerk.Config) { c.Stores.Records = awayStore{} }))
	v := o.visitor(t, ada).unrenewable()
	o.clock.Advance(time.Hour)
	got := v.ask(http.MethodPost, "/orders", ownForm, body("a=1")).wantUnavailable(t)
	if !strings.Contains(got.Body.String(), "could not be kept") || !strings.Contains(got.Body.String(), "/sign-in?") {
		t.Errorf("the page says %s", got.Body)
	}
}

// awayStore is a store that nobody can reach.
type awayStore struct{}

func (awayStore) Load(context.Context, string) ([]byte, error) { return nil, storage.ErrUnavailable }

func (awayStore) CompareAndSwap(context.Context, string, []byte, []byte, time.Duration) (bool, error) {
	return false, storage.ErrUnavailable
}

// What a guard turns away for now is kept for later, also when it was kept before.
func TestAFormThatIsTurnedAwayForNowIsKept(t *testing.T) {
	t.Parallel()
	t.Run("in an outage", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t, signedIn, configured(func(c *ginclerk.Config) { c.Tokens.JWTKey = "" }))
		v := o.visitor(t, ada)
		o.clock.Advance(time.Hour)
		o.server.SetUnavailable(true)
		got := v.ask(http.MethodPost, "/orders", ownForm, body("a=1")).wantStatus(t, http.StatusServiceUnavailable)
		if !strings.Contains(got.Body.String(), `href="/waiting"`) || !strings.Contains(got.Body.String(), "Your form was kept") {
			t.Errorf("the page does not lead to the form: %s", got.Body)
		}
		o.server.SetUnavailable(false)
		o.clock.Advance(time.Minute) // keys that could not be had are not asked for at once
		list := o.waiting(t, v)
		if len(list) != 1 {
			t.Fatalf("waiting: %+v", list)
		}
		v.ask(http.MethodPost, "/waiting?handle="+list[0].Handle, ownForm).wantStatus(t, http.StatusCreated)
		o.want(t, o.userID(t, ada)+" "+formType+" /orders a=1")
	})
	t.Run("at a limit, twice", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t, func(a *app) gin.HandlerFunc {
			limit, guard := a.clerk.RateLimit(1, time.Minute), a.clerk.RequireSession()
			return func(c *gin.Context) {
				if guard(c); !c.IsAborted() {
					limit(c)
				}
			}
		})
		v := o.visitor(t, ada)
		v.ask(http.MethodPost, "/orders", ownForm, body("a=1")).wantStatus(t, http.StatusCreated)
		v.ask(http.MethodPost, "/orders", ownForm, body("a=2")).wantStatus(t, http.StatusTooManyRequests)
		v.ask(http.MethodPost, "/waiting?handle="+o.waiting(t, v)[0].Handle, ownForm).wantStatus(t, http.StatusTooManyRequests)
		o.clock.Advance(2 * time.Minute)
		v.ask(http.MethodPost, "/waiting?handle="+o.waiting(t, v)[0].Handle, ownForm).wantStatus(t, http.StatusCreated)
		o.want(t, o.userID(t, ada)+" "+formType+" /orders a=1", o.userID(t, ada)+" "+formType+" /orders a=2")
		if list := o.waiting(t, v); len(list) != 0 {
			t.Errorf("still waiting: %+v", list)
		}
	})
}
