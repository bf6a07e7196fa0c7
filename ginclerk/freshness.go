package ginclerk

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
)

// A guard may want a younger token than the one that came. A browser can have one for the asking, so that a page is tried
// once more before anyone is turned away. The cookie remembers for which place that was done.
const (
	freshenedCookie  = "__ginclerk_freshened"
	freshenedSeconds = 10
)

// requireFresh lets a request pass that is fresh enough, has a page's token renewed once where it is not, and refuses the
// rest.
func (k *Clerk) requireFresh(c *gin.Context, fresh func(*Auth) bool, refuse gin.HandlerFunc) {
	if fresh(From(c)) || k.freshen(c) && fresh(From(c)) {
		return
	}
	if !c.IsAborted() {
		refuse(c)
	}
}

// freshen has the token of a page renewed. It reports whether that was done in place; where the browser had to be sent away
// for it, the request has ended.
func (k *Clerk) freshen(c *gin.Context) bool {
	if kindOf(c) != kindPage || !From(c).ByCookie() || c.Writer.Written() || c.Request.Method == http.MethodHead {
		return false
	}
	place := shortHash(c.Request.URL.EscapedPath())
	if cookie(c.Request, freshenedCookie) == place {
		return false
	}
	http.SetCookie(c.Writer, k.plainCookie(c, freshenedCookie, place, freshenedSeconds))
	if From(c).Switched() {
		k.tokens.Forget(From(c).SessionID)
		k.decide(c, From(c).accepts)
		return From(c).SignedIn()
	}
	if !safeMethod(c.Request.Method) {
		return k.renewInPlace(c)
	}
	k.SyncBrowser(c, c.Request.URL.RequestURI(), ReasonTokenTooOld)
	return false
}

// renewInPlace renews the token of a form that is being sent. Where that can't be, the form is kept while the browser goes for
// a new token.
func (k *Clerk) renewInPlace(c *gin.Context) bool {
	auth := From(c)
	state := k.authn.Renew(k.authnRequest(c, auth.accepts))
	if state.Status == authn.SignedIn && !k.isRevoked(state) {
		k.adopt(c, state, k.newAuth(state, auth.accepts))
		return From(c).SignedIn() && !c.IsAborted()
	}
	if resume := k.parkForm(c); resume != "" {
		k.SyncBrowser(c, resume, ReasonTokenTooOld)
	}
	return false
}
