package ginclerk

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
)

// ErrNoTenant is what the function of [NewTenants] returns for a request that belongs to no tenant.
var ErrNoTenant = answer.ErrNoTenant

// Tenants guards an application that serves several Clerk instances, each with keys, caches, cookies and revoked sessions
// of its own. Which one a request belongs to is decided for each request, by its host for example. A request of one tenant is
// never authenticated by another's keys.
type Tenants struct {
	*Guards
}

// tenantKey and guardsKey are where Gin's context holds the Clerk that these tenants chose, and who chose this Clerk. Tenants
// may stand behind others, which have chosen from instances of their own.
type (
	tenantKey struct{ by *Tenants }
	guardsKey struct{ chosen *Clerk }
)

// NewTenants makes guards that ask which Clerk a request belongs to. The function is called once for each request, must be
// safe for concurrent use, and should hand out Clerks that live long: a new one knows no signing keys. With [ErrNoTenant],
// or without a Clerk, the answer is 404; with any other error it is 503.
func NewTenants(choose func(*http.Request) (*Clerk, error)) *Tenants {
	t := &Tenants{Guards: &Guards{}}
	t.choose = func(c *gin.Context) *Clerk { return t.clerkOf(c, choose) }
	return t
}

func (t *Tenants) clerkOf(c *gin.Context, choose func(*http.Request) (*Clerk, error)) *Clerk {
	if chosen, found := c.Get(tenantKey{t}); found {
		clerk, _ := chosen.(*Clerk)
		return clerk
	}
	clerk, err := choose(c.Request)
	if err != nil {
		clerk = nil
	}
	c.Set(tenantKey{t}, clerk)
	c.Set(guardsKey{clerk}, t.Guards)
	if clerk == nil {
		t.refuse(c, err)
	}
	return clerk
}

// guardsOf returns what stands in front of a request: [Tenants], if they chose this Clerk, else the Clerk's own.
func (k *Clerk) guardsOf(c *gin.Context) *Guards {
	if chosen, found := c.Get(guardsKey{k}); found {
		if guards, ok := chosen.(*Guards); ok {
			return guards
		}
	}
	return k.Guards
}

// refuse answers a request for which there is no Clerk.
func (t *Tenants) refuse(c *gin.Context, err error) {
	c.Abort()
	switch {
	case c.Writer.Written():
	case err == nil || errors.Is(err, ErrNoTenant):
		writeProblem(c, kindOf(c), t.problemPage.Load(), answer.Of(answer.NoTenant))
	default:
		_ = c.Error(err)
		writeProblem(c, kindOf(c), t.problemPage.Load(), answer.Because(answer.ClerkUnavailable, err))
	}
}

// MountProxy mounts the Frontend API proxy of every tenant at a path, which must be that of the tenants' [Config.ProxyURL].
// Tenants whose proxy is elsewhere get 404 there.
func (t *Tenants) MountProxy(r gin.IRouter, path string) {
	t.Exempt(path)
	handler := t.with(func(k *Clerk, c *gin.Context) {
		if k.proxy == nil || k.proxy.Path() != path {
			k.refuse(c, answer.NoTenant)
			return
		}
		k.serveProxy(c)
	})
	r.Any(path, handler)
	r.Any(path+"/*path", handler)
}
