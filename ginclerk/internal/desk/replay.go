package desk

import (
	"bytes"
	"context"
	"net/http"
	"slices"

	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// replay returns the request that sends a form again, as the browser would send it now. It goes on when the browser leaves.
func replay(now *http.Request, form forms.Form) (*http.Request, error) {
	ctx := visit.AsReplay(context.WithoutCancel(now.Context()))
	again, err := http.NewRequestWithContext(ctx, form.Method, form.Path, bytes.NewReader(form.Body))
	if err != nil {
		return nil, err
	}
	again.RequestURI = visit.Stripped(now) + form.Path
	again.Host, again.RemoteAddr, again.TLS = now.Host, now.RemoteAddr, now.TLS
	again.Proto, again.ProtoMajor, again.ProtoMinor = now.Proto, now.ProtoMajor, now.ProtoMinor
	again.Header = now.Header.Clone()
	again.Header.Del("Content-Length")
	again.Header.Del("Content-Type")
	if form.ContentType != "" {
		again.Header.Set("Content-Type", form.ContentType)
	}
	return again, nil
}

// renewCookies puts the cookies that a response sets in the place of those of a request.
func renewCookies(r *http.Request, changed []*http.Cookie) {
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
