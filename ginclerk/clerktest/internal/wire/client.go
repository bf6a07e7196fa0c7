package wire

import (
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// BackendClient is a client in the Backend API.
type BackendClient struct {
	Object                     string           `json:"object"`
	ID                         string           `json:"id"`
	SessionIDs                 []string         `json:"session_ids"`
	Sessions                   []BackendSession `json:"sessions"`
	SignInID                   *string          `json:"sign_in_id"`
	SignUpID                   *string          `json:"sign_up_id"`
	LastActiveSessionID        *string          `json:"last_active_session_id"`
	LastAuthenticationStrategy *string          `json:"last_authentication_strategy"`
	CreatedAt                  int64            `json:"created_at"`
	UpdatedAt                  int64            `json:"updated_at"`
}

// Client is a client in the Frontend API, for its own browser.
type Client struct {
	Object                     string    `json:"object"`
	ID                         string    `json:"id"`
	Sessions                   []Session `json:"sessions"`
	SignIn                     *SignIn   `json:"sign_in"`
	SignUp                     *SignUp   `json:"sign_up"`
	LastActiveSessionID        *string   `json:"last_active_session_id"`
	LastAuthenticationStrategy *string   `json:"last_authentication_strategy"`
	CookieExpiresAt            *int64    `json:"cookie_expires_at"`
	CaptchaBypass              bool      `json:"captcha_bypass"`
	CreatedAt                  int64     `json:"created_at"`
	UpdatedAt                  int64     `json:"updated_at"`
}

// NewBackendClient returns a client for the Backend API.
func NewBackendClient(c *world.Client) BackendClient {
	out := BackendClient{
		Object: "client", ID: c.ID, SessionIDs: []string{}, Sessions: []BackendSession{},
		LastActiveSessionID: textOrNull(c.LastActiveSessionID), LastAuthenticationStrategy: textOrNull(c.LastStrategy),
		CreatedAt: millis(c.CreatedAt), UpdatedAt: millis(c.UpdatedAt),
	}
	for _, s := range c.Sessions {
		out.SessionIDs = append(out.SessionIDs, s.ID)
		out.Sessions = append(out.Sessions, NewBackendSession(s))
	}
	if c.SignIn != nil {
		out.SignInID = &c.SignIn.ID
	}
	if c.SignUp != nil {
		out.SignUpID = &c.SignUp.ID
	}
	return out
}

// NewClient returns a client for the Frontend API. The sessions are made with [NewSession].
func NewClient(w *world.World, c *world.Client, sessions []Session) *Client {
	out := &Client{
		Object: "client", ID: c.ID, Sessions: sessions,
		LastActiveSessionID: textOrNull(c.LastActiveSessionID), LastAuthenticationStrategy: textOrNull(c.LastStrategy),
		CreatedAt: millis(c.CreatedAt), UpdatedAt: millis(c.UpdatedAt),
	}
	if c.SignIn != nil {
		attempt := NewSignIn(w, c.SignIn)
		out.SignIn = &attempt
	}
	if c.SignUp != nil {
		attempt := NewSignUp(w, c.SignUp)
		out.SignUp = &attempt
	}
	return out
}
