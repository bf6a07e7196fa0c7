package guard

import (
	"errors"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/rules"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
)

// Protection is what rules ask of requests.
type Protection struct {
	Rules *rules.Rules
	// Admin is what the admin routes of the rules require.
	Admin Requirement
	// UnauthorizedURL is the path where a page goes that its account may not see; empty: it gets 403.
	UnauthorizedURL string
}

// Protect applies rules to the request.
func (r Request) Protect(p *Protection) {
	verdict, err := p.Rules.Judge(r.Gin.Request.URL, rules.RouteOf(r.Gin.FullPath(), r.Gin.Params.Get))
	switch {
	case errors.Is(err, rules.ErrPathTooLong):
		r.Refuse(answer.PathTooLong)
		return
	case err != nil:
		r.Refuse(answer.MalformedPath)
		return
	}
	if verdict.API {
		exchange.MarkAPI(r.Gin)
	}
	switch {
	case verdict.Public && verdict.API && r.Identity().Reads(): // an API is not read, whatever guard stands in front
		r.RequireSession()
		return
	case verdict.Public:
		r.Attach()
		return
	case verdict.Admin:
		r.Require([]Requirement{p.Admin}, func(unmet answer.Problem) { r.unauthorized(p, unmet) })
	default:
		r.RequireSessionOrReader()
	}
	if verdict.API && !r.Aborted() {
		r.Gin.Header("X-User-Id", r.Identity().UserID())
	}
}

// unauthorized sends a browser whose account may not see a page to where the rules say.
func (r Request) unauthorized(p *Protection, unmet answer.Problem) {
	if p.UnauthorizedURL == "" || r.Kind() != visit.Page || r.Gin.Writer.Written() {
		r.refuseRight(unmet)
		return
	}
	r.TurnAway(reason.RequirementNotMet, answer.SeeOther(r.Visit(), p.UnauthorizedURL))
}
