package ginclerk

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sentpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// Limits of the Frontend API proxy.
const (
	maxProxyBody = 12 << 20 // profile images are the largest thing that clerk-js sends
	proxyTimeout = 30 * time.Second
)

// frontendProxy forwards what comes to the proxy's path to Clerk's Frontend API, as Clerk's own proxy does (@clerk/backend,
// proxy.ts), and nowhere else.
type frontendProxy struct {
	clerk    *Clerk
	prefix   string // path of the proxy in the application: /__clerk
	upstream *url.URL
	hosts    map[string]bool // hosts whose redirects are the Frontend API's own
	sendKey  bool
	reverse  *httputil.ReverseProxy
}

// MountProxy mounts the Frontend API proxy at the path of [Config.ProxyURL]. Without a ProxyURL it mounts nothing. Mount it on
// the engine itself: the path is absolute.
func (k *Clerk) MountProxy(r gin.IRouter) {
	if k.proxy == nil {
		return
	}
	r.Any(k.proxy.prefix, k.proxy.serve)
	r.Any(k.proxy.prefix+"/*path", k.proxy.serve)
}

func newFrontendProxy(k *Clerk) (*frontendProxy, error) {
	if k.config.ProxyURL == "" {
		return nil, nil //nolint:nilnil // No proxy is configured.
	}
	upstream, err := url.Parse(cmp.Or(k.config.FrontendAPIURL, DefaultFrontendAPIURL))
	if err != nil {
		return nil, &ConfigError{Field: "FrontendAPIURL", Err: err}
	}
	p := &frontendProxy{
		clerk: k, prefix: k.config.proxyPath(), upstream: upstream,
		hosts:   map[string]bool{upstream.Host: true, k.key.FrontendAPI(): true},
		sendKey: upstream.Scheme == "https" || origin.Loopback(upstream.Hostname()),
	}
	p.reverse = &httputil.ReverseProxy{
		Rewrite:        p.rewrite,
		ModifyResponse: p.answered,
		ErrorHandler:   p.failed,
		Transport:      k.transport(),
		FlushInterval:  -1,
		ErrorLog:       slog.NewLogLogger(k.config.Logger.Handler(), slog.LevelDebug),
	}
	return p, nil
}

// proxyPrefix is the path of a proxy's address, without a slash at the end.
func proxyPrefix(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimRight(u.Path, "/")
}

// proxyPath is the path of the proxy as Gin sees it: an absolute ProxyURL has the base path in front of it.
func (c Config) proxyPath() string {
	prefix := proxyPrefix(c.ProxyURL)
	if strings.HasPrefix(c.ProxyURL, "/") {
		return prefix
	}
	if below, found := strings.CutPrefix(prefix, c.BasePath+"/"); found {
		return "/" + below
	}
	return prefix
}

// proxied is what the proxy keeps about a request while it is on its way.
type proxied struct {
	gin   *gin.Context
	visit visit.Visit
}

type proxiedKey struct{}

func (p *frontendProxy) serve(c *gin.Context) {
	rest, found := strings.CutPrefix(sentpath.Of(c.Request.URL), p.prefix)
	if !found || rest != "" && rest[0] != '/' || localpath.HasDotSegment(c.Request.URL.Path) {
		proxyError(c.Writer, http.StatusBadRequest, "proxy_path_mismatch", "The path is not one of the Frontend API.")
		return
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), proxyTimeout)
	defer cancel()
	ctx = context.WithValue(ctx, proxiedKey{}, proxied{gin: c, visit: p.clerk.visit(c)})
	request := c.Request.WithContext(ctx)
	request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxProxyBody)
	responseOf(c) // what Clerk answers may carry cookies of Clerk
	c.Abort()
	if !relay(p.reverse, c.Writer, request) {
		breakOff(c)
	}
}

// rewrite makes the request that goes to Clerk. The address is set piece by piece, never joined from text, so that no path
// can name another host.
func (p *frontendProxy) rewrite(r *httputil.ProxyRequest) {
	about, _ := r.In.Context().Value(proxiedKey{}).(proxied)
	rest := strings.TrimPrefix(sentpath.Of(r.In.URL), p.prefix)
	r.Out.URL = &url.URL{Scheme: p.upstream.Scheme, Host: p.upstream.Host, RawQuery: r.In.URL.RawQuery}
	r.Out.URL.Path, r.Out.URL.RawPath = unescapedPath(strings.TrimRight(p.upstream.Path, "/") + cmp.Or(rest, "/"))
	r.Out.Host = p.upstream.Host
	for name := range r.Out.Header {
		if strings.HasPrefix(strings.ToLower(name), "clerk-") {
			r.Out.Header.Del(name)
		}
	}
	onlyClerkCookies(r.Out.Header)
	if strings.HasPrefix(r.Out.Header.Get("Authorization"), "Basic ") {
		r.Out.Header.Del("Authorization") // it is the application's, or its proxy's
	}
	r.Out.Header.Set("Accept-Encoding", "identity")
	r.Out.Header.Set("X-Forwarded-Host", about.visit.Origin.Host())
	r.Out.Header.Set("X-Forwarded-Proto", about.visit.Origin.Scheme())
	r.Out.Header.Del("X-Real-Ip")
	if about.visit.ClientIP != "" {
		r.Out.Header.Set("X-Forwarded-For", about.visit.ClientIP)
	}
	r.Out.Header.Set("Clerk-Proxy-Url", p.clerk.proxyURL(about.visit))
	if p.sendKey {
		r.Out.Header.Set("Clerk-Secret-Key", p.clerk.config.SecretKey.Reveal())
	}
}

func unescapedPath(escaped string) (path, raw string) {
	path, err := url.PathUnescape(escaped)
	if err != nil {
		return escaped, ""
	}
	return path, escaped
}

// onlyClerkCookies keeps the application's own cookies from Clerk.
func onlyClerkCookies(header http.Header) {
	var kept, names []string
	for _, line := range header.Values("Cookie") {
		for pair := range strings.SplitSeq(line, ";") {
			pair = strings.TrimSpace(pair)
			name, _, _ := strings.Cut(pair, "=")
			switch i := slices.Index(names, name); {
			case !visit.IsClerkCookie(name):
			case i >= 0: // of several the last, which has the path "/"
				kept[i] = pair
			default:
				names, kept = append(names, name), append(kept, pair)
			}
		}
	}
	header.Del("Cookie")
	if len(kept) > 0 {
		header.Set("Cookie", strings.Join(kept, "; "))
	}
}

// answered keeps redirects of the Frontend API to itself on the proxy.
func (p *frontendProxy) answered(r *http.Response) error {
	location := r.Header.Get("Location")
	if location == "" {
		return nil
	}
	u, err := url.Parse(location)
	about, ok := r.Request.Context().Value(proxiedKey{}).(proxied)
	if err != nil || !ok || !p.hosts[u.Host] {
		return nil //nolint:nilerr // a Location that can't be read is passed on as it is
	}
	rewritten := p.clerk.proxyURL(about.visit) + u.EscapedPath()
	if u.RawQuery != "" {
		rewritten += "?" + u.RawQuery
	}
	if u.Fragment != "" {
		rewritten += "#" + u.EscapedFragment()
	}
	r.Header.Set("Location", rewritten)
	return nil
}

// failed answers for a Frontend API that can't be reached, in the form that the caller expects.
func (p *frontendProxy) failed(w http.ResponseWriter, r *http.Request, err error) {
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		proxyError(w, http.StatusRequestEntityTooLarge, "request_body_too_large", "The request is too large.")
		return
	}
	p.clerk.config.Logger.WarnContext(r.Context(), "ginclerk: the Frontend API could not be reached", "error", withoutURL(err))
	about, ok := r.Context().Value(proxiedKey{}).(proxied)
	if ok && kindOf(about.gin) == visit.Page {
		p.clerk.Answer(about.gin, problemUnavailable(ReasonFrontendUnavailable, err)) //nolint:contextcheck // gin has it
		return
	}
	w.Header().Set("Retry-After", strconv.FormatInt(wholeSeconds(retryAfterOf(err)), 10))
	proxyError(w, http.StatusBadGateway, "proxy_request_failed", "The Frontend API could not be reached.")
}

// withoutURL drops the address from a client's error: its query holds tokens.
func withoutURL(err error) string {
	if failed := new(url.Error); errors.As(err, &failed) {
		return failed.Err.Error()
	}
	return err.Error()
}

// proxyError answers in the form of Clerk's errors, which clerk-js reads.
func proxyError(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(`{"errors":[{"code":"` + code + `","message":"` + message + `"}]}`))
}

// proxyURL is the absolute address of the proxy for the browser of a request.
func (k *Clerk) proxyURL(v visit.Visit) string {
	return v.Absolute(strings.TrimRight(k.config.ProxyURL, "/"))
}
