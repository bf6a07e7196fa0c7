package ginclerk

import (
	"errors"
	"net/http"

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

// checkOwnPage returns an error unless the request provably comes from one of the application's own pages. A safe request
// that is no protocol upgrade always passes. net/http's protection lets requests pass that have neither header, which no
// browser of today sends; for a request that a cookie authenticates that is not good enough.
func (k *Clerk) checkOwnPage(c *gin.Context) error {
	if isUpgrade(c.Request) {
		return k.checkUpgrade(c)
	}
	if safeMethod(c.Request.Method) {
		return nil
	}
	if c.GetHeader("Sec-Fetch-Site") == "" {
		switch origin := c.GetHeader("Origin"); {
		case origin == "":
			return errNoProvenance
		case k.site.Own(*k.visit(c), origin):
			return nil // behind a proxy, the Host header may be another's
		}
	}
	return k.crossOrigin.Check(c.Request)
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
