package ginclerk

import (
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
)

// description says what a handler does with requests, for package routes. It is made only when somebody asks.
type description func() exchange.Description

// of returns the handler with its description, as one of a Clerk.
func (about description) of(k *Clerk, handler gin.HandlerFunc) gin.HandlerFunc {
	return exchange.Described(func() exchange.Description {
		description := about()
		description.Clerk = k
		return description
	}, handler)
}

// serves describes a handler that serves its routes.
func serves(name string) description {
	return func() exchange.Description { return exchange.Description{Name: name, Serves: true} }
}

// called describes a handler that asks what its arguments say.
func called(name string, needs exchange.Need, asks ...string) description {
	return func() exchange.Description { return exchange.Description{Name: name, Needs: needs, Asks: asks} }
}

// marked describes a handler that marks its routes.
func marked(name string, handler gin.HandlerFunc) gin.HandlerFunc {
	return exchange.Described(called(name, ""), handler)
}
