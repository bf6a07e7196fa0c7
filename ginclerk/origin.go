package ginclerk

import (
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// visitKey is where Gin's context keeps what a Clerk has worked out about the request.
type visitKey struct{ by *Clerk }

// visit returns where the application is for the browser of this request, and who that is. It is worked out once for a request.
func (k *Clerk) visit(c *gin.Context) *visit.Visit {
	if kept, found := c.Get(visitKey{k}); found {
		if v, ok := kept.(*visit.Visit); ok {
			return v
		}
	}
	v := k.site.Read(c.Request, visit.Peer{
		Trusted:  visit.Forwarded(c.Request) && fromTrustedProxy(c),
		ClientIP: clientIP(c),
	})
	c.Set(visitKey{k}, &v)
	return &v
}

// origin returns scheme://host[:port] of the application as the browser of this request knows it. With configured origins
// it is always one of them: the one whose host the request names, else the first.
func (k *Clerk) origin(c *gin.Context) string { return k.visit(c).Origin.String() }

// BasePath returns what stands in front of the application's paths for the browser of this request, such as "/app"; "" where nothing
// does. Put it in front of every path that a page or a redirect of the application's own names; see [Config.BasePath].
func (k *Clerk) BasePath(c *gin.Context) string { return k.visit(c).BasePath }
