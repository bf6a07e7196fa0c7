package world

import (
	"crypto/rand"
	"encoding/hex"
	"time"
)

// MachineKind tells the credentials of machines apart.
type MachineKind string

// The kinds of credentials; the value is the prefix of ids and secrets.
const (
	MachineAPIKey MachineKind = "ak_"
	MachineM2M    MachineKind = "mt_"
	MachineOAuth  MachineKind = "oat_"
)

// MachineToken is an API key, a machine-to-machine token or an OAuth access token.
type MachineToken struct {
	ID, Secret string
	Kind       MachineKind
	// Subject is a user, an organization or a machine.
	Subject string
	// Name and Description are those of API keys, ClientID that of OAuth tokens.
	Name, Description, ClientID string
	Scopes                      []string
	Claims                      map[string]any
	Revoked                     bool
	RevocationReason            string
	ExpireAt                    time.Time // zero: never
	LastUsedAt                  time.Time // zero: never
	CreatedBy                   string
	CreatedAt, UpdatedAt        time.Time
}

// AddMachineToken stores a new credential under an id and a secret of its own.
func (w *World) AddMachineToken(t MachineToken) *MachineToken {
	const idBytes = 16
	id := make([]byte, idBytes)
	_, _ = rand.Read(id) // never fails: crypto/rand ends the program instead
	t.ID, t.Secret = string(t.Kind)+hex.EncodeToString(id), string(t.Kind)+NewSecret()
	t.CreatedAt, t.UpdatedAt = w.now(), w.now()
	w.machineTokens.add(t.ID, &t)
	return &t
}

// MachineToken returns the credential with the id, or nil.
func (w *World) MachineToken(id string) *MachineToken { return w.machineTokens.byID[id] }

// UseMachineToken returns the credential of the kind with the secret, and notes its use. It returns nil for one that isn't there,
// was revoked or has expired.
func (w *World) UseMachineToken(kind MachineKind, secret string) *MachineToken {
	now := w.now()
	for _, t := range w.machineTokens.order {
		if t.Kind != kind || t.Secret != secret {
			continue
		}
		if t.Revoked || (!t.ExpireAt.IsZero() && !now.Before(t.ExpireAt)) {
			return nil
		}
		t.LastUsedAt = now
		return t
	}
	return nil
}

// RevokeMachineToken takes a credential back.
func (w *World) RevokeMachineToken(t *MachineToken, reason string) {
	t.Revoked, t.RevocationReason, t.UpdatedAt = true, reason, w.now()
}
