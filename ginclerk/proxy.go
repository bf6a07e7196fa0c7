package ginclerk

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/proxy"
)

// proxyName is what package routes calls the handler of the proxy.
const proxyName = "Frontend API proxy"

// proxiedKey is where the request that the Frontend API proxy gets has Gin's context.
type proxiedKey struct{}

// MountProxy mounts the Frontend API proxy at the path of [Config.ProxyURL]. Without a ProxyURL it mounts nothing. Mount it on
// the engine itself: the path is absolute. A Clerk of [NewTenants] needs the paths of its tenants' proxies; a tenant whose proxy is at none
// of them gets 404 there.
func (k *Clerk) MountProxy(r gin.IRouter, paths ...string) {
	if own := only(k); len(paths) == 0 && own != nil && own.proxy != nil {
		paths = []string{own.proxy.Path()}
	}
	for _, path := range paths {
		k.Exempt(path)
		handler := serves(proxyName).of(k, with(k, func(t *tenant, c *gin.Context) {
			if t.proxy == nil || t.proxy.Path() != path {
				t.at(c).Refuse(answer.NoTenant)
				return
			}
			t.serveProxy(c)
		}))
		r.Any(path, handler)
		r.Any(path+"/*path", handler)
	}
}

// missProxy logs once that a browser came for the Frontend API, and that no route serves it.
func missProxy(k *Clerk, c *gin.Context) {
	t := k.own
	if t == nil || t.proxy == nil || c.FullPath() != "" || c.Request.Method != http.MethodGet || !t.servesProxy(c) {
		return
	}
	if rest, below := strings.CutPrefix(c.Request.URL.Path, t.proxy.Path()); below && strings.HasPrefix(rest, "/") {
		t.unmounted.Do(func() {
			t.Logger.Warn("ginclerk: a browser was sent to the Frontend API at ProxyURL, where no route is: call MountProxy with the engine", "ProxyURL", t.config.ProxyURL)
		})
	}
}

// servesProxy reports whether the proxy is at the address of the request, and not at that of another program.
func (t *tenant) servesProxy(c *gin.Context) bool {
	u, err := url.Parse(t.config.ProxyURL)
	return err == nil && (u.Host == "" || u.Host == c.Request.Host)
}

// serveProxy passes a request on to Clerk. What Clerk answers may carry cookies of Clerk.
func (t *tenant) serveProxy(c *gin.Context) {
	t.at(c).MayCarryCookies()
	c.Abort()
	whole := false
	defer func() {
		if !whole { // Gin's recovery prints the request: one without anything secret takes its place
			c.Request = &http.Request{Method: c.Request.Method, URL: &url.URL{Path: "/"}, Header: http.Header{}, Host: c.Request.Host}
		}
	}()
	t.proxy.ServeHTTP(c.Writer, c.Request.WithContext(context.WithValue(c.Request.Context(), proxiedKey{}, c)))
	whole = true
}

// proxyVisit says where the application is for the browser of a request that the proxy passes on.
func (t *tenant) proxyVisit(r *http.Request) proxy.Visit {
	c, ok := r.Context().Value(proxiedKey{}).(*gin.Context)
	if !ok {
		return proxy.Visit{}
	}
	v := t.at(c).Visit()
	return proxy.Visit{Origin: v.Origin.String(), BasePath: v.OuterBasePath(), ClientIP: v.ClientIP()}
}

// proxyUnreachable answers a navigation that could not be passed on, and reports whether the request was one.
func (t *tenant) proxyUnreachable(_ http.ResponseWriter, r *http.Request, err error) bool {
	c, ok := r.Context().Value(proxiedKey{}).(*gin.Context)
	if !ok || exchange.KindOf(c) != visit.Page {
		return false
	}
	t.at(c).Answer(answer.Because(answer.FrontendUnavailable, err)) //nolint:contextcheck // gin has it
	return true
}
