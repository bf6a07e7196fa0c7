package exchange

import (
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// marks is what Gin's context holds for this package about one request. Gin forgets it where it serves a request anew
// (gin.Engine.HandleContext).
type marks struct {
	of     *gin.Context
	writer *response // nil until the response is decided about

	// A request has one exchange for each instance that has seen it, mostly one. That and the writer are made with the marks.
	first  Exchange
	others []*Exchange
	own    response
}

type marksKey struct{}

// apiKey and skipFormsKey are where Gin's context holds what a route says of itself: that it answers every client as a program, and that
// no form for it is kept. They are no part of [marks]: a copy of Gin's context, which another goroutine may have, has what was said when
// it was made, and must not read what is said later.
type (
	apiKey       struct{}
	skipFormsKey struct{}
)

// marksOf returns the marks of a request, which it makes once. A copy of Gin's context, which another goroutine may have, gets its own.
func marksOf(c *gin.Context) *marks {
	value, _ := c.Get(marksKey{})
	if known, _ := value.(*marks); known != nil && known.of == c {
		return known
	}
	m := &marks{of: c}
	c.Set(marksKey{}, m)
	return m
}

// at returns the exchange at an instance; nil where that has not seen the request.
func (m *marks) at(i *Instance) *Exchange {
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
func (m *marks) add() *Exchange {
	if m.first.Instance == nil {
		return &m.first
	}
	x := &Exchange{}
	m.others = append(m.others, x)
	return x
}

// MarkAPI has a request answered as an API's, whatever client sent it.
func MarkAPI(c *gin.Context) { c.Set(apiKey{}, true) }

func markedAPI(c *gin.Context) bool {
	_, marked := c.Get(apiKey{})
	return marked
}

// SkipForms has no form of a request kept.
func SkipForms(c *gin.Context) { c.Set(skipFormsKey{}, true) }

// SkipsForms reports whether no form of the request is kept.
func (x *Exchange) SkipsForms() bool {
	_, skipped := x.Gin.Get(skipFormsKey{})
	return skipped
}

// KindOf tells what a request expects: what its route's mark says, else what [visit.KindOf] reads from the request.
func KindOf(c *gin.Context) visit.Kind {
	if markedAPI(c) {
		return visit.API
	}
	return visit.KindOf(c.Request)
}
