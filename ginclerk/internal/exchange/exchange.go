// Package exchange reads each request once and answers it once: an [Exchange] is a request to one Clerk instance as it came through
// Gin, and its response. All that ginclerk writes goes through one. It decides nothing.
package exchange

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkwait"
	"github.com/ginclerk/ginclerk/ginclerk/internal/identity"
	"github.com/ginclerk/ginclerk/ginclerk/internal/parts"
	"github.com/ginclerk/ginclerk/ginclerk/internal/peer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
)

// Instance is what exchanges need of a Clerk instance. All fields are required. It is safe for concurrent use, and not to be copied.
type Instance struct {
	Site     *visit.Site
	Logger   *slog.Logger
	Observer observe.Observer // of what happens to requests
	Front    *Front           // stands in front of the requests that no other one was chosen for
	Parts    *parts.Parts     // of what stands in front, such as the desk where forms wait
	// NewPlace makes a place for one identity of a request.
	NewPlace func() Place
	// Patience is how long one request waits for Clerk, and Now the clock by which that is measured.
	Patience time.Duration
	Now      func() time.Time

	alreadySent sync.Map  // routes that were logged
	distrusted  sync.Once // told of a peer whose forwarded headers do not count
	routes      routes
}

// Place is where an identity of a request is put, and what handlers see of it. It has room for the request's marks, too: both are needed
// for nearly every request, and one allocation costs less than two.
type Place interface {
	// Room is room for the identity.
	Room() *identity.Room
	// Show returns what handlers see of the identity.
	Show(id *identity.Identity) any
	// Marks is room for the marks of the request.
	Marks() *Marks
}

// Exchange is one request to an instance, and its response. It belongs to the request, and is not safe for concurrent use.
type Exchange struct {
	*Instance

	Gin *gin.Context

	marks *Marks
	place Place // that no identity was put into; nil: a new one is made
	front *Front
	visit visit.Visit
}

// At returns the exchange of a request at an instance. Where the application is, is worked out once for a request; the rest is read when
// it is asked for, because other middleware may change the request until then.
func (i *Instance) At(c *gin.Context) *Exchange {
	x := i.exchangeOf(c)
	if x.visit.Request == nil {
		x.visit = i.Site.Read(c.Request, x.peer())
	}
	return x
}

// exchangeOf returns the exchange of a request, which it makes once. Its visit may be still to be read.
func (i *Instance) exchangeOf(c *gin.Context) *Exchange {
	m := existingMarks(c)
	if m != nil {
		if x := m.at(i); x != nil {
			return x
		}
	}
	var place Place
	if m == nil {
		place = i.NewPlace()
		m = makeMarks(c, place.Marks())
	}
	x := m.add()
	*x = Exchange{Instance: i, Gin: c, marks: m, place: place, front: i.Front}
	return x
}

// Waiting returns the request's context with the time for which the request may wait for Clerk. A request has one budget, whatever instances
// see it.
func (x *Exchange) Waiting() context.Context {
	ctx, m := x.Gin.Request.Context(), x.marks
	switch known := clerkwait.In(ctx); {
	case known != nil:
		m.budget = known
		return ctx
	case m.budget == nil:
		m.budget, m.begun = &m.room, x.Gin.Request
		return m.room.Begin(ctx, x.Patience, x.Now)
	case m.begun == x.Gin.Request: // contexts themselves may be of a type that can't be compared
		return m.budget
	default: // middleware has put another context in its place
		return clerkwait.With(ctx, m.budget)
	}
}

// Place returns a place for one identity of the request.
func (x *Exchange) Place() Place {
	if place := x.place; place != nil {
		x.place = nil
		return place
	}
	return x.NewPlace()
}

// Visit returns what the request says about itself.
func (x *Exchange) Visit() visit.Visit {
	x.visit.Follow(x.Gin.Request)
	if x.marks.api {
		return x.visit.AsAPI()
	}
	return x.visit
}

// Kind returns the kind of answer that the request expects.
func (x *Exchange) Kind() visit.Kind {
	return x.Visit().Kind()
}

// Front returns what stands in front of the request.
func (x *Exchange) Front() *Front { return x.front }

// StandsBehind has another front stand in front of a request: one that chose this instance among others. It reads nothing from the
// request, which middleware may still put right before the first guard.
func (i *Instance) StandsBehind(c *gin.Context, front *Front) { i.exchangeOf(c).front = front }

// Observe tells the observer what happens to the request.
func (x *Exchange) Observe(e observe.Event) {
	if route := x.Gin.FullPath(); route != "" {
		e.Route = x.routes.name(x.Gin.Request.Method, route)
	}
	if id := x.Known(); id != nil {
		e.UserID, e.SessionID = id.UserID(), id.SessionID()
	}
	x.Observer.Observe(x.Gin.Request.Context(), e)
}

// HeadersAlreadySent says once for each route that a response was begun before ginclerk's handler ran.
func (x *Exchange) HeadersAlreadySent() {
	if _, logged := x.alreadySent.LoadOrStore(x.Gin.FullPath(), true); logged {
		return
	}
	x.Logger.ErrorContext(x.Gin.Request.Context(),
		"ginclerk: headers already sent: a handler wrote the response before ginclerk's middleware ran; register ginclerk first",
		"route", x.Gin.FullPath(), "reason", string(reason.HeadersAlreadySent))
}

// peer returns what Gin's trusted proxies say about who sent the request.
func (x *Exchange) peer() visit.Peer {
	forwarded := visit.Forwarded(x.Gin.Request)
	trusted := forwarded && peer.Trusted(x.Gin.Request, askGin(x.Gin))
	if forwarded && !trusted {
		x.distrusted.Do(x.tellDistrusted)
	}
	return visit.Peer{Trusted: trusted, Client: x}
}

// tellDistrusted logs that what a proxy says does not count.
func (x *Exchange) tellDistrusted() {
	x.Logger.WarnContext(x.Gin.Request.Context(),
		"ginclerk: X-Forwarded headers of a request do not count, because Gin is not told to trust the address that sends them. If that is your proxy, name it to SetTrustedProxies of the engine.",
		"peer", x.Gin.Request.RemoteAddr)
}

// ClientIP implements [visit.Client].
func (x *Exchange) ClientIP() string { return ClientIP(x.Gin) }

// ClientIP returns the client's address as Gin tells it; "" where it is not known.
func ClientIP(c *gin.Context) string { return peer.Client(c.Request, askGin(c)) }

// askGin asks Gin for the client's address of any request. Gin reads its context's request alone, so another request is put into a copy:
// goroutines that read the request may share the context.
func askGin(c *gin.Context) peer.ClientIP {
	var other *gin.Context // made once, and seldom needed
	return func(r *http.Request) string {
		if r == c.Request {
			return c.ClientIP()
		}
		if other == nil {
			other = c.Copy()
		}
		other.Request = r
		return other.ClientIP()
	}
}
