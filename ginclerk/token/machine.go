package token

import (
	"slices"
	"time"
)

// Type is the kind of a token, in Clerk's spelling (@clerk/backend, file tokens/tokenTypes.ts).
type Type string

// The kinds. All but the first are machine tokens: they name no session.
const (
	TypeSession Type = "session_token"
	TypeAPIKey  Type = "api_key"     // opaque: ak_…
	TypeM2M     Type = "m2m_token"   // opaque: mt_…, or a JWT whose subject is a machine
	TypeOAuth   Type = "oauth_token" // opaque: oat_…, or a JWT of type at+jwt
)

// MachineToken is what a verified machine token says, whether it was a JWT or Clerk's Backend API described it. Once it is
// verified it is not changed: don't change what it points to. It is then safe for concurrent use.
type MachineToken struct {
	Type    Type
	ID      string // of the token, not the token; may be empty in a JWT
	Subject string // whom it stands for: user_…, org_… or mch_…

	// What the subject is; the others are empty. An API key belongs to a user or an organization, an OAuth token to a user,
	// an M2M token to a machine.
	UserID         string
	OrganizationID string
	MachineID      string

	ClientID string   // the OAuth client that the token was issued to; OAuth tokens alone
	Name     string   // given by whoever made it; API keys alone
	Scopes   []string // of an M2M token: the machines that it is meant for
	// Audiences are the values of aud; OAuth tokens alone.
	Audiences []string
	// Claims are the custom claims of an API key or an M2M token; nil where there are none. Numbers are float64.
	Claims map[string]any
	// ExpiresAt is zero for a token that never expires.
	ExpiresAt time.Time
}

// HasScope reports whether the token was given the scope; false for none and for "".
func (m *MachineToken) HasScope(scope string) bool {
	return m != nil && scope != "" && slices.Contains(m.Scopes, scope)
}
