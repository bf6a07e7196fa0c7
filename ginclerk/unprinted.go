package ginclerk

import (
	"fmt"
	"log/slog"

	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
)

// String keeps the keys out of text.
func (c Config) String() string { return "ginclerk.Config{…}" }

// Format keeps the keys out of text of every verb. Package fmt does not ask it where a Config is in an unexported field of a
// struct: keep a pointer there.
func (c Config) Format(state fmt.State, _ rune) { unprinted.Write(state, c.String()) }

// LogValue keeps the keys out of logs.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalText keeps the keys out of JSON.
func (c Config) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// String names the instance by its publishable key, which is public.
func (k *Clerk) String() string {
	if k.own == nil {
		return "ginclerk.Clerk{tenants}"
	}
	return "ginclerk.Clerk{" + k.own.config.PublishableKey + "}"
}

// Format keeps the keys out of text of every verb.
func (k *Clerk) Format(state fmt.State, _ rune) { unprinted.Write(state, k.String()) }
