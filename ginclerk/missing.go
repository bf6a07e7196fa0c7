package ginclerk

import (
	"errors"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
)

// errMissing is what a Clerk says that [New] and [NewTenants] have not made, such as a nil one.
var errMissing = errors.New("ginclerk: the Clerk is nil: look at the error of ginclerk.New before you use what it returns")

// missing reports whether New and NewTenants have not made this Clerk. Most often the program did not look at the error of New.
func (k *Clerk) missing() bool { return k == nil || k.choose == nil }

// only is what serves the one instance of this Clerk; nil for a Clerk of many tenants, and for a missing one.
func (k *Clerk) only() *tenant {
	if k.missing() {
		return nil
	}
	return k.own
}

// one is [Clerk.only] with an error where there is none.
func (k *Clerk) one() (*tenant, error) {
	switch {
	case k.missing():
		return nil, errMissing
	case k.own == nil:
		return nil, errTenants
	default:
		return k.own, nil
	}
}

// of returns the tenant that a request belongs to; nil where it belongs to none. The request has then been answered.
func (k *Clerk) of(c *gin.Context) *tenant {
	if !k.missing() {
		return k.choose(c)
	}
	c.Abort()
	if !c.Writer.Written() {
		_ = c.Error(errMissing)
		(&exchange.Front{}).Write(c, exchange.KindOf(c), answer.Of(answer.NoClerk))
	}
	return nil
}
