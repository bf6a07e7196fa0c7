package ginclerk

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// isPreflight reports whether a request is a browser's question about CORS (Fetch Standard, CORS-preflight request). A browser
// sends it without credentials, and only CORS middleware has an answer for it.
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
}

// endPreflight ends a CORS preflight at a guard and reports whether the request was one: 204 with the headers that the
// middleware in front has set. A preflight can't be signed in, so a handler behind a guard must not run for it; gin's Any and
// NoRoute register handlers for OPTIONS, too.
func endPreflight(c *gin.Context) bool {
	if !isPreflight(c.Request) {
		return false
	}
	c.Abort()
	if !c.Writer.Written() {
		c.Status(http.StatusNoContent)
		c.Writer.WriteHeaderNow()
	}
	return true
}
