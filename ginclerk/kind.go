package ginclerk

import (
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

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

// API returns a handler that marks its routes as an API: they answer with status codes and JSON, whoever asks. Put it in
// front of the guards.
func API() gin.HandlerFunc {
	return func(c *gin.Context) { c.Set(apiKey{}, true) }
}

// WantsJSON reports whether a request expects an answer for a program, JSON, rather than a page: its route is an [API], or
// Sec-Fetch-Dest says that it is no navigation, or, without that header, it does not accept text/html. Problems
// ([Clerk.Answer]) are then JSON, too. htmx expects pages.
func WantsJSON(c *gin.Context) bool { return kindOf(c) == visit.API }
