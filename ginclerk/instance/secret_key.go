package instance

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
)

// SecretKey is a Clerk secret key. It never prints itself: fmt, slog and JSON show only its prefix. [SecretKey.Reveal] returns the
// key.
type SecretKey string

// Type returns the type of the instance that the key's prefix names, and false when the prefix is not one of Clerk's.
func (k SecretKey) Type() (Type, bool) {
	switch {
	case strings.HasPrefix(string(k), "sk_live_"), strings.HasPrefix(string(k), "live_"):
		return Production, true
	case strings.HasPrefix(string(k), "sk_test_"), strings.HasPrefix(string(k), "test_"):
		return Development, true
	default:
		return "", false
	}
}

// Reveal returns the key itself. Use it only for the Authorization header of requests to the Backend API.
func (k SecretKey) Reveal() string { return string(k) }

// String returns the key's prefix and an ellipsis.
func (k SecretKey) String() string {
	if k == "" {
		return ""
	}
	if i := strings.LastIndexByte(string(k), '_'); i >= 0 && i < len("sk_live_") {
		return string(k[:i+1]) + "…"
	}
	return "…"
}

// LogValue keeps the key out of logs.
func (k SecretKey) LogValue() slog.Value { return slog.StringValue(k.String()) }

// Format keeps the key out of text of every verb.
func (k SecretKey) Format(state fmt.State, _ rune) { unprinted.Write(state, k.String()) }

// MarshalText keeps the key out of JSON.
func (k SecretKey) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
