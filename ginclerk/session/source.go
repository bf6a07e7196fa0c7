package session

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
)

// Reader reads sessions. Its errors match [ErrNotFound] for an unknown id and [ErrUnavailable] for an outage. It is
// used concurrently. The slices that it returns are the caller's.
type Reader interface {
	// Session returns a session of any status.
	Session(ctx context.Context, sessionID string) (Session, error)
	// OfUser returns all sessions of a user that have one of the states; without states, all sessions.
	OfUser(ctx context.Context, userID string, states ...Status) ([]Session, error)
	// OfClient returns all sessions of a browser, of any status.
	OfClient(ctx context.Context, clientID string) ([]Session, error)
}

// Revoker ends sessions. It is used concurrently.
type Revoker interface {
	// Revoke ends a session. It returns nil only if Clerk says that the session has ended.
	Revoke(ctx context.Context, sessionID string) error
}

// Profiles tells how users and their organizations are shown.
type Profiles interface {
	// Profiles returns the profiles of the users that exist, by id.
	Profiles(ctx context.Context, userIDs []string) (map[string]Profile, error)
	// OrganizationNames returns the names of the organizations of a user, by id.
	OrganizationNames(ctx context.Context, userID string) (map[string]string, error)
}

// Toucher changes the current session of a browser, and the active organization of a session.
type Toucher interface {
	// Touch makes the session the current one of the browser, with the organization (empty: the personal account) active.
	// Its errors match [ErrNoCredential] if Clerk refuses the browser, [ErrNotFound] if the session is not the browser's, and
	// [ErrUnavailable].
	Touch(ctx context.Context, b Browser, sessionID, organizationID string) error
	// SelectOrganization makes the organization (empty: the personal account) the active one of the session. Its errors are those
	// of Touch, and [ErrOrganizationNotFound] if Clerk says that the user is not a member.
	SelectOrganization(ctx context.Context, b Browser, sessionID, organizationID string) error
}

// Browser describes a browser for the Frontend API: its credential and where it is. It never prints the credential.
type Browser struct {
	DevBrowser string // the dev browser token; used with development instances
	Client     string // the client token; used with production instances
	Origin     string // of the application, such as https://app.example.com
	Address    string // the browser's IP address, only from trusted proxies
	UserAgent  string
}

// HasCredential reports whether the browser has a credential.
func (b Browser) HasCredential() bool { return b.DevBrowser != "" || b.Client != "" }

// String keeps the credential out of text.
func (b Browser) String() string {
	if b.HasCredential() {
		return "session.Browser{credential:… origin:" + b.Origin + "}"
	}
	return "session.Browser{credential:none origin:" + b.Origin + "}"
}

// LogValue keeps the credential out of logs.
func (b Browser) LogValue() slog.Value { return slog.StringValue(b.String()) }

// Format keeps the credential out of text of every verb.
func (b Browser) Format(state fmt.State, _ rune) { unprinted.Write(state, b.String()) }

// MarshalText keeps the credential out of JSON.
func (b Browser) MarshalText() ([]byte, error) { return []byte(b.String()), nil }
