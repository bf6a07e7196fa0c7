package frontend

import (
	"cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

func (a *api) me(v *visit, s *world.Session) (any, error) {
	return a.with(v, a.showUser(s.User))
}

// mySessions and myActiveSessions answer with a bare array, like all of Clerk's lists of sessions.
func (a *api) mySessions(_ *visit, s *world.Session) (any, error) {
	sessions := []shownSession{}
	for _, other := range visible(a.World.SessionsOf(s.User.ID)) {
		sessions = append(sessions, a.sessionWith(other, ""))
	}
	return sessions, nil
}

func (a *api) myActiveSessions(_ *visit, s *world.Session) (any, error) {
	sessions := []wire.ActiveSession{}
	for _, other := range a.World.SessionsOf(s.User.ID) {
		if other.SignedIn() {
			sessions = append(sessions, wire.NewActiveSession(other))
		}
	}
	return sessions, nil
}

// revokeMySession ends a session of the same user in any browser.
func (a *api) revokeMySession(v *visit, s *world.Session) (any, error) {
	id := v.request.PathValue("session_id")
	other := a.World.Session(id)
	if other == nil || other.User != s.User {
		return nil, apierr.NotFound("session", id)
	}
	a.World.EndSession(other, world.StatusRevoked)
	return a.withSession(v, other)
}

func (a *api) myMemberships(v *visit, s *world.Session) (any, error) {
	query := v.request.URL.Query()
	page, badPage := core.ReadPage(query)
	paginated, _, badFlag := core.Flag(query, "paginated")
	if err := cmp.Or(badPage, badFlag); err != nil {
		return nil, err
	}
	all, memberships := a.World.MembershipsOf(s.User.ID), []wire.OrganizationMembership{}
	for _, m := range core.Cut(page, all) {
		memberships = append(memberships, wire.NewMembership(a.World, m))
	}
	if !paginated {
		return a.with(v, memberships)
	}
	return a.with(v, wire.List[wire.OrganizationMembership]{Data: memberships, TotalCount: len(all)})
}

// current returns the session of the request: the session that it names, or the client's last active one.
func (a *api) current(v *visit) (*world.Session, error) {
	c := v.browser.Client
	if c == nil {
		return nil, apierr.SignedOut()
	}
	s := c.LastActive()
	if id := v.request.URL.Query().Get("_clerk_session_id"); id != "" {
		s = c.Session(id)
	}
	if s == nil || !s.SignedIn() {
		return nil, apierr.SignedOut()
	}
	return s, nil
}
