package ginclerk

import (
	"bytes"
	"context"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// replayOf is the request that sends a form again, as the browser would send it now, and nobody's until it is attached. The
// cookies that this response sets are added with renewCookies.
func replayOf(c *gin.Context, form forms.Form) (*http.Request, error) {
	ctx := context.WithValue(context.WithoutCancel(c.Request.Context()), authKey{}, &Auth{})
	again, err := http.NewRequestWithContext(visit.AsReplay(ctx), form.Method, form.Path, bytes.NewReader(form.Body))
	if err != nil {
		return nil, err
	}
	again.RequestURI = visit.Stripped(c.Request) + form.Path
	again.Host, again.RemoteAddr, again.TLS = c.Request.Host, c.Request.RemoteAddr, c.Request.TLS
	again.Proto, again.ProtoMajor, again.ProtoMinor = c.Request.Proto, c.Request.ProtoMajor, c.Request.ProtoMinor
	again.Header = c.Request.Header.Clone()
	again.Header.Del("Content-Length")
	again.Header.Del("Content-Type")
	if form.ContentType != "" {
		again.Header.Set("Content-Type", form.ContentType)
	}
	return again, nil
}

// renewCookies puts the cookies of a response in the place of those of a request.
func renewCookies(r *http.Request, response http.Header) {
	changed := (&http.Response{Header: response}).Cookies()
	before := r.Cookies()
	r.Header.Del("Cookie")
	for _, old := range before {
		if !slices.ContainsFunc(changed, func(c *http.Cookie) bool { return c.Name == old.Name }) {
			r.AddCookie(old)
		}
	}
	for _, c := range changed {
		if c.MaxAge >= 0 && c.Value != "" {
			r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value}) //nolint:gosec // G124: a request's cookie has no attributes
		}
	}
}
