package guard

import (
	"cmp"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/identity"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
	"github.com/ginclerk/ginclerk/ginclerk/reverify"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Requirement is something that a signed-in request must have beyond its session. The zero value is never met.
type Requirement struct {
	met func(*identity.Identity) bool
	// reverification is what a person can do to meet it; nil where they can do nothing.
	reverification *reverification
	// ofOrganization says that only a session with an active organization can meet it.
	ofOrganization bool
	check          token.Check // of the token; the zero value where a function decides

	name, value string // how the application wrote it
}

// Called returns the requirement with the name and the value that the application wrote.
func (q Requirement) Called(name, value string) Requirement {
	q.name, q.value = name, value
	return q
}

// String is how the application wrote the requirement: Role(org:admin).
func (q Requirement) String() string {
	if q.met == nil {
		return "nothing that could be met"
	}
	return q.name + "(" + q.value + ")"
}

// Meets is a requirement that the function decides.
func Meets(met func(*identity.Identity) bool) Requirement { return Requirement{met: met} }

// Has is the requirement of a check.
func Has(check token.Check) Requirement {
	return Requirement{
		met: func(id *identity.Identity) bool { return id.Has(check) }, check: check, ofOrganization: check.OfOrganization(),
	}
}

// Reverified is the requirement that the user has proved lately who they are, as a preset of Clerk's says.
func Reverified(preset token.Preset) Requirement { return reverified(preset.Reverification(), preset) }

// ReverifiedWithin is [Reverified] with a level and an age, which counts in whole minutes.
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
	requirement := Has(token.Check{Reverification: &asked})
	if asked.AfterMinutes > 0 && asked.Level.Known() {
		requirement.reverification = &reverification{asked: asked, told: told}
	}
	return requirement
}

// MetBy reports whether an identity meets the requirement. One that merely reads while Clerk is down meets none.
func (q Requirement) MetBy(id *identity.Identity) bool {
	return q.met != nil && !id.Reads() && q.met(id)
}

// unmet is the problem of a requirement that is not met.
func (q Requirement) unmet(name answer.Name) answer.Problem {
	p := answer.Of(name)
	if q.check.Role != nil {
		p.Words.Role = *q.check.Role
	}
	if q.check.Permission != nil {
		p.Words.Permission = *q.check.Permission
	}
	return p
}

// Require requires a session that meets every requirement; refuse answers one that does not, nil with 403. What the person could still
// prove is asked for only where nothing else is amiss.
func (r Request) Require(requirements []Requirement, refuse func(answer.Problem)) {
	if !r.RequireSession() {
		return
	}
	if refuse == nil {
		refuse = r.refuseRight
	}
	id := r.Identity()
	var provable *reverification
	for _, q := range requirements {
		switch {
		case q.MetBy(id):
		case q.reverification != nil:
			provable = cmp.Or(provable, q.reverification)
		case q.ofOrganization && id.OrganizationID() == "":
			r.tellUnmet(q)
			refuse(q.unmet(answer.OrganizationRequired))
			return
		default:
			r.tellUnmet(q)
			refuse(q.unmet(answer.Forbidden))
			return
		}
	}
	if provable != nil {
		met := func(id *identity.Identity) bool { return id.Has(token.Check{Reverification: &provable.asked}) }
		r.requireFresh(met, func() { r.askForProof(provable) })
	}
}

// refuseRight answers a request that lacks a right, with the way to the organizations of the user where one has to be active.
func (r Request) refuseRight(p answer.Problem) {
	page, kind := r.Front().Pages().Organizations, r.Kind()
	if p.Reason != reason.OrganizationRequired || page == "" || r.Gin.Writer.Written() {
		r.Answer(p)
		return
	}
	v := r.Visit()
	way := detour{step: answer.ChooseOrganization, to: func(returnTo string) string {
		return answer.WithParameter(page, answer.RedirectParameter, v.Link(returnTo))
	}}
	returnTo := ""
	if kind == visit.API {
		returnTo = "/" // a program's own address is no page
	} else if returnTo = r.comeBack(way); r.Aborted() {
		return
	}
	p = p.WithAction(way.step, way.to(returnTo))
	if kind == visit.HTMX {
		r.TurnAway(p.Reason, answer.Response{Problem: &p, HTMXLocation: v.Link(p.Action)})
		return
	}
	r.Answer(p)
}

// askForProof sends a browser to the verification page and tells everything else what is missing.
func (r Request) askForProof(q *reverification) {
	page, kind := r.Front().Pages().Verify, r.Kind()
	if page == "" || r.Gin.Writer.Written() || kind == visit.API {
		r.Answer(answer.Reverify(q.told))
		return
	}
	v := r.Visit()
	way := detour{step: answer.Confirm, to: func(returnTo string) string { return q.address(v, page, returnTo) }}
	returnTo := r.comeBack(way)
	if r.Aborted() {
		return
	}
	response := answer.SeeOther(v, way.to(returnTo))
	if kind == visit.HTMX {
		p := answer.Reverify(q.told)
		response = answer.Response{Problem: &p, HTMXLocation: response.Location}
	}
	r.TurnAway(reason.Reverification, response)
}

// address is the path of the page, from which the browser comes back to returnTo.
func (q *reverification) address(v visit.Visit, page, returnTo string) string {
	query := reverify.Parameters(q.asked)
	query.Set(answer.RedirectParameter, v.Link(returnTo))
	return page + "?" + query.Encode()
}
