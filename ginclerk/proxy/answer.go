package proxy

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// The Retry-After of an answer when the Frontend API can't be reached: retryAfter, or the time in the transport's error, up to
// maxRetryAfter.
const (
	retryAfter    = 5 * time.Second
	maxRetryAfter = time.Hour
)

// answered keeps the secret key out of an answer, has an outage told to people, and changes redirects that lead to the Frontend API, so that they lead to the proxy.
func (p *Proxy) answered(r *http.Response) error {
	about := forwardedOf(r.Request)
	withoutSecret(r.Header, p.secret())
	if err := outage(about, r); err != nil {
		return err
	}
	location := r.Header.Get("Location")
	if about.rest == handshakePath && location != "" && r.StatusCode >= 300 && r.StatusCode <= 399 {
		withoutBody(r)
	}
	if location == "" {
		return nil
	}
	u, err := r.Request.URL.Parse(location) // it may be relative to the address of the request
	if err != nil {
		return nil //nolint:nilerr // a Location that can't be read is passed on as it is
	}
	at := origin.Of(u)
	if at.IsZero() || !p.hosts[at.Host()] {
		return nil
	}
	path := u.EscapedPath()
	if below, found := strings.CutPrefix(path, p.upstream.EscapedPath()+"/"); found && at == origin.Of(p.upstream) {
		path = "/" + below
	}
	rewritten := about.url + path
	if u.RawQuery != "" {
		rewritten += "?" + u.RawQuery
	}
	if u.Fragment != "" {
		rewritten += "#" + u.EscapedFragment()
	}
	r.Header.Set("Location", rewritten)
	return nil
}

// failed answers a request when the Frontend API can't be reached.
func (p *Proxy) failed(w http.ResponseWriter, r *http.Request, err error) {
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		writeError(w, http.StatusRequestEntityTooLarge, "request_body_too_large", "The request is too large.")
		return
	}
	p.config.Logger.WarnContext(r.Context(), "ginclerk: the Frontend API could not be reached", "error", withoutURL(err))
	if p.config.Unreachable != nil && p.config.Unreachable(w, forwardedOf(r).original, err) {
		return
	}
	wait := min(session.RetryAfter(err), maxRetryAfter)
	if wait <= 0 {
		wait = retryAfter
	}
	w.Header().Set("Retry-After", strconv.FormatInt(int64((wait+time.Second-1)/time.Second), 10)) // rounded up: never too early
	writeError(w, http.StatusBadGateway, "proxy_request_failed", "The Frontend API could not be reached.")
}

// withoutURL drops the address from a client's error, because the query of the address has tokens.
func withoutURL(err error) string {
	if failed := new(url.Error); errors.As(err, &failed) {
		return failed.Err.Error()
	}
	return err.Error()
}

// writeError answers in the form of Clerk's errors, which clerk-js reads.
func writeError(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(`{"errors":[{"code":"` + code + `","message":"` + message + `"}]}`))
}
