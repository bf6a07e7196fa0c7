package ginclerk

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"golang.org/x/net/http/httpguts"

	"github.com/ginclerk/ginclerk/ginclerk/internal/prefetch"
)

// kind is what a client expects for an answer.
type kind int

const (
	kindPage kind = iota // a navigation: redirects and HTML
	kindAPI              // a program: status codes and JSON
	kindHTMX             // htmx: status codes and its own redirect headers
)

// apiKey marks, in Gin's context, a request that its route's rule calls an API.
type apiKey struct{}

// kindOf tells what a request expects: what the route's rule says, else what Sec-Fetch-Dest says, else what it accepts. A
// prefetch is no navigation, although browsers send it as one. A form that is sent again is a page's, whoever has it sent: a
// program was never kept one.
func kindOf(c *gin.Context) kind {
	if _, api := c.Get(apiKey{}); api || isUpgrade(c.Request) || prefetch.Is(c.Request) {
		return kindAPI
	}
	if c.GetHeader("HX-Request") == "true" {
		return kindHTMX
	}
	if isReplay(c) {
		return kindPage
	}
	switch dest := c.GetHeader("Sec-Fetch-Dest"); {
	case dest == "document" || dest == "iframe":
		return kindPage
	case dest != "":
		return kindAPI
	case strings.Contains(c.GetHeader("Accept"), "text/html"):
		return kindPage
	default:
		return kindAPI
	}
}

// API returns a handler that marks its routes as an API: they answer with status codes and JSON, whoever asks. Put it in
// front of the guards.
func API() gin.HandlerFunc {
	return func(c *gin.Context) { c.Set(apiKey{}, true) }
}

// isUpgrade reports whether a request asks for another protocol: with the header Upgrade and any of the values of Connection
// (RFC 9110, section 7.8), or as a WebSocket whatever a proxy has made of these.
func isUpgrade(r *http.Request) bool {
	if len(r.Header["Sec-Websocket-Key"]) > 0 {
		return true
	}
	return r.Header.Get("Upgrade") != "" && httpguts.HeaderValuesContainsToken(r.Header["Connection"], "upgrade")
}
