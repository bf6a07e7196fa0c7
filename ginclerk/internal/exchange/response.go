package exchange

import (
	"bufio"
	"maps"
	"net"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/caching"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// response is the one response writer of ginclerk. It decides when the header is written who may keep the response, because
// handlers and other middleware may change Cache-Control and Vary until then. It belongs to one request.
type response struct {
	gin.ResponseWriter

	marks   *Marks      // of the request
	varies  bool        // by who is signed in
	guarded bool        // a guard that asks for a user or a token stands in front
	shared  bool        // the route says that shared caches may keep it all the same
	limits  http.Header // names of fields that redirects don't carry; nil without a limit
	awaited bool        // a handler of ours waits for the handlers behind it
	values  caching.Values
}

// responseOf returns the writer of a request, which it makes once. Other middleware may have put its own in front.
func responseOf(c *gin.Context) *response {
	if w := existingResponse(c); w != nil {
		return w
	}
	m := marksOf(c)
	m.own.ResponseWriter, m.own.marks, m.writer = c.Writer, m, &m.own
	c.Writer = m.writer
	return m.writer
}

// existingResponse returns the writer of a request; nil where it has none.
func existingResponse(c *gin.Context) *response {
	if w, ok := c.Writer.(*response); ok {
		return w
	}
	return marksOf(c).writer
}

// AwaitHandlers runs the handlers behind the first of ours and decides once more. Gin itself writes the header of a response
// that no handler has written, and does so past c.Writer.
func AwaitHandlers(c *gin.Context) {
	if w := existingResponse(c); w != nil && !w.awaited {
		w.awaited = true
		c.Next()
		w.decide(w.Status())
	}
}

// SetCookies puts cookies of ours on the response, unless that is for a prefetch, which is no visit.
func (x *Exchange) SetCookies(cookies ...*http.Cookie) {
	if len(cookies) == 0 || visit.IsPrefetch(x.Gin.Request) {
		return
	}
	w := responseOf(x.Gin)
	for _, cookie := range cookies {
		http.SetCookie(x.Gin.Writer, cookie)
	}
	w.decide(w.Status())
}

// AllowSharedCaching has shared caches keep the response, as far as its Cache-Control says so, although a guard stands in front.
func AllowSharedCaching(c *gin.Context) {
	responseOf(c).shared = true
	AwaitHandlers(c)
}

// MayCarryCookies has the response decided about when it is written: what another server answers may carry cookies of Clerk.
func (x *Exchange) MayCarryCookies() { responseOf(x.Gin) }

// Guarded marks the response as one from behind a guard.
func (x *Exchange) Guarded() {
	w := responseOf(x.Gin)
	w.guarded = true
	w.decide(w.Status())
}

// Varies has the response vary by who is signed in.
func (x *Exchange) Varies() {
	w := responseOf(x.Gin)
	w.varies = true
	w.values.VaryByCredential(x.Gin.Writer.Header())
}

// LimitedBy keeps the fields of a rate limit off redirects.
func (x *Exchange) LimitedBy(fields http.Header) { responseOf(x.Gin).limitedBy(fields) }

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
		w.values.VaryByCredential(header)
	}
	if caching.SetsSession(header) || w.guarded && !w.shared {
		w.values.KeepPrivate(header)
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

// begin is for what begins the response: from then on no call to Clerk holds it up.
func (w *response) begin() {
	w.decide(w.Status())
	w.marks.budget.Lift()
}

// WriteHeaderNow implements [gin.ResponseWriter].
func (w *response) WriteHeaderNow() {
	w.begin()
	w.ResponseWriter.WriteHeaderNow()
}

// Write implements [http.ResponseWriter].
func (w *response) Write(data []byte) (int, error) {
	w.begin()
	return w.ResponseWriter.Write(data)
}

// WriteString implements [gin.ResponseWriter].
func (w *response) WriteString(s string) (int, error) {
	w.begin()
	return w.ResponseWriter.WriteString(s)
}

// Flush implements [http.Flusher].
func (w *response) Flush() {
	w.begin()
	w.ResponseWriter.Flush()
}

// Hijack implements [http.Hijacker].
func (w *response) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.marks.budget.Lift()
	return w.ResponseWriter.Hijack()
}

// Unwrap is for [http.ResponseController].
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }
