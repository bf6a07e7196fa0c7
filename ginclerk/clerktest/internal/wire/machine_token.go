package wire

import (
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// MachineToken has the common fields of the three credentials of machines.
type MachineToken struct {
	Object           string  `json:"object"`
	ID               string  `json:"id"`
	Subject          string  `json:"subject"`
	Revoked          bool    `json:"revoked"`
	RevocationReason *string `json:"revocation_reason"`
	Expired          bool    `json:"expired"`
	Expiration       *int64  `json:"expiration"`
	CreatedAt        int64   `json:"created_at"`
	UpdatedAt        int64   `json:"updated_at"`
}

// APIKey is an API key.
type APIKey struct {
	MachineToken
	Type        string         `json:"type"`
	Name        string         `json:"name"`
	Description *string        `json:"description"`
	Claims      map[string]any `json:"claims"`
	Scopes      []string       `json:"scopes"`
	CreatedBy   *string        `json:"created_by"`
	LastUsedAt  *int64         `json:"last_used_at"`
	// Secret is only in the answer to the key's creation.
	Secret string `json:"secret,omitempty"`
}

// M2MToken is a machine-to-machine token.
type M2MToken struct {
	MachineToken
	Claims     map[string]any `json:"claims"`
	Scopes     []string       `json:"scopes"`
	LastUsedAt *int64         `json:"last_used_at"`
	// Token is only in the answer to the token's creation.
	Token string `json:"token,omitempty"`
}

// M2MTokenList is a list of M2M tokens. It has a form of its own.
type M2MTokenList struct {
	M2MTokens  []M2MToken `json:"m2m_tokens"`
	TotalCount int        `json:"total_count"`
}

// OAuthToken is an OAuth access token.
type OAuthToken struct {
	MachineToken
	ClientID string   `json:"client_id"`
	Scopes   []string `json:"scopes"`
}

// NewAPIKey returns an API key, without its secret.
func NewAPIKey(t *world.MachineToken, now time.Time) APIKey {
	out := APIKey{
		MachineToken: newMachineToken("api_key", t, now), Type: t.Type, Name: t.Name, Description: textOrNull(t.Description),
		Claims: t.Claims, Scopes: append([]string{}, t.Scopes...), CreatedBy: textOrNull(t.CreatedBy),
		LastUsedAt: millisOrNull(t.LastUsedAt),
	}
	if out.Type == "" {
		out.Type = out.Object
	}
	return out
}

// NewM2MToken returns an M2M token, without its secret.
func NewM2MToken(t *world.MachineToken, now time.Time) M2MToken {
	return M2MToken{
		MachineToken: newMachineToken("machine_to_machine_token", t, now), Claims: t.Claims,
		Scopes: append([]string{}, t.Scopes...), LastUsedAt: millisOrNull(t.LastUsedAt),
	}
}

// NewOAuthToken returns an OAuth access token, without its secret.
func NewOAuthToken(t *world.MachineToken, now time.Time) OAuthToken {
	return OAuthToken{
		MachineToken: newMachineToken("clerk_idp_oauth_access_token", t, now), ClientID: t.ClientID,
		Scopes: append([]string{}, t.Scopes...),
	}
}

func newMachineToken(object string, t *world.MachineToken, now time.Time) MachineToken {
	return MachineToken{
		Object: object, ID: t.ID, Subject: t.Subject, Revoked: t.Revoked, RevocationReason: textOrNull(t.RevocationReason),
		Expired: t.Expired(now), Expiration: millisOrNull(t.ExpireAt), CreatedAt: millis(t.CreatedAt), UpdatedAt: millis(t.UpdatedAt),
	}
}
