package world

import (
	"crypto/subtle"
	"slices"
	"time"
)

// Limits of machines (Clerk's OpenAPI document).
const (
	DefaultMachineTokenLifetime = time.Hour
	MaxMachineScopes            = 150
)

const (
	prefixMachine = "mch_"
	prefixKey     = string(MachineAPIKey) // Clerk gives machines' secret keys the prefix of API keys
)

// Machine is a program that makes M2M tokens with its own secret key.
type Machine struct {
	ID, Name string
	// SecretKey is the newest key.
	SecretKey string
	// TokenLifetime is the default lifetime of the machine's tokens.
	TokenLifetime        time.Duration
	CreatedAt, UpdatedAt time.Time

	scopes  []MachineScope
	retired []retiredKey
}

// MachineScope lets a machine's tokens be shown to another machine.
type MachineScope struct {
	To        *Machine
	CreatedAt time.Time
}

// retiredKey is a replaced secret key, which is still valid for a while.
type retiredKey struct {
	secret string
	until  time.Time
}

// AddMachine stores a new machine with a new id and secret key.
func (w *World) AddMachine(name string, tokenLifetime time.Duration) *Machine {
	m := &Machine{
		ID: NewID(prefixMachine), Name: name, SecretKey: prefixKey + NewSecret(), TokenLifetime: tokenLifetime,
		CreatedAt: w.now(), UpdatedAt: w.now(),
	}
	w.machines.add(m.ID, m)
	return m
}

// Machine returns the machine with the id, or nil.
func (w *World) Machine(id string) *Machine { return w.machines.byID[id] }

// Machines returns all machines, newest first.
func (w *World) Machines() []*Machine { return newestFirst(w.machines.order) }

// MachineByKey returns the machine with the secret key, or nil; nil for "", too.
func (w *World) MachineByKey(secret string) *Machine {
	return w.machines.first(func(m *Machine) bool { return m.holds(secret, w.now()) })
}

func (m *Machine) holds(secret string, now time.Time) bool {
	if same(m.SecretKey, secret) {
		return true
	}
	return slices.ContainsFunc(m.retired, func(k retiredKey) bool { return same(k.secret, secret) && now.Before(k.until) })
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// ChangedMachine records that a machine was changed.
func (w *World) ChangedMachine(m *Machine) { m.UpdatedAt = w.now() }

// RotateMachineKey gives a machine a new secret key. The last one stays valid for a while.
func (w *World) RotateMachineKey(m *Machine, keep time.Duration) {
	now := w.now()
	m.retired = slices.DeleteFunc(m.retired, func(k retiredKey) bool { return !now.Before(k.until) })
	m.retired = append(m.retired, retiredKey{secret: m.SecretKey, until: now.Add(keep)})
	m.SecretKey, m.UpdatedAt = prefixKey+NewSecret(), now
}

// RemoveMachine deletes a machine with its tokens, and removes it from the scopes of others.
func (w *World) RemoveMachine(m *Machine) {
	w.machines.remove(m.ID)
	for _, other := range w.machines.order {
		w.Unscope(other, m.ID)
	}
	for _, t := range slices.Clone(w.machineTokens.order) {
		if t.Subject == m.ID {
			w.machineTokens.remove(t.ID)
		}
	}
}

// Scopes returns the machines that may see the machine's tokens, oldest first, as a copy.
func (m *Machine) Scopes() []MachineScope { return slices.Clone(m.scopes) }

// ScopeIDs returns the ids of the machines that may see the machine's tokens.
func (m *Machine) ScopeIDs() []string {
	ids := make([]string, 0, len(m.scopes))
	for _, s := range m.scopes {
		ids = append(ids, s.To.ID)
	}
	return ids
}

// Scope lets another machine see the tokens that this machine makes from now on. It returns false if it already may.
func (w *World) Scope(m, to *Machine) (MachineScope, bool) {
	if slices.Contains(m.ScopeIDs(), to.ID) {
		return MachineScope{}, false
	}
	s := MachineScope{To: to, CreatedAt: w.now()}
	m.scopes = append(m.scopes, s)
	return s, true
}

// Unscope undoes [World.Scope] for later tokens. It returns false if the scope does not exist.
func (w *World) Unscope(m *Machine, to string) bool {
	before := len(m.scopes)
	m.scopes = slices.DeleteFunc(m.scopes, func(s MachineScope) bool { return s.To.ID == to })
	return len(m.scopes) < before
}
