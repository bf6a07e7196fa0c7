package proxy

import (
	"cmp"
	"context"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sentpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// Limits of a request.
const (
	maxBody = 12 << 20 // in bytes; profile images are the largest thing that clerk-js sends
	timeout = 30 * time.Second
	// pageTimeout is how long a person waits for a page, as long as package ginclerk waits for Clerk.
	pageTimeout = 10 * time.Second
)

// Proxy forwards requests to the Frontend API of one Clerk instance. Make one with [New]. It is safe for concurrent use.
type Proxy struct {
	config   *Config       // without the secret key
	secret   func() string // a function, so that a printed Proxy does not show the key
	path     string
	upstream *url.URL
	hosts    map[string]bool // hosts of the Frontend API; redirects to them lead to the proxy
	reverse  *httputil.ReverseProxy
}

// Path returns the path of the proxy as the application sees it, such as /__clerk: mount the proxy at it and below.
func (p *Proxy) Path() string { return p.path }

// forwarded has the values of a request that the answer needs.
type forwarded struct {
	original *http.Request
	visit    visit.Visit
	url      string // of the proxy, for the browser of the request
	rest     string // of the path, after the path of the proxy, as it was sent
}

type forwardedKey struct{}

func forwardedOf(r *http.Request) forwarded {
	about, _ := r.Context().Value(forwardedKey{}).(forwarded)
	return about
}

// sender sends requests to Clerk. It makes each answer one to the request that was asked for: a transport may have sent a changed copy
// of the request, or name no request in its answer.
type sender struct{ next http.RoundTripper }

// RoundTrip implements [http.RoundTripper].
func (s sender) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := s.next.RoundTrip(r)
	if answer != nil {
		answer.Request = r
	}
	return answer, err
}

// forwards reports whether requests of a method are forwarded. A TRACE could be answered with the request that Clerk got, which
// has the secret key; browsers send none of these methods.
func forwards(method string) bool {
	switch strings.ToUpper(method) { // as some servers read it
	case http.MethodTrace, http.MethodConnect, "TRACK":
		return false
	default:
		return true
	}
}

// ServeHTTP forwards a request whose path is that of the proxy, or below it. If Clerk's answer breaks off, it breaks the
// connection. If other middleware hides the connection, it panics with [http.ErrAbortHandler], as handlers should.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rest, found := strings.CutPrefix(sentpath.Of(r.URL), p.path)
	if !found || rest != "" && rest[0] != '/' || localpath.HasDotSegment(r.URL.Path) {
		writeError(w, http.StatusBadRequest, "proxy_path_mismatch", "The path is not one of the Frontend API.")
		return
	}
	if !forwards(r.Method) {
		writeError(w, http.StatusBadRequest, "proxy_request_failed", "A request of this method is not forwarded.")
		return
	}
	most := timeout
	if isNavigation(r) {
		most = pageTimeout
	}
	ctx, cancel := context.WithTimeout(r.Context(), most)
	defer cancel()
	v := p.config.Visit(r).read()
	ctx = context.WithValue(ctx, forwardedKey{}, forwarded{original: r, visit: v, url: v.Absolute(p.config.URL), rest: rest})
	request := r.WithContext(ctx)
	request.Body = http.MaxBytesReader(w, r.Body, maxBody)
	defer endsWith(ctx, w)()
	if !relay(p.reverse, w, request) {
		breakOff(w, request)
	}
}

// rewrite makes the request to Clerk. It sets the parts of the address one by one and joins no text, so that no path can name
// another host.
func (p *Proxy) rewrite(r *httputil.ProxyRequest) {
	about := forwardedOf(r.In)
	r.Out.URL = &url.URL{Scheme: p.upstream.Scheme, Host: p.upstream.Host, RawQuery: sentpath.Query(r.In.URL.RawQuery)}
	r.Out.URL.Path, r.Out.URL.RawPath = unescapedPath(p.upstream.Path + cmp.Or(about.rest, "/"))
	r.Out.Host = p.upstream.Host
	r.Out.Trailer = nil
	onlyOfTheBrowser(r.Out.Header)
	r.Out.Header.Set("Accept-Encoding", "identity")
	r.Out.Header.Set("X-Forwarded-Host", about.visit.Origin.Host())
	r.Out.Header.Set("X-Forwarded-Proto", about.visit.Origin.Scheme())
	if address := about.visit.ClientIP(); address != "" {
		r.Out.Header.Set("X-Forwarded-For", address)
	}
	r.Out.Header.Set("Clerk-Proxy-Url", about.url)
	r.Out.Header.Set("Clerk-Secret-Key", p.secret())
}

func unescapedPath(escaped string) (path, raw string) {
	path, err := url.PathUnescape(escaped)
	if err != nil {
		return escaped, ""
	}
	return path, escaped
}
