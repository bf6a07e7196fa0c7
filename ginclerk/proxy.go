package ginclerk

import (
	"context"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/proxy"
)

// proxiedKey is where the request that the Frontend API proxy gets has Gin's context.
type proxiedKey struct{}

// MountProxy mounts the Frontend API proxy at the path of [Config.ProxyURL]. Without a ProxyURL it mounts nothing. Mount it on
// the engine itself: the path is absolute. A Clerk of [NewTenants] needs the paths of its tenants' proxies; a tenant whose proxy is at none
// of them gets 404 there.
func (k *Clerk) MountProxy(r gin.IRouter, paths ...string) {
	if len(paths) == 0 && k.own != nil && k.own.proxy != nil {
		paths = []string{k.own.proxy.Path()}
	}
	for _, path := range paths {
		k.Exempt(path)
		handler := k.with(func(t *tenant, c *gin.Context) {
			if t.proxy == nil || t.proxy.Path() != path {
				t.refuse(c, answer.NoTenant)
				return
			}
			t.serveProxy(c)
		})
		r.Any(path, handler)
		r.Any(path+"/*path", handler)
	}
}

func (k *tenant) makeProxy() error {
	if k.config.ProxyURL == "" {
		return nil
	}
	var err error
	k.proxy, err = proxy.New(proxy.Config{
		URL: k.config.ProxyURL, BasePath: k.config.BasePath, Upstream: k.config.ClerkAPI.FrontendURL,
		PublishableKey: k.config.PublishableKey, SecretKey: instance.SecretKey(k.config.SecretKey),
		Visit: k.proxyVisit, Unreachable: k.proxyUnreachable, Transport: k.transport(), Logger: k.config.Logger,
	})
	if err != nil {
		return configProblem("ProxyURL", err)
	}
	k.clerk.Exempt(k.proxy.Path())
	return nil
}

func (k *tenant) serveProxy(c *gin.Context) {
	responseOf(c) // what Clerk answers may carry cookies of Clerk
	c.Abort()
	whole := false
	defer func() {
		if !whole { // Gin's recovery prints the request: one without anything secret takes its place
			c.Request = &http.Request{Method: c.Request.Method, URL: &url.URL{Path: "/"}, Header: http.Header{}, Host: c.Request.Host}
		}
	}()
	k.proxy.ServeHTTP(c.Writer, c.Request.WithContext(context.WithValue(c.Request.Context(), proxiedKey{}, c)))
	whole = true
}

func (k *tenant) proxyVisit(r *http.Request) proxy.Visit {
	c, ok := r.Context().Value(proxiedKey{}).(*gin.Context)
	if !ok {
		return proxy.Visit{}
	}
	v := k.visit(c)
	return proxy.Visit{Origin: v.Origin.String(), BasePath: v.BasePath, ClientIP: v.ClientIP}
}

func (k *tenant) proxyUnreachable(_ http.ResponseWriter, r *http.Request, err error) bool {
	c, ok := r.Context().Value(proxiedKey{}).(*gin.Context)
	if !ok || kindOf(c) != visit.Page {
		return false
	}
	k.answer(c, answer.Because(answer.FrontendUnavailable, err)) //nolint:contextcheck // gin has it
	return true
}
