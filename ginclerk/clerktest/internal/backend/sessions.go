package backend

import (
	"net/http"
	"slices"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

func (a *api) listSessions(r *http.Request, _ []byte) (core.Reply, error) {
	query := r.URL.Query()
	client, user, status := query.Get("client_id"), query.Get("user_id"), world.Status(query.Get("status"))
	if status != "" && !status.Known() {
		return core.Reply{}, apierr.Param("form_param_value_invalid", "status", "There is no session status "+string(status)+".")
	}
	found := slices.DeleteFunc(a.World.Sessions(), func(s *world.Session) bool {
		return (client != "" && s.ClientID != client) || (user != "" && s.User.ID != user) || (status != "" && s.Status != status)
	})
	return list(query, found, wire.NewBackendSession)
}

// revokeSession leaves a session that has ended unchanged.
func (a *api) revokeSession(s *world.Session) wire.Object {
	a.World.EndSession(s, world.StatusRevoked)
	return wire.NewBackendSession(s)
}

func (a *api) session(r *http.Request) (*world.Session, error) {
	return named(r, "session_id", "session", a.World.Session)
}

// signedIn returns the session if it can still have a token.
func (a *api) signedIn(r *http.Request) (*world.Session, error) {
	s, err := a.session(r)
	if err == nil && !s.SignedIn() {
		return nil, apierr.SignedOut()
	}
	return s, err
}
