package wire

import (
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// NewBackendClient returns a client for the Backend API.
func NewBackendClient(c *world.Client) Object {
	out := newClient(c)
	out["session_ids"] = Each(c.Sessions, func(s *world.Session) string { return s.ID })
	out["sessions"] = Each(c.Sessions, NewBackendSession)
	out["sign_in_id"], out["sign_up_id"] = nil, nil
	if c.SignIn != nil {
		out["sign_in_id"] = c.SignIn.ID
	}
	if c.SignUp != nil {
		out["sign_up_id"] = c.SignUp.ID
	}
	return out
}

// NewClient returns a client for the Frontend API, for its own browser. The sessions are made with [NewSession].
func NewClient(w *world.World, c *world.Client, sessions []Object) Object {
	out := newClient(c)
	out["sessions"], out["cookie_expires_at"], out["captcha_bypass"] = sessions, nil, false
	out["sign_in"], out["sign_up"] = nil, nil
	if c.SignIn != nil {
		out["sign_in"] = NewSignIn(w, c.SignIn)
	}
	if c.SignUp != nil {
		out["sign_up"] = NewSignUp(w, c.SignUp)
	}
	return out
}

// newClient has what both APIs show.
func newClient(c *world.Client) Object {
	return Object{
		"object": "client", "id": c.ID, "last_active_session_id": textOrNull(c.LastActiveSessionID),
		"last_authentication_strategy": textOrNull(c.LastStrategy), "created_at": millis(c.CreatedAt), "updated_at": millis(c.UpdatedAt),
	}
}
