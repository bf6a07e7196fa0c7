package ginclerk

import (
	"context"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/proxy"
)

// proxiedKey is where the request that the Frontend API proxy gets has Gin's context.
type proxiedKey struct{}

// MountProxy mounts the Frontend API proxy at the path of [Config.ProxyURL]. Without a ProxyURL it mounts nothing. Mount it on
// the engine itself: the path is absolute.
func (k *Clerk) MountProxy(r gin.IRouter) {
	if k.proxy == nil {
		return
	}
	r.Any(k.proxy.Path(), k.serveProxy)
	r.Any(k.proxy.Path()+"/*path", k.serveProxy)
}

func (k *Clerk) makeProxy() error {
	if k.config.ProxyURL == "" {
		return nil
	}
	var err error
	k.proxy, err = proxy.New(proxy.Config{
		URL: k.config.ProxyURL, BasePath: k.config.BasePath, Upstream: k.config.FrontendAPIURL,
		PublishableKey: k.config.PublishableKey, SecretKey: k.config.SecretKey,
		Visit: k.proxyVisit, Unreachable: k.proxyUnreachable, Transport: k.transport(), Logger: k.config.Logger,
	})
	if err != nil {
		return configProblem("ProxyURL", err)
	}
	k.Exempt(k.proxy.Path())
	return nil
}

func (k *Clerk) serveProxy(c *gin.Context) {
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

func (k *Clerk) proxyVisit(r *http.Request) proxy.Visit {
	c, ok := r.Context().Value(proxiedKey{}).(*gin.Context)
	if !ok {
		return proxy.Visit{}
	}
	v := k.visit(c)
	return proxy.Visit{Origin: v.Origin.String(), BasePath: v.BasePath, ClientIP: v.ClientIP}
}

func (k *Clerk) proxyUnreachable(_ http.ResponseWriter, r *http.Request, err error) bool {
	c, ok := r.Context().Value(proxiedKey{}).(*gin.Context)
	if !ok || kindOf(c) != visit.Page {
		return false
	}
	k.Answer(c, Problem(answer.Because(answer.FrontendUnavailable, err))) //nolint:contextcheck // gin has it
	return true
}
