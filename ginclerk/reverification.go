package ginclerk

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/reverify"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Reverified requires that somebody has proved lately who they are, as one of Clerk's presets says: token.PresetStrictMFA,
// PresetStrict, PresetModerate or PresetLax. An API answers 403 with the member clerk_error with which clerk-js begins its
// reverification; a page has its token renewed once, for its factors may have been verified since it was minted, and then
// goes to the verification page ([Pages]) and comes back. An unknown preset is never met.
func Reverified(preset token.Preset) Requirement {
	return reverified(preset.Reverification(), preset)
}

// ReverifiedWithin is [Reverified] with a level and an age, which counts in whole minutes (at least one).
func ReverifiedWithin(level token.Level, age time.Duration) Requirement {
	asked := token.Reverification{Level: level, AfterMinutes: int(age / time.Minute)}
	return reverified(asked, asked)
}

// reverification is one that can still be met, and how clerk-js is told of it.
type reverification struct {
	asked token.Reverification
	told  any // the preset, or asked
}

func reverified(asked token.Reverification, told any) Requirement {
	requirement := has(token.Check{Reverification: &asked})
	if asked.AfterMinutes > 0 && asked.Level.Known() {
		requirement.reverification = &reverification{asked: asked, told: told}
	}
	return requirement
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
	address := v.Link(way.to(returnTo))
	if kind == visit.HTMX {
		c.Header("HX-Redirect", address)
		k.answer(c, answer.Reverify(r.told))
		return
	}
	c.Header("Cache-Control", "no-store")
	c.Redirect(http.StatusSeeOther, address)
	c.Abort()
}

// address is the path of the page, from which the browser comes back to returnTo.
func (r *reverification) address(v visit.Visit, page, returnTo string) string {
	query := reverify.Parameters(r.asked)
	query.Set(answer.RedirectParameter, v.Link(returnTo))
	return page + "?" + query.Encode()
}
