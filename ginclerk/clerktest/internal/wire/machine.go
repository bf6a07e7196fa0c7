package wire

import (
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// ScopedMachine is a machine in the scopes of another one.
type ScopedMachine struct {
	Object          string `json:"object"`
	ID              string `json:"id"`
	Name            string `json:"name"`
	InstanceID      string `json:"instance_id"`
	DefaultTokenTTL int64  `json:"default_token_ttl"` // in seconds
	CreatedAt       int64  `json:"created_at"`
	UpdatedAt       int64  `json:"updated_at"`
}

// Machine is a machine.
type Machine struct {
	ScopedMachine
	ScopedMachines []ScopedMachine `json:"scoped_machines"`
	// SecretKey is only in the answer to the machine's creation.
	SecretKey string `json:"secret_key,omitempty"`
}

// MachineScope says whether a machine's tokens may be shown to another one.
type MachineScope struct {
	Object        string `json:"object"`
	FromMachineID string `json:"from_machine_id"`
	ToMachineID   string `json:"to_machine_id"`
	CreatedAt     int64  `json:"created_at,omitempty"`
	Deleted       bool   `json:"deleted,omitempty"`
}

// MachineSecretKey is a machine's secret key.
type MachineSecretKey struct {
	Object string `json:"object"`
	Secret string `json:"secret"`
}

// NewMachine returns a machine of an instance.
func NewMachine(m *world.Machine, instanceID string) Machine {
	out := Machine{ScopedMachine: newScopedMachine(m, instanceID), ScopedMachines: []ScopedMachine{}}
	for _, s := range m.Scopes() {
		out.ScopedMachines = append(out.ScopedMachines, newScopedMachine(s.To, instanceID))
	}
	return out
}

func newScopedMachine(m *world.Machine, instanceID string) ScopedMachine {
	return ScopedMachine{
		Object: "machine", ID: m.ID, Name: m.Name, InstanceID: instanceID, DefaultTokenTTL: int64(m.TokenLifetime / time.Second),
		CreatedAt: millis(m.CreatedAt), UpdatedAt: millis(m.UpdatedAt),
	}
}

// NewMachineScope returns a scope.
func NewMachineScope(from *world.Machine, s world.MachineScope) MachineScope {
	return MachineScope{Object: "machine_scope", FromMachineID: from.ID, ToMachineID: s.To.ID, CreatedAt: millis(s.CreatedAt)}
}

// NewDeletedMachineScope returns a scope that was deleted.
func NewDeletedMachineScope(from, to string) MachineScope {
	return MachineScope{Object: "machine_scope", FromMachineID: from, ToMachineID: to, Deleted: true}
}

// NewMachineSecretKey returns a machine's secret key.
func NewMachineSecretKey(m *world.Machine) MachineSecretKey {
	return MachineSecretKey{Object: "machine_secret_key", Secret: m.SecretKey}
}
