package ginclerk

import (
	"errors"
	"net/http"
	"sync/atomic"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exempt"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
)

// ErrNoTenant is what the function of [NewTenants] returns for a request that belongs to no tenant.
var ErrNoTenant = answer.ErrNoTenant

// tenantKey is where Gin's context holds the tenant that was chosen. A Clerk of many tenants may stand behind another, which has
// chosen from instances of its own.
type tenantKey struct{ by *exchange.Front }

// NewTenants makes a Clerk for an application that serves several Clerk instances, each with keys, caches, cookies and revoked sessions
// of its own. Its guards ask the function which Clerk a request belongs to, by its host for example, and never authenticate a request
// of one tenant by another's keys. What belongs to one instance, such as [Clerk.Sessions], is at the Clerks that the function returns.
//
// Tenants may share [Stores].Records and CookieKeys: what is kept there is kept apart by instance, user or browser. They may not share
// Stores.Revocations where one of them, with a webhook of its own, could name sessions and users of another: give each tenant a store with a
// Prefix of its own (redisstore.Config).
//
// The function is called once for each request, must be safe for concurrent use, and should hand out Clerks that live long: a new one
// knows no signing keys. With [ErrNoTenant], or without a Clerk, the answer is 404; with any other error it is 503.
func NewTenants(choose func(*http.Request) (*Clerk, error)) *Clerk {
	if choose == nil {
		return &Clerk{}
	}
	t := tenants{choose, &exchange.Front{}, &chosen{}}
	return &Clerk{choose: t.of, exempt: &exempt.Prefixes{}, front: t.front, chosen: t.chosen}
}

// tenants chooses the tenant that a request belongs to.
type tenants struct {
	choose func(*http.Request) (*Clerk, error)
	front  *exchange.Front
	chosen *chosen
}

// chosen calls a function with each instance that was chosen, once.
type chosen struct {
	do atomic.Pointer[func(*serving.Core)]
}

func (s *chosen) tell(t *tenant) {
	if do := s.do.Load(); do != nil && !t.chosen.Load() && t.chosen.CompareAndSwap(false, true) {
		(*do)(t.Core)
	}
}

// of returns the tenant of a request, which it chooses once; nil where it chose none and has answered the request.
func (s tenants) of(c *gin.Context) *tenant {
	if chosen, found := c.Get(tenantKey{s.front}); found {
		t, _ := chosen.(*tenant)
		return t
	}
	clerk, err := s.choose(c.Request)
	var t *tenant
	if err == nil && !missing(clerk) {
		t = clerk.choose(c)
	}
	c.Set(tenantKey{s.front}, t)
	if t == nil {
		s.refuse(c, err)
		return nil
	}
	t.StandsBehind(c, s.front)
	s.chosen.tell(t)
	return t
}

// refuse answers a request that has no tenant.
func (s tenants) refuse(c *gin.Context, err error) {
	c.Abort()
	if c.Writer.Written() {
		return
	}
	p := answer.Of(answer.NoTenant)
	if err != nil && !errors.Is(err, ErrNoTenant) {
		_ = c.Error(err)
		p = answer.Because(answer.ClerkUnavailable, err)
	}
	s.front.Write(c, exchange.KindOf(c), p)
}
