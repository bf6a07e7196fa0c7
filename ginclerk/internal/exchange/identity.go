package exchange

import (
	"context"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkwait"
	"github.com/ginclerk/ginclerk/ginclerk/internal/identity"
)

// identityKey is the key of the identity in Gin's context and in the request's.
type identityKey struct{}

// Identity returns who the request is. It is never nil: before a decision, no user is signed in.
func (x *Exchange) Identity() *identity.Identity {
	if id := x.Known(); id != nil {
		return id
	}
	return &identity.Identity{}
}

// Known returns who the request is; nil before a decision.
func (x *Exchange) Known() *identity.Identity { return x.marks.identity }

// Identity returns who a request is, whichever instance has decided that; never nil.
func Identity(c *gin.Context) *identity.Identity {
	if id, _ := identityOf(c); id != nil {
		return id
	}
	return &identity.Identity{}
}

// Identified reports whether an instance has decided who a request is.
func Identified(c *gin.Context) bool {
	id, _ := identityOf(c)
	return id != nil
}

// identityOf returns who Gin's context says that a request is, and whether it says anything.
func identityOf(c *gin.Context) (id *identity.Identity, found bool) {
	value, found := c.Get(identityKey{})
	id, _ = value.(*identity.Identity)
	return id, found
}

// IdentityIn is [Identity] for a context that may be the request's, Gin's, or one that was made of these.
func IdentityIn(ctx context.Context) *identity.Identity {
	if id, ok := ctx.Value(identityKey{}).(*identity.Identity); ok {
		return id
	}
	// Gin's context finds nothing of the request's by itself, unless gin.Engine.ContextWithFallback is on.
	if c, ok := ctx.Value(gin.ContextKey).(*gin.Context); ok {
		return Identity(c)
	}
	return &identity.Identity{}
}

// Latest is who the request was last taken for; nil before the first decision. Gin's context forgets it where Gin serves a request
// anew (gin.Engine.HandleContext, an engine behind another), while the request's context does not.
func (x *Exchange) Latest() *identity.Identity {
	if x.marks.decided {
		return x.marks.identity
	}
	id, _ := x.Gin.Request.Context().Value(identityKey{}).(*identity.Identity)
	return id
}

// Identify has handlers see who the request is.
func (x *Exchange) Identify(id *identity.Identity) {
	c, ctx := x.Gin, x.Waiting()
	c.Set(identityKey{}, id)
	c.Set(clerkwait.Key, x.marks.budget) // Gin's context finds nothing of the request's by itself
	x.marks.identity, x.marks.decided, x.marks.begun = id, true, nil
	c.Request = c.Request.WithContext(WithIdentity(ctx, id))
}

// WithIdentity returns a context in which the request has an identity.
func WithIdentity(ctx context.Context, id *identity.Identity) context.Context {
	return id.In(ctx, identityKey{})
}

// Pretending runs a function that sees the request as somebody else. Then all is as it was, but for what the function has read of the
// body: a form can be read once, and then is in the request that has read it.
func (x *Exchange) Pretending(id *identity.Identity, do func()) {
	c, ctx := x.Gin, x.Gin.Request.Context()
	before, decided := x.marks.identity, x.marks.decided
	defer func() {
		c.Request = c.Request.WithContext(ctx)
		if decided {
			c.Set(identityKey{}, before)
		} else {
			c.Delete(identityKey{}) // what the request's context says counts again
		}
		x.marks.identity, x.marks.decided = before, decided
	}()
	x.Identify(id)
	do()
}
