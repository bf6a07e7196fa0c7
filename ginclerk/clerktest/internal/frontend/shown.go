package frontend

import (
	"slices"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/mint"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// showUser shows a user as the browser's own: with the organizations. clerk-js finds the active one among them.
func (a *api) showUser(u *world.User) wire.Object {
	out := wire.NewUser(u)
	out["organization_memberships"] = wire.Each(a.World.MembershipsOf(u.ID), a.showMembership)
	return out
}

func (a *api) showClient(v *visit) (wire.Object, error) {
	c := v.browser.Client
	sessions := make([]wire.Object, 0, len(c.Sessions))
	for _, s := range visible(c.Sessions) {
		one, err := a.showSession(v, s)
		if err != nil {
			return nil, err
		}
		sessions = append(sessions, one)
	}
	return wire.NewClient(a.World, c, sessions), nil
}

// visible leaves out sessions that another one replaced, because the Frontend API has no such status (Clerk's OpenAPI
// document).
func visible(sessions []*world.Session) []*world.Session {
	return slices.DeleteFunc(slices.Clone(sessions), func(s *world.Session) bool { return s.Status == world.StatusReplaced })
}

// showSession puts a fresh token into every session that can have one: clerk-js turns it into its cookie.
func (a *api) showSession(v *visit, s *world.Session) (wire.Object, error) {
	token := ""
	if s.SignedIn() {
		var err error
		if token, err = a.SessionToken(s, core.AuthorizedParty(v.request)); err != nil {
			return nil, err
		}
	}
	return a.sessionWith(s, token), nil
}

// sessionWith shows a session with the token; "" shows none.
func (a *api) sessionWith(s *world.Session, token string) wire.Object {
	return wire.NewSession(s, a.showUser(s.User), token, mint.FactorAge(s, a.World.Now()))
}
