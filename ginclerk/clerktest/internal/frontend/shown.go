package frontend

import (
	"slices"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/mint"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// shownUser is a user as the browser's own user: with the organizations. clerk-js finds the active one among them.
type shownUser struct {
	wire.User
	OrganizationMemberships []wire.OrganizationMembership `json:"organization_memberships"`
}

// shownSession is a session with such a user.
type shownSession struct {
	wire.Session
	User shownUser `json:"user"`
}

// shownClient is a client with such sessions.
type shownClient struct {
	*wire.Client
	Sessions []shownSession `json:"sessions"`
}

// shown is the usual answer: a resource, and the client beside it.
type shown struct {
	Response any          `json:"response"`
	Client   *shownClient `json:"client"`
}

func (a *api) showUser(u *world.User) shownUser {
	out := shownUser{User: wire.NewUser(u), OrganizationMemberships: []wire.OrganizationMembership{}}
	for _, m := range a.World.MembershipsOf(u.ID) {
		out.OrganizationMemberships = append(out.OrganizationMemberships, wire.NewMembership(a.World, m))
	}
	return out
}

func (a *api) showClient(v *visit) (*shownClient, error) {
	c := v.browser.Client
	sessions := make([]shownSession, 0, len(c.Sessions))
	for _, s := range visible(c.Sessions) {
		one, err := a.showSession(v, s)
		if err != nil {
			return nil, err
		}
		sessions = append(sessions, one)
	}
	return &shownClient{Client: wire.NewClient(a.World, c, nil), Sessions: sessions}, nil
}

// visible leaves out sessions that another one replaced, because the Frontend API has no such status (Clerk's OpenAPI
// document).
func visible(sessions []*world.Session) []*world.Session {
	return slices.DeleteFunc(slices.Clone(sessions), func(s *world.Session) bool { return s.Status == world.StatusReplaced })
}

// showSession puts a fresh token into every session that can have one: clerk-js turns it into its cookie.
func (a *api) showSession(v *visit, s *world.Session) (shownSession, error) {
	token := ""
	if s.SignedIn() {
		var err error
		if token, err = a.SessionToken(s, core.AuthorizedParty(v.request)); err != nil {
			return shownSession{}, err
		}
	}
	return a.sessionWith(s, token), nil
}

// sessionWith shows a session with the token; "" shows none.
func (a *api) sessionWith(s *world.Session, token string) shownSession {
	return shownSession{Session: wire.NewSession(s, token, mint.FactorAge(s, a.World.Now())), User: a.showUser(s.User)}
}
