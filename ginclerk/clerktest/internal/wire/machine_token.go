package wire

import (
	"cmp"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// NewAPIKey returns an API key, without its secret.
func NewAPIKey(t *world.MachineToken, now time.Time) Object {
	out := newMachineToken("api_key", t, now)
	out["type"], out["name"], out["description"] = cmp.Or(t.Type, "api_key"), t.Name, textOrNull(t.Description)
	out["claims"], out["created_by"], out["last_used_at"] = t.Claims, textOrNull(t.CreatedBy), millisOrNull(t.LastUsedAt)
	return out
}

// NewM2MToken returns an M2M token, without its secret.
func NewM2MToken(t *world.MachineToken, now time.Time) Object {
	out := newMachineToken("machine_to_machine_token", t, now)
	out["claims"], out["last_used_at"] = t.Claims, millisOrNull(t.LastUsedAt)
	return out
}

// NewOAuthToken returns an OAuth access token, without its secret.
func NewOAuthToken(t *world.MachineToken, now time.Time) Object {
	out := newMachineToken("clerk_idp_oauth_access_token", t, now)
	out["client_id"] = t.ClientID
	return out
}

// newMachineToken has what all three credentials have.
func newMachineToken(object string, t *world.MachineToken, now time.Time) Object {
	return Object{
		"object": object, "id": t.ID, "subject": t.Subject, "scopes": append([]string{}, t.Scopes...),
		"revoked": t.Revoked, "revocation_reason": textOrNull(t.RevocationReason),
		"expired": t.Expired(now), "expiration": millisOrNull(t.ExpireAt), "created_at": millis(t.CreatedAt), "updated_at": millis(t.UpdatedAt),
	}
}
