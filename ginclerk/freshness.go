package ginclerk

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
	"github.com/ginclerk/ginclerk/ginclerk/reverify"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// A guard may want a younger token than the one that came. A browser can have one for the asking, so that a page is tried
// once more before anyone is turned away. A cookie remembers where that was done, one for each place, so that tabs don't
// make each other forget; it goes when it has helped.

// requireFresh lets a request pass that is fresh enough, has a page's token renewed once where it is not, and refuses the
// rest.
func (k *tenant) requireFresh(c *gin.Context, fresh func(*Auth) bool, refuse gin.HandlerFunc) {
	if fresh(From(c)) {
		k.clearFreshened(c)
		return
	}
	k.freshen(c, fresh)
	if !c.IsAborted() && k.requireAttached(c) && !fresh(From(c)) {
		refuse(c)
	}
}

// freshen has the token of a page renewed: in place where that can be, else the browser is sent away for it and the request
// has ended.
func (k *tenant) freshen(c *gin.Context, fresh func(*Auth) bool) {
	if kindOf(c) != visit.Page || !From(c).ByCookie() || c.Writer.Written() || c.Request.Method == http.MethodHead ||
		freshened(k.visit(c)) {
		return
	}
	switch {
	case From(c).Switched():
		k.core.Tokens.Forget(From(c).SessionID)
		k.selectAgain(c)
		if From(c).SignedIn() && !fresh(From(c)) {
			k.setFreshened(c)
		}
	case visit.IsSafe(c.Request.Method):
		k.setFreshened(c)
		k.respond(c, k.serving(c).Sync(answer.Here(k.visit(c)), reason.TokenTooOld))
	default:
		k.renewInPlace(c)
	}
}

// renewInPlace renews the token of a form that is being sent. Where that can't be, the form is kept while the browser goes for
// a new token.
func (k *tenant) renewInPlace(c *gin.Context) {
	auth := From(c)
	if auth.decision.renewed() { // it is as young as can be
		return
	}
	state, renewed := k.renew(c)
	if renewed {
		k.adoptRenewed(c, state)
		return
	}
	way := detour{label: "Open the page again", to: func(returnTo string) string { return returnTo }} // a page gets a new token
	switch resume := k.parkForm(c, way); {
	case resume != "":
		k.respond(c, k.serving(c).Sync(k.visit(c).SafeTarget(resume), reason.TokenTooOld))
	case !c.IsAborted() && state.Upstream != nil:
		k.answer(c, answer.Because(answer.ClerkUnavailable, state.Upstream))
	}
}

// freshened reports whether the page has had its token renewed just now.
func freshened(v visit.Visit) bool { return v.Kept(visit.Freshened, v.Place()) != "" }

func (k *tenant) setFreshened(c *gin.Context) {
	v := k.visit(c)
	setCookie(c, v.Keep(visit.Freshened, v.Place(), "1"))
}

// clearFreshened lets the page be renewed again when its token has grown old once more.
func (k *tenant) clearFreshened(c *gin.Context) {
	if v := k.visit(c); freshened(v) {
		setCookie(c, v.Drop(visit.Freshened, v.Place()))
	}
}

// requireReverification has a page's token renewed once and, where that does not help, asks for proof.
func (k *tenant) requireReverification(c *gin.Context, r *reverification) {
	met := func(a *Auth) bool { return a.Has(token.Check{Reverification: &r.asked}) }
	k.requireFresh(c, met, func(c *gin.Context) { k.askForProof(c, r) })
}

// askForProof sends a browser to the verification page and tells everything else what is missing.
func (k *tenant) askForProof(c *gin.Context, r *reverification) {
	page, kind := k.front(c).shown().Verify, kindOf(c)
	if page == "" || c.Writer.Written() || kind == visit.API {
		k.answer(c, answer.Reverify(r.told))
		return
	}
	v := k.visit(c)
	way := detour{label: "Verify your identity", to: func(returnTo string) string { return r.address(v, page, returnTo) }}
	returnTo := k.comeBack(c, way)
	if c.IsAborted() {
		return
	}
	response := answer.SeeOther(v, way.to(returnTo))
	if kind == visit.HTMX {
		p := answer.Reverify(r.told)
		response = answer.Response{Problem: &p, HTMXLocation: response.Location}
	}
	k.turnAway(c, reason.Reverification, response)
}

// address is the path of the page, from which the browser comes back to returnTo.
func (r *reverification) address(v visit.Visit, page, returnTo string) string {
	query := reverify.Parameters(r.asked)
	query.Set(answer.RedirectParameter, v.Link(returnTo))
	return page + "?" + query.Encode()
}
