package ginclerk

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/peer"
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

// apiKey marks, in Gin's context, a request that its route's rule calls an API.
type apiKey struct{}

func markedAPI(c *gin.Context) bool {
	_, marked := c.Get(apiKey{})
	return marked
}

// kindOf tells what a request expects: what the route's rule says, else what [visit.KindOf] reads from the request.
func kindOf(c *gin.Context) visit.Kind {
	if markedAPI(c) {
		return visit.API
	}
	return visit.KindOf(c.Request)
}

// API returns a handler that marks its routes as an API: they answer every client with status codes and JSON. Put it in
// front of the guards.
func API() gin.HandlerFunc {
	return func(c *gin.Context) { c.Set(apiKey{}, true) }
}

// WantsJSON reports whether a request expects an answer for a program, JSON, rather than a page: its route is an [API], or
// Sec-Fetch-Dest says that it is no navigation, or, without that header, it does not accept text/html. Problems
// ([Clerk.Answer]) are then JSON, too. htmx expects pages.
func WantsJSON(c *gin.Context) bool { return kindOf(c) == visit.API }

// peerOf returns what Gin's trusted proxies say about who sent a request.
func peerOf(c *gin.Context) visit.Peer {
	trusted := visit.Forwarded(c.Request) && peer.Trusted(c.Request, askGin(c))
	return visit.Peer{Trusted: trusted, ClientIP: clientIP(c)}
}

// clientIP returns the client's address as Gin tells it; "" where it is not known.
func clientIP(c *gin.Context) string { return peer.Client(c.Request, askGin(c)) }

// askGin asks Gin for the client's address of any request: Gin reads the request alone, so the question is put in its place.
func askGin(c *gin.Context) peer.ClientIP {
	return func(r *http.Request) string {
		request := c.Request
		defer func() { c.Request = request }()
		c.Request = r
		return c.ClientIP()
	}
}
