package clerkapi

import (
	"fmt"
	"log/slog"

	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
)

// Credential authenticates a browser at the Frontend API. Its holder can act as that browser. It never prints itself. The zero
// value is no credential.
type Credential struct {
	// DevBrowser is the dev browser token (cookie __clerk_db_jwt), used with development instances.
	DevBrowser string
	// Client is the client token (cookie __client), used with production instances. An application gets it only if it
	// proxies the Frontend API under its own origin.
	Client string
}

// String says which parts are set.
func (c Credential) String() string {
	return "Credential{DevBrowser:" + redacted(c.DevBrowser) + " Client:" + redacted(c.Client) + "}"
}

// LogValue keeps the tokens out of logs.
func (c Credential) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Format keeps the tokens out of text of every verb.
func (c Credential) Format(state fmt.State, _ rune) { unprinted.Write(state, c.String()) }

// MarshalText keeps the tokens out of JSON.
func (c Credential) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

func redacted(token string) string {
	if token == "" {
		return "none"
	}
	return "…"
}

// Browser is a browser in whose name a call to the Frontend API is made.
type Browser struct {
	// Credential of the browser. Required.
	Credential Credential
	// Origin of the application, such as https://app.example.com, sent as the Origin header; empty sends none.
	Origin string
	// Address is the browser's IP address as the application's trusted proxies tell it, sent as X-Forwarded-For; empty
	// sends none.
	Address string
	// UserAgent of the browser; empty sends that of Go's HTTP client.
	UserAgent string
}
