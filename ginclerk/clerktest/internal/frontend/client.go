package frontend

import "github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"

func (a *api) getClient(v *visit) (any, error) { return a.clientAlone(v) }

func (a *api) putClient(v *visit) (any, error) {
	a.client(v)
	return a.clientAlone(v)
}

// signOutAll ends all sessions of the browser. It keeps the client, unless the instance destroys it.
func (a *api) signOutAll(v *visit) (any, error) {
	if a.DestroyClientOnSignOut {
		return a.deleteClient(v)
	}
	if c := v.browser.Client; c != nil {
		a.World.SignOutClient(c)
	}
	return a.clientAlone(v)
}

// deleteClient deletes the browser's client. The answer still shows the client in its last state, without sessions.
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

// clientAlone answers with the client as the resource, without a second copy beside it.
func (a *api) clientAlone(v *visit) (any, error) {
	if v.browser.Client == nil {
		return answer(nil, nil), nil
	}
	c, err := a.showClient(v)
	return answer(c, nil), err
}

// with answers with a resource, and the client beside it.
func (a *api) with(v *visit, resource any) (any, error) {
	if v.browser.Client == nil {
		return answer(resource, nil), nil
	}
	c, err := a.showClient(v)
	return answer(resource, c), err
}

func answer(resource any, client wire.Object) wire.Object {
	return wire.Object{"response": resource, "client": client}
}
