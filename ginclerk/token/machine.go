package token

import (
	"slices"
	"time"
)

// Type is the kind of a token, in Clerk's spelling (@clerk/backend, file tokens/tokenTypes.ts).
type Type string

// The kinds. All but TypeSession are machine tokens, which name no session.
const (
	TypeSession Type = "session_token"
	TypeAPIKey  Type = "api_key"     // opaque: ak_…
	TypeM2M     Type = "m2m_token"   // opaque: mt_…, or a JWT whose subject is a machine
	TypeOAuth   Type = "oauth_token" // opaque: oat_…, or a JWT of type at+jwt
)

// MachineToken is what a verified machine token says. It comes from a JWT or from Clerk's Backend API. It is safe for concurrent use:
// don't change what it points to.
type MachineToken struct {
	Type    Type
	ID      string // the id of the token, not the token itself; may be empty for a JWT
	Subject string // the user, organization or machine that it stands for: user_…, org_… or mch_…

	// One of these three is the subject; the others are empty. An API key belongs to a user or an organization, an OAuth token to a
	// user, an M2M token to a machine.
	UserID         string
	OrganizationID string
	MachineID      string

	// Actor is the party that acts in place of the user, to whom the user's token was handed on (act, RFC 8693 section 4.1); nil: the
	// client that the user gave access to. Its fields may be empty. OAuth tokens only.
	Actor *Actor

	ClientID string   // the OAuth client that the token was issued to; OAuth tokens only
	Name     string   // given by the person who made it; API keys only
	Scopes   []string // of an M2M token: the machines that it is meant for
	// Audiences are the values of aud; OAuth tokens only.
	Audiences []string
	// Claims are the custom claims of an API key or an M2M token; nil without any. Numbers are float64.
	Claims map[string]any
	// ExpiresAt is zero for a token that never expires.
	ExpiresAt time.Time
}

// HasScope reports whether the token has the scope. It is false for a nil token and for the scope "".
func (m *MachineToken) HasScope(scope string) bool {
	return m != nil && scope != "" && slices.Contains(m.Scopes, scope)
}
