package wire

import "github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"

// MachineToken is what the three credentials of machines have in common.
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
}

// M2MToken is a machine-to-machine token.
type M2MToken struct {
	MachineToken
	Claims     map[string]any `json:"claims"`
	Scopes     []string       `json:"scopes"`
	LastUsedAt *int64         `json:"last_used_at"`
}

// OAuthToken is an OAuth access token.
type OAuthToken struct {
	MachineToken
	ClientID string   `json:"client_id"`
	Scopes   []string `json:"scopes"`
}

// NewMachineToken returns a credential that is good, in the form of its kind.
func NewMachineToken(t *world.MachineToken) any {
	base := MachineToken{
		ID: t.ID, Subject: t.Subject, Revoked: t.Revoked, RevocationReason: textOrNull(t.RevocationReason),
		Expiration: millisOrNull(t.ExpireAt), CreatedAt: millis(t.CreatedAt), UpdatedAt: millis(t.UpdatedAt),
	}
	scopes := append([]string{}, t.Scopes...)
	switch t.Kind {
	case world.MachineAPIKey:
		base.Object = "api_key"
		return APIKey{
			MachineToken: base, Type: "api_key", Name: t.Name, Description: textOrNull(t.Description), Claims: t.Claims,
			Scopes: scopes, CreatedBy: textOrNull(t.CreatedBy), LastUsedAt: millisOrNull(t.LastUsedAt),
		}
	case world.MachineM2M:
		base.Object = "machine_to_machine_token"
		return M2MToken{MachineToken: base, Claims: t.Claims, Scopes: scopes, LastUsedAt: millisOrNull(t.LastUsedAt)}
	default:
		base.Object = "clerk_idp_oauth_access_token"
		return OAuthToken{MachineToken: base, ClientID: t.ClientID, Scopes: scopes}
	}
}
