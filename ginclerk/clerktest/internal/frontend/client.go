package frontend

import (
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/mint"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

func (a *api) getClient(v *visit) (any, error) { return a.clientAlone(v) }

func (a *api) putClient(v *visit) (any, error) {
	a.client(v)
	return a.clientAlone(v)
}

// signOutAll ends all sessions of the browser and keeps its client.
func (a *api) signOutAll(v *visit) (any, error) {
	if c := v.browser.Client; c != nil {
		a.World.SignOutClient(c)
	}
	return a.clientAlone(v)
}

// deleteClient forgets the browser. The answer still shows the client, without sessions, as it was last.
func (a *api) deleteClient(v *visit) (any, error) {
	c := v.browser.Client
	if c == nil {
		return a.clientAlone(v)
	}
	a.World.RemoveClient(c)
	out, err := a.clientAlone(v)
	v.browser.Client = nil
	return out, err
}

// clientAlone answers with the client as the resource, and so with nothing beside it.
func (a *api) clientAlone(v *visit) (any, error) {
	if v.browser.Client == nil {
		return wire.Piggyback{}, nil
	}
	c, err := a.showClient(v)
	return wire.Piggyback{Response: c}, err
}

// with answers with a resource, and the client beside it.
func (a *api) with(v *visit, resource any) (any, error) {
	if v.browser.Client == nil {
		return wire.Piggyback{Response: resource}, nil
	}
	c, err := a.showClient(v)
	return wire.Piggyback{Response: resource, Client: c}, err
}

func (a *api) showClient(v *visit) (*wire.Client, error) {
	c := v.browser.Client
	sessions := make([]wire.Session, 0, len(c.Sessions))
	for _, s := range c.Sessions {
		shown, err := a.showSession(v, s)
		if err != nil {
			return nil, err
		}
		sessions = append(sessions, shown)
	}
	return wire.NewClient(c, sessions, a.World.Now()), nil
}

// showSession puts a fresh token into every session that can have one: clerk-js makes its cookie of it.
func (a *api) showSession(v *visit, s *world.Session) (wire.Session, error) {
	token := ""
	if s.SignedIn() {
		var err error
		if token, err = a.SessionToken(s, core.AuthorizedParty(v.request)); err != nil {
			return wire.Session{}, err
		}
	}
	return wire.NewSession(s, token, mint.FactorAge(s, a.World.Now())), nil
}
