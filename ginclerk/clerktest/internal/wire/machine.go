package wire

import (
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// NewMachine returns a machine of an instance, without its secret key.
func NewMachine(m *world.Machine, instanceID string) Object {
	out := newScopedMachine(m, instanceID)
	out["scoped_machines"] = Each(m.Scopes(), func(s world.MachineScope) Object { return newScopedMachine(s.To, instanceID) })
	return out
}

// newScopedMachine returns a machine as it is in the scopes of another one.
func newScopedMachine(m *world.Machine, instanceID string) Object {
	return Object{
		"object": "machine", "id": m.ID, "name": m.Name, "instance_id": instanceID,
		"default_token_ttl": int64(m.TokenLifetime / time.Second), "created_at": millis(m.CreatedAt), "updated_at": millis(m.UpdatedAt),
	}
}

// NewMachineScope returns a scope: a machine whose tokens may be shown to another one.
func NewMachineScope(from *world.Machine, s world.MachineScope) Object {
	return Object{
		"object": "machine_scope", "from_machine_id": from.ID, "to_machine_id": s.To.ID, "created_at": millis(s.CreatedAt),
	}
}

// NewDeletedMachineScope returns a scope that was deleted.
func NewDeletedMachineScope(from, to string) Object {
	return Object{"object": "machine_scope", "from_machine_id": from, "to_machine_id": to, "deleted": true}
}

// NewMachineSecretKey returns a machine's secret key.
func NewMachineSecretKey(m *world.Machine) Object {
	return Object{"object": "machine_secret_key", "secret": m.SecretKey}
}
