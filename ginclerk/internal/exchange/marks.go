package exchange

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkwait"
	"github.com/ginclerk/ginclerk/ginclerk/internal/identity"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// Marks is what Gin's context holds for this package about one request. Gin forgets it where it serves a request anew
// (gin.Engine.HandleContext). The zero value is room for them.
type Marks struct {
	of     *gin.Context
	writer *response // nil until the response is decided about

	// What Gin's context holds about the request, so that it is not asked again and again. A copy of Gin's context has marks of its own.
	api      bool               // the route answers every client as a program
	clients  *authn.Clients     // that the route serves beside the application's pages; nil: none
	decided  bool               // there is a decision about who the request is
	identity *identity.Identity // what was decided

	budget *clerkwait.Budget // the request's; nil before a decision
	begun  *http.Request     // whose context the budget has, until handlers see who it is
	room   clerkwait.Budget

	// A request has one exchange for each instance that has seen it, mostly one. That and the writer are made with the marks.
	first  Exchange
	others []*Exchange
	own    response
}

type marksKey struct{}

// These are where Gin's context holds what a route says of itself: that it answers every client as a program, that no form for it is kept, that it takes delegated tokens,
// that it is not read in an outage, which clients it serves beside the application's pages, and to which page a browser comes back. They are no part of [Marks]: a copy of Gin's context, which another goroutine may have, has what was said when
// it was made, and must not read what is said later.
type (
	apiKey       struct{}
	skipFormsKey struct{}
	delegatedKey struct{}
	noReadingKey struct{}
	clientsKey   struct{}
	comeBackKey  struct{}
)

// marksOf returns the marks of a request, which it makes once. A copy of Gin's context, which another goroutine may have, gets its own.
func marksOf(c *gin.Context) *Marks {
	if known := existingMarks(c); known != nil {
		return known
	}
	return makeMarks(c, &Marks{})
}

// makeMarks makes the marks of a request that has none, in the given room.
func makeMarks(c *gin.Context, m *Marks) *Marks {
	m.of, m.api, m.clients = c, markedAPI(c), clientsOf(c)
	m.identity, m.decided = identityOf(c)
	c.Set(marksKey{}, m)
	return m
}

// existingMarks returns the marks of a request; nil where it has none. The writer has them at hand.
func existingMarks(c *gin.Context) *Marks {
	if w, ok := c.Writer.(*response); ok && w.marks.of == c {
		return w.marks
	}
	value, _ := c.Get(marksKey{})
	if known, _ := value.(*Marks); known != nil && known.of == c {
		return known
	}
	return nil
}

// at returns the exchange at an instance; nil where that has not seen the request.
func (m *Marks) at(i *Instance) *Exchange {
	if m.first.Instance == i {
		return &m.first
	}
	for _, x := range m.others {
		if x.Instance == i {
			return x
		}
	}
	return nil
}

// add returns an exchange to be filled in.
func (m *Marks) add() *Exchange {
	if m.first.Instance == nil {
		return &m.first
	}
	x := &Exchange{}
	m.others = append(m.others, x)
	return x
}

// MarkAPI has a request answered as an API's, whatever client sent it.
func MarkAPI(c *gin.Context) {
	c.Set(apiKey{}, true)
	if m := existingMarks(c); m != nil {
		m.api = true
	}
}

func markedAPI(c *gin.Context) bool {
	_, marked := c.Get(apiKey{})
	return marked
}

// ServeClients has a request's bearer token judged as that of a client that the route serves beside the application's pages.
func ServeClients(c *gin.Context, clients *authn.Clients) {
	c.Set(clientsKey{}, clients)
	if m := existingMarks(c); m != nil {
		m.clients = clients
	}
}

func clientsOf(c *gin.Context) *authn.Clients {
	value, _ := c.Get(clientsKey{})
	clients, _ := value.(*authn.Clients)
	return clients
}

// Clients returns the clients that the route serves beside the application's pages; nil: none.
func (x *Exchange) Clients() *authn.Clients { return x.marks.clients }

// SkipForms has no form of a request kept.
func SkipForms(c *gin.Context) { c.Set(skipFormsKey{}, true) }

// SkipsForms reports whether no form of the request is kept.
func (x *Exchange) SkipsForms() bool {
	_, skipped := x.Gin.Get(skipFormsKey{})
	return skipped
}

// ComeBackTo names the page, a path of the application, to which a browser comes back from a detour of a request: a page that asks for the
// same again. The caller has checked it.
func ComeBackTo(c *gin.Context, page string) { c.Set(comeBackKey{}, page) }

// ComesBackTo returns that page; "" where the route names none.
func (x *Exchange) ComesBackTo() string { return x.Gin.GetString(comeBackKey{}) }

// AllowDelegatedTokens lets a request pass the guard for tokens with a token that another party acts with.
func AllowDelegatedTokens(c *gin.Context) { c.Set(delegatedKey{}, true) }

// AllowsDelegatedTokens reports whether the route takes tokens that another party acts with.
func (x *Exchange) AllowsDelegatedTokens() bool {
	_, allowed := x.Gin.Get(delegatedKey{})
	return allowed
}

// RefuseReading has a request turned away that may merely read while Clerk is down.
func RefuseReading(c *gin.Context) { c.Set(noReadingKey{}, true) }

// RefusesReading reports whether the route turns away who may merely read while Clerk is down.
func (x *Exchange) RefusesReading() bool {
	_, refused := x.Gin.Get(noReadingKey{})
	return refused
}

// KindOf tells what a request expects: what its route's mark says, else what [visit.KindOf] reads from the request.
func KindOf(c *gin.Context) visit.Kind {
	if markedAPI(c) {
		return visit.API
	}
	return visit.KindOf(c.Request)
}
