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
func missing(k *Clerk) bool { return k == nil || k.choose == nil }

// only is what serves the one instance of this Clerk; nil for a Clerk of many tenants, and for a missing one.
func only(k *Clerk) *tenant {
	if missing(k) {
		return nil
	}
	return k.own
}

// one is [only] with an error where there is none.
func one(k *Clerk) (*tenant, error) {
	switch {
	case missing(k):
		return nil, errMissing
	case k.own == nil:
		return nil, errTenants
	default:
		return k.own, nil
	}
}

// tenantOf returns the tenant that a request belongs to; nil where it belongs to none. The request has then been answered.
func tenantOf(k *Clerk, c *gin.Context) *tenant {
	if !missing(k) {
		return k.choose(c)
	}
	c.Abort()
	if !c.Writer.Written() {
		_ = c.Error(errMissing)
		(&exchange.Front{}).Write(c, exchange.KindOf(c), answer.Of(answer.NoClerk))
	}
	return nil
}
