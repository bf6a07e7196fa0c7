package ginclerk

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Requirement is something that a signed-in request must have beyond its session. Make them with [Role], [Permission],
// [Feature], [Plan], [Reverified], [ReverifiedWithin] and [Satisfies]; the zero value is never met. It is a value and safe for
// concurrent use.
type Requirement struct {
	met func(*Auth) bool
	// reverification is what a person can do to meet it; nil where there is nothing to be done.
	reverification *reverification
}

// Role requires a role in the active organization, such as org:admin; the prefix may be left out.
func Role(role string) Requirement { return has(token.Check{Role: &role}) }

// Permission requires a permission in the active organization, such as org:invoices:create.
func Permission(permission string) Requirement { return has(token.Check{Permission: &permission}) }

// Feature requires a feature of the user's or the organization's plan, such as export, or o:export for the organization's alone.
func Feature(feature string) Requirement { return has(token.Check{Feature: &feature}) }

// Plan requires a plan of the user or the organization, such as pro, or u:pro for the user's alone.
func Plan(plan string) Requirement { return has(token.Check{Plan: &plan}) }

// Satisfies requires what the application itself asks. The function must be pure and safe for concurrent use.
func Satisfies(met func(*Auth) bool) Requirement { return Requirement{met: met} }

func has(check token.Check) Requirement {
	return Requirement{met: func(a *Auth) bool { return a.Has(check) }}
}

func (r Requirement) metBy(a *Auth) bool { return r.met != nil && r.met(a) }

// RequireSession returns the guard that lets signed-in requests pass. A page goes to sign-in and comes back, an API gets
// 401, htmx gets 401 with HX-Redirect; a request that nobody can judge because Clerk can't be reached gets 503. Unsafe
// requests that a cookie authenticates must come from the application's own pages, else 403.
//
// A CORS preflight ends at the guard with 204 and the headers set so far: it carries no credentials, so no handler runs for
// it. CORS middleware therefore stands in front of the guards. This holds for every guard of this package.
func (k *Clerk) RequireSession() gin.HandlerFunc {
	return k.with(func(k *tenant, c *gin.Context) { k.requireSession(c) })
}

// Require returns the guard that lets pass who is signed in and meets every requirement. It answers as RequireSession does,
// and 403 where a requirement is not met.
func (k *Clerk) Require(requirements ...Requirement) gin.HandlerFunc {
	return k.with(func(k *tenant, c *gin.Context) {
		if k.requireSession(c) {
			k.requireAll(c, requirements, k.answerForbidden)
		}
	})
}

// requireSession reports whether the request may go on as a signed-in one.
func (k *tenant) requireSession(c *gin.Context) bool {
	if endPreflight(c) {
		return false
	}
	behindGuard(c)
	k.attach(c)
	return k.requireAttached(c)
}

// requireAttached is requireSession for a request that has been decided about.
func (k *tenant) requireAttached(c *gin.Context) bool {
	if c.IsAborted() {
		return false
	}
	auth := From(c)
	switch {
	case auth.unavailable != nil:
		k.answerKeeping(c, answer.Because(answer.ClerkUnavailable, auth.unavailable))
		return false
	case auth.Reason == reason.CrossOriginRequest:
		k.refuse(c, answer.CrossOrigin)
		return false
	case !auth.SignedIn():
		k.answerSignedOut(c)
		return false
	case auth.ByCookie() && k.refuseCrossOrigin(c):
		return false
	default:
		return !k.settled(c)
	}
}

// endPreflight ends a CORS preflight at a guard and reports whether the request was one: 204 with the headers that the
// middleware in front has set. A preflight can't be signed in, so a handler behind a guard must not run for it; gin's Any and
// NoRoute register handlers for OPTIONS, too.
func endPreflight(c *gin.Context) bool {
	if !visit.IsPreflight(c.Request) {
		return false
	}
	c.Abort()
	if !c.Writer.Written() {
		c.Status(http.StatusNoContent)
		c.Writer.WriteHeaderNow()
	}
	return true
}

// settled has a browser forget that it was on its way to being signed in, and sends one that signing in has helped on to the address
// without the mark of that. The request has then ended.
func (k *tenant) settled(c *gin.Context) (goesOn bool) {
	v := k.visit(c)
	setCookies(c, answer.Settled(v))
	if answer.SignInMark(v) == 0 || v.Request.Method != http.MethodGet || v.Kind != visit.Page || c.Writer.Written() {
		return false
	}
	k.redirectTo(c, answer.Here(v))
	return true
}

// requireAll refuses a request that does not meet every requirement. What the person in front of it could still prove is
// asked for only where nothing else is amiss.
func (k *tenant) requireAll(c *gin.Context, requirements []Requirement, refuse gin.HandlerFunc) {
	auth := From(c)
	var provable *reverification
	for _, r := range requirements {
		switch {
		case r.metBy(auth):
		case r.reverification == nil:
			refuse(c)
			return
		case provable == nil:
			provable = r.reverification
		}
	}
	if provable != nil {
		k.requireReverification(c, provable)
	}
}

func (k *tenant) answerForbidden(c *gin.Context) { k.refuse(c, answer.Forbidden) }
