package world

import (
	"encoding/hex"
	"time"
)

// MachineKind is the kind of a machine credential.
type MachineKind string

// The kinds of credentials; the value is the prefix of ids and secrets.
const (
	MachineAPIKey MachineKind = "ak_"
	MachineM2M    MachineKind = "mt_"
	MachineOAuth  MachineKind = "oat_"
)

// MachineToken is an API key, a machine-to-machine token or an OAuth access token. The world does not keep JWTs: they can't be
// listed or revoked.
type MachineToken struct {
	ID, Secret string
	Kind       MachineKind
	// Subject is a user, an organization or a machine.
	Subject string
	// Type, Name and Description belong to API keys, ClientID to OAuth tokens.
	Type, Name, Description, ClientID string
	Scopes                            []string
	Claims                            map[string]any
	Revoked                           bool
	RevocationReason                  string
	ExpireAt                          time.Time // zero: never
	LastUsedAt                        time.Time // zero: never
	CreatedBy                         string
	CreatedAt, UpdatedAt              time.Time
}

// NewMachineTokenID returns a random identifier of a credential: its prefix and 32 hexadecimal digits.
func NewMachineTokenID(kind MachineKind) string {
	const idBytes = 16
	return string(kind) + hex.EncodeToString(RandomBytes(idBytes))
}

// NewMachineToken returns a credential with a new id. The world does not keep it.
func (w *World) NewMachineToken(t MachineToken) *MachineToken {
	t.ID, t.CreatedAt, t.UpdatedAt = NewMachineTokenID(t.Kind), w.now(), w.now()
	return &t
}

// AddMachineToken stores a new credential with a new id and secret.
func (w *World) AddMachineToken(t MachineToken) *MachineToken {
	added := w.NewMachineToken(t)
	added.Secret = string(t.Kind) + NewSecret()
	w.machineTokens.add(added.ID, added)
	return added
}

// MachineToken returns the credential with the id, or nil.
func (w *World) MachineToken(id string) *MachineToken { return w.machineTokens.byID[id] }

// MachineTokensOf returns the credentials of a kind that have the subject, newest first.
func (w *World) MachineTokensOf(kind MachineKind, subject string) []*MachineToken {
	return w.machineTokens.newest(func(t *MachineToken) bool { return t.Kind == kind && t.Subject == subject })
}

// FindMachineToken returns the credential of the kind with the secret. It returns nil for an unknown, revoked or expired one.
func (w *World) FindMachineToken(kind MachineKind, secret string) *MachineToken {
	now := w.now()
	return w.machineTokens.first(func(t *MachineToken) bool {
		return t.Kind == kind && same(t.Secret, secret) && !t.Revoked && !t.Expired(now)
	})
}

// Expired reports whether the credential has expired.
func (t *MachineToken) Expired(now time.Time) bool {
	return !t.ExpireAt.IsZero() && !now.Before(t.ExpireAt)
}

// UsedMachineToken records the use of a credential.
func (w *World) UsedMachineToken(t *MachineToken) { t.LastUsedAt = w.now() }

// ChangedMachineToken records that a credential was changed.
func (w *World) ChangedMachineToken(t *MachineToken) { t.UpdatedAt = w.now() }

// RevokeMachineToken revokes a credential.
func (w *World) RevokeMachineToken(t *MachineToken, reason string) {
	t.Revoked, t.RevocationReason, t.UpdatedAt = true, reason, w.now()
}

// RemoveMachineToken deletes a credential.
func (w *World) RemoveMachineToken(t *MachineToken) { w.machineTokens.remove(t.ID) }
