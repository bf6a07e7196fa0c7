package ginclerk

import (
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// visitKey is where Gin's context keeps what a Clerk has worked out about the request.
type visitKey struct{ by *tenant }

// visit returns what the request says about itself. Where the application is, and who the client is, is worked out once for a request;
// the rest is read each time, because other middleware may have changed the request since.
func (k *tenant) visit(c *gin.Context) visit.Visit {
	now := k.visitAsItIs(c)
	if markedAPI(c) {
		now.Kind = visit.API
	}
	return now
}

func (k *tenant) visitAsItIs(c *gin.Context) visit.Visit {
	value, _ := c.Get(visitKey{k})
	if known, found := value.(*visit.Visit); found {
		return known.Of(c.Request)
	}
	v := k.core.Site.Read(c.Request, peerOf(c))
	c.Set(visitKey{k}, &v)
	return v
}

// BasePath returns what stands in front of the application's paths for the browser of this request, such as "/app"; "" where nothing
// does. Put it in front of every path that a page or a redirect of the application's own names; see [Config.BasePath]. It is known behind
// [Clerk.Attach] and the guards.
func (k *Clerk) BasePath(c *gin.Context) string {
	if t := k.choose(c); t != nil {
		return t.visit(c).BasePath
	}
	return ""
}
