package ginclerk

import (
	"maps"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/caching"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// response is the one response writer of this package. It decides when the header is written who may keep the response, because
// handlers and other middleware may change Cache-Control and Vary until then. It belongs to one request.
type response struct {
	gin.ResponseWriter

	varies  bool        // by who is signed in
	guarded bool        // a guard that asks for a user or a token stands in front
	shared  bool        // the route says that shared caches may keep it all the same
	limits  http.Header // names of fields that redirects don't carry; nil without a limit
	awaited bool        // a handler of ours waits for the handlers behind it
}

// responseKey is where Gin's context holds the writer: other middleware may have put its own in front.
type responseKey struct{}

// responseOf returns the writer of a request, which it makes once.
func responseOf(c *gin.Context) *response {
	if w := existingResponse(c); w != nil {
		return w
	}
	w := &response{ResponseWriter: c.Writer}
	c.Writer = w
	c.Set(responseKey{}, w)
	return w
}

func existingResponse(c *gin.Context) *response {
	if w, ok := c.Writer.(*response); ok {
		return w
	}
	kept, _ := c.Get(responseKey{})
	w, _ := kept.(*response) // nil where there is none
	return w
}

// awaitHandlers runs the handlers behind the first of ours and decides once more. Gin itself writes the header of a response
// that no handler has written, and does so past c.Writer.
func awaitHandlers(c *gin.Context) {
	if w := existingResponse(c); w != nil && !w.awaited {
		w.awaited = true
		c.Next()
		w.decide(w.Status())
	}
}

// setCookie puts a cookie of ours on the response, unless that is for a prefetch, which is no visit.
func setCookie(c *gin.Context, cookie *http.Cookie) {
	if visit.IsPrefetch(c.Request) {
		return
	}
	w := responseOf(c)
	http.SetCookie(c.Writer, cookie)
	w.decide(w.Status())
}

func setCookies(c *gin.Context, cookies []*http.Cookie) {
	for _, cookie := range cookies {
		setCookie(c, cookie)
	}
}

// AllowSharedCaching returns a handler that lets shared caches, such as a CDN, keep what its routes answer, as far as the
// handler's own Cache-Control says so. Put it in front of the guards. Without it, Cache-Control of a response from behind a
// guard ([Clerk.RequireSession], [Clerk.Require], [Clerk.RequireToken], [Clerk.MaxTokenAge], [Clerk.MaxSessionAge], and
// [Clerk.Protect] where it needs a session) is "private, no-store", unless the handler has said private or no-store itself.
//
// Only a response that is the same for everybody may be shared: a cache does not ask a guard. A response that carries a cookie
// of Clerk or of this package is "private, no-store" all the same, whatever route it is on.
func AllowSharedCaching() gin.HandlerFunc {
	return func(c *gin.Context) {
		responseOf(c).shared = true
		awaitHandlers(c)
	}
}

// behindGuard marks a response as one from behind a guard.
func behindGuard(c *gin.Context) {
	w := responseOf(c)
	w.guarded = true
	w.decide(w.Status())
}

// limitedBy keeps the fields of a rate limit off redirects.
func (w *response) limitedBy(fields http.Header) {
	if w.limits == nil {
		w.limits = fields
		return
	}
	maps.Copy(w.limits, fields)
}

// decide puts on the header what must be there when it is written. It may be called any number of times.
func (w *response) decide(status int) {
	if w.Written() {
		return
	}
	header := w.Header()
	if w.varies {
		caching.VaryByCredential(header)
	}
	if caching.SetsSession(header) || w.guarded && !w.shared {
		caching.KeepPrivate(header)
	}
	if status >= http.StatusMultipleChoices && status < http.StatusBadRequest {
		for name := range w.limits { // a browser follows a redirect by itself, and a cache may keep it
			header.Del(name)
		}
	}
}

// WriteHeader implements [http.ResponseWriter]. An informational response is not the one to decide about.
func (w *response) WriteHeader(status int) {
	if status >= http.StatusOK || status == http.StatusSwitchingProtocols {
		w.decide(status)
	}
	w.ResponseWriter.WriteHeader(status)
}

// WriteHeaderNow implements [gin.ResponseWriter].
func (w *response) WriteHeaderNow() {
	w.decide(w.Status())
	w.ResponseWriter.WriteHeaderNow()
}

// Write implements [http.ResponseWriter].
func (w *response) Write(data []byte) (int, error) {
	w.decide(w.Status())
	return w.ResponseWriter.Write(data)
}

// WriteString implements [gin.ResponseWriter].
func (w *response) WriteString(s string) (int, error) {
	w.decide(w.Status())
	return w.ResponseWriter.WriteString(s)
}

// Flush implements [http.Flusher].
func (w *response) Flush() {
	w.decide(w.Status())
	w.ResponseWriter.Flush()
}

// Unwrap is for [http.ResponseController].
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }
