package guard

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/identity"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
)

// A guard may want a younger token than the one that came. A browser can have one for the asking, so that a page is tried
// once more before its user is turned away. A cookie remembers where that was done, one for each place, so that tabs don't
// make each other forget; it goes when it has helped.

// requireFresh lets a request pass that is fresh enough, has a page's token renewed once where it is not, and refuses the
// rest.
func (r Request) requireFresh(fresh func(*identity.Identity) bool, refuse func()) {
	if fresh(r.Identity()) {
		if v := r.Visit(); freshened(v) { // the page may be renewed again when its token has grown old once more
			r.SetCookies(v.Drop(visit.Freshened, v.Place()))
		}
		return
	}
	r.freshen(fresh)
	if !r.Aborted() && r.requireAttached() && !fresh(r.Identity()) {
		refuse()
	}
}

// freshen has the token of a page renewed: in place where that can be, else the browser is sent away for it and the request
// has ended.
func (r Request) freshen(fresh func(*identity.Identity) bool) {
	v, id := r.Visit(), r.Identity()
	if v.Kind() != visit.Page || !id.ByCookie() || r.Gin.Writer.Written() || v.Request.Method == http.MethodHead || freshened(v) {
		return
	}
	switch {
	case id.Switched():
		r.Core().Tokens.Forget(id.SessionID())
		r.SelectAgain()
		if id := r.Identity(); id.SignedIn() && !fresh(id) {
			r.SetCookies(markFreshened(v))
		}
	case v.Safe():
		r.SetCookies(markFreshened(v))
		r.Respond(r.Serving().Sync(answer.Here(v), reason.TokenTooOld))
	default:
		r.renewInPlace()
	}
}

// renewInPlace renews the token of a form that is being sent. Where that can't be, the form is kept while the browser goes for
// a new token.
func (r Request) renewInPlace() {
	if r.Identity().Basis.Renewed() { // it is as young as can be
		return
	}
	state, renewed := r.Renew()
	if renewed {
		r.AdoptRenewed(state)
		return
	}
	way := detour{step: answer.OpenAgain, to: func(returnTo string) string { return returnTo }} // a page gets a new token
	switch resume := r.parkForm(way); {
	case resume != "":
		r.Respond(r.Serving().Sync(r.Visit().SafeTarget(resume), reason.TokenTooOld))
	case !r.Aborted() && state.Upstream != nil:
		r.Answer(answer.Because(answer.ClerkUnavailable, state.Upstream))
	}
}

// freshened reports whether the page has had its token renewed just now.
func freshened(v visit.Visit) bool { return v.Kept(visit.Freshened, v.Place()) != "" }

func markFreshened(v visit.Visit) *http.Cookie { return v.Keep(visit.Freshened, v.Place(), "1") }
