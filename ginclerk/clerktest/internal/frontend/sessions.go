package frontend

import (
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/mint"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// touchSession makes the session the browser's current one. active_organization_id, if sent, switches the organization; an
// empty value is the personal account.
func (a *api) touchSession(v *visit, s *world.Session) (any, error) {
	if v.form.Has("active_organization_id") {
		if err := a.World.Activate(s, v.form.Get("active_organization_id")); err != nil {
			return nil, err
		}
	}
	a.World.Touch(s)
	return a.withSession(v, s)
}

// finish ends a session: an ended one stays on the client, a removed one doesn't.
func (a *api) finish(status world.Status) func(*visit, *world.Session) (any, error) {
	return func(v *visit, s *world.Session) (any, error) {
		a.World.EndSession(s, status)
		return a.withSession(v, s)
	}
}

// createToken mints for the organization that the request names, or else for the session's own.
func (a *api) createToken(v *visit, s *world.Session) (any, error) {
	options := mint.Options{AuthorizedParty: core.AuthorizedParty(v.request)}
	if v.form.Has("organization_id") {
		id := v.form.Get("organization_id")
		if id != "" && a.World.Membership(s.User.ID, id) == nil {
			return nil, apierr.NotFound("organization", id)
		}
		options.Organization = &id
	}
	a.World.Use(s)
	token, err := a.Minter.Session(s, options)
	return wire.NewToken(token), err
}

func (a *api) createTemplateToken(v *visit, s *world.Session) (any, error) {
	options := mint.Options{AuthorizedParty: core.AuthorizedParty(v.request)}
	token, err := a.Minter.Template(s, v.request.PathValue("template_name"), options)
	return wire.NewToken(token), err
}

// session returns the session that the path names, if it is on this browser's client. Other sessions are hidden.
func (a *api) session(v *visit) (*world.Session, error) {
	id := v.request.PathValue("session_id")
	if c := v.browser.Client; c != nil {
		if s := c.Session(id); s != nil && s.Status != world.StatusReplaced {
			return s, nil
		}
	}
	return nil, apierr.NotFound("session", id)
}

func (a *api) signedIn(v *visit) (*world.Session, error) {
	s, err := a.session(v)
	if err == nil && !s.SignedIn() {
		return nil, apierr.SignedOut()
	}
	return s, err
}

func (a *api) withSession(v *visit, s *world.Session) (any, error) {
	one, err := a.showSession(v, s)
	if err != nil {
		return nil, err
	}
	return a.with(v, one)
}
