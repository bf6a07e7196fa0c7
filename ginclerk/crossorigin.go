package ginclerk

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
)

// errForeignUpgrade is a protocol upgrade that no page of the application asked for.
var errForeignUpgrade = errors.New("ginclerk: the upgrade was not asked for by an own origin")

// errNoProvenance is a request that says neither in Sec-Fetch-Site nor in Origin where it comes from.
var errNoProvenance = errors.New("ginclerk: the request has neither Sec-Fetch-Site nor Origin")

// newCrossOriginProtection trusts the application's own origins beside the request's own host.
func newCrossOriginProtection(origins []string) (*http.CrossOriginProtection, error) {
	protection := http.NewCrossOriginProtection()
	for _, origin := range origins {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			return nil, err
		}
	}
	return protection, nil
}

// checkOwnPage returns an error unless the request provably comes from one of the application's own pages. A safe request passes
// where it asks for no protocol upgrade and names no unsafe method beside its own. net/http's protection also lets a request pass
// that has neither Sec-Fetch-Site nor Origin. Today's browsers always send one of them, so a request that a cookie authenticates
// needs one.
func (k *Clerk) checkOwnPage(c *gin.Context) error {
	if isUpgrade(c.Request) {
		return k.checkUpgrade(c)
	}
	r := c.Request
	if safeMethod(r.Method) {
		if !overridesMethod(r) {
			return nil
		}
		r = asPost(r)
	}
	if c.GetHeader("Sec-Fetch-Site") == "" {
		switch origin := c.GetHeader("Origin"); {
		case origin == "":
			return errNoProvenance
		case k.site.Own(*k.visit(c), origin):
			return nil // behind a proxy, the Host header may be another's
		}
	}
	return k.crossOrigin.Check(r)
}

// isForeign reports whether a cookie signs somebody in for a request that another site may have caused. Such a request is
// never signed in, whether a guard stands in front of its handler or not.
func (k *Clerk) isForeign(c *gin.Context, state *authn.State) bool {
	return state.Status == authn.SignedIn && state.Carrier == authn.CarrierCookie && k.checkOwnPage(c) != nil
}

// overridesMethod reports whether a request names another method than its own, as frameworks let forms do. A handler that
// heeds it changes something although the request is a GET.
func overridesMethod(r *http.Request) bool {
	for _, name := range []string{"X-Http-Method-Override", "X-Http-Method", "X-Method-Override"} {
		if slices.ContainsFunc(r.Header[name], namesUnsafe) {
			return true
		}
	}
	for pair := range strings.SplitSeq(r.URL.RawQuery, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if !isMethodParameter(name) {
			continue
		}
		if method, err := url.QueryUnescape(value); err == nil && namesUnsafe(method) {
			return true
		}
	}
	return false
}

// namesUnsafe reports whether a text names a method that is not safe. Of several, nobody knows which a handler heeds.
func namesUnsafe(method string) bool { return method != "" && !safeMethod(strings.ToUpper(method)) }

// isMethodParameter reports whether the name of a parameter, as it was sent, is _method.
func isMethodParameter(name string) bool {
	const parameter = "_method"
	if len(name) > 3*len(parameter) || name != parameter && !strings.Contains(name, "%") { // each byte may be escaped
		return false
	}
	decoded, err := url.QueryUnescape(name)
	return err == nil && decoded == parameter
}

func asPost(r *http.Request) *http.Request {
	post := *r
	post.Method = http.MethodPost
	return &post
}

// checkUpgrade holds a WebSocket's GET against the Origin header: browsers open one to any host, with its cookies and
// without a preflight (RFC 6455, section 10.2).
func (k *Clerk) checkUpgrade(c *gin.Context) error {
	if k.site.Own(*k.visit(c), c.GetHeader("Origin")) {
		return nil
	}
	return errForeignUpgrade
}

// RefuseCrossOrigin returns the guard that refuses unsafe requests (POST and the like) which another site may have caused,
// signed in or not: 403. Requests with a bearer token pass; no other site can make a browser send one. The guards that
// need a session include it.
func (g *Guards) RefuseCrossOrigin() gin.HandlerFunc {
	return g.with(func(k *Clerk, c *gin.Context) {
		if endPreflight(c) {
			return
		}
		k.attach(c)
		if !c.IsAborted() {
			k.refuseCrossOrigin(c)
		}
	})
}

// refuseCrossOrigin answers a request from another site and reports whether it did.
func (k *Clerk) refuseCrossOrigin(c *gin.Context) bool {
	if From(c).carrier == authn.CarrierHeader {
		return false // good or not: no other site can have sent it
	}
	if err := k.checkOwnPage(c); err != nil {
		k.answer(c, problemCrossOrigin)
		return true
	}
	return false
}
