package ginclerk

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
)

// ErrNoTenant is what the function of [NewTenants] returns for a request that belongs to no tenant.
var ErrNoTenant = answer.ErrNoTenant

// tenantKey and frontKey are where Gin's context holds the tenant that a Clerk chose, and the Clerk that chose a tenant. A Clerk of many
// tenants may stand behind another, which has chosen from instances of its own.
type (
	tenantKey struct{ by *Clerk }
	frontKey  struct{ chosen *tenant }
)

// NewTenants makes a Clerk for an application that serves several Clerk instances, each with keys, caches, cookies and revoked sessions
// of its own. Its guards ask the function which Clerk a request belongs to, by its host for example, and never authenticate a request
// of one tenant by another's keys. What belongs to one instance, such as [Clerk.Sessions], is at the Clerks that the function returns.
//
// The function is called once for each request, must be safe for concurrent use, and should hand out Clerks that live long: a new one
// knows no signing keys. With [ErrNoTenant], or without a Clerk, the answer is 404; with any other error it is 503.
func NewTenants(choose func(*http.Request) (*Clerk, error)) *Clerk {
	k := &Clerk{}
	k.choose = func(c *gin.Context) *tenant { return k.tenantOf(c, choose) }
	return k
}

func (k *Clerk) tenantOf(c *gin.Context, choose func(*http.Request) (*Clerk, error)) *tenant {
	if chosen, found := c.Get(tenantKey{k}); found {
		t, _ := chosen.(*tenant)
		return t
	}
	clerk, err := choose(c.Request)
	var t *tenant
	if err == nil && clerk != nil {
		t = clerk.choose(c)
	}
	c.Set(tenantKey{k}, t)
	c.Set(frontKey{t}, k)
	if t == nil {
		k.refuse(c, err)
	}
	return t
}

// front returns the Clerk that stands in front of a request: one of many tenants, if that chose this one, else the tenant's own.
func (k *tenant) front(c *gin.Context) *Clerk {
	if chosen, found := c.Get(frontKey{k}); found {
		if front, ok := chosen.(*Clerk); ok {
			return front
		}
	}
	return k.clerk
}

// refuse answers a request for which there is no tenant.
func (k *Clerk) refuse(c *gin.Context, err error) {
	c.Abort()
	switch {
	case c.Writer.Written():
	case err == nil || errors.Is(err, ErrNoTenant):
		writeProblem(c, kindOf(c), k.problemPage(), answer.Of(answer.NoTenant))
	default:
		_ = c.Error(err)
		writeProblem(c, kindOf(c), k.problemPage(), answer.Because(answer.ClerkUnavailable, err))
	}
}
