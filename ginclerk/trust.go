package ginclerk

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/peer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

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
