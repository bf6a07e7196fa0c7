package outgoing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
)

// Request describes a token. SessionID and UserID are required; the zero values of the other fields are usable.
type Request struct {
	// SessionID names the session. UserID names the user to whom the session must belong.
	SessionID string
	UserID    string
	// OrganizationID is the organization that must be active in the session; empty means the personal account.
	OrganizationID string
	// Rights is what the user may do in the organization as far as the caller knows, in words of the caller's. A token in memory that was
	// made for other rights is not returned.
	Rights string
	// Template is the name of a JWT template; empty means a session token.
	Template string
	// Lifetime is how long the token lives, in whole seconds; 0 means the default of the instance or the template.
	Lifetime time.Duration
	// MinimumLife is how long the token must still live. It counts if it is longer than [Config.Margin].
	MinimumLife time.Duration
}

// key has the fields that determine the token.
type key struct {
	sessionID, userID, organizationID, rights, template string
	lifetime                                            time.Duration
}

func (r Request) key() key {
	return key{r.SessionID, r.UserID, r.OrganizationID, r.Rights, r.Template, r.Lifetime}
}

// String returns a text that is different for each key.
func (k key) String() string {
	return fmt.Sprintf("%q %q %q %q %q %d", k.sessionID, k.userID, k.organizationID, k.rights, k.template, k.lifetime)
}

func (r Request) validate() error {
	switch {
	case r.SessionID == "" || r.UserID == "":
		return errors.New("neither the session nor the user may be empty")
	case r.Lifetime < 0 || r.Lifetime%time.Second != 0:
		return errors.New("the lifetime must be in whole seconds")
	default:
		return nil
	}
}

// Minter makes tokens.
type Minter interface {
	// Mint makes a token. First it must read again that the session is active, belongs to the user and has the organization
	// active. It must not ask for a lifetime unless the request has one. Its errors match the categories of this
	// package. It is used concurrently.
	Mint(ctx context.Context, r Request) (string, error)
}

// Token is a token with the end of its life. It never prints itself.
type Token struct {
	Value   string
	Expires time.Time

	lifetime time.Duration // the whole life
}

// left returns how long the token still lives.
func (t Token) left(now time.Time) time.Duration { return t.Expires.Sub(now) }

// String keeps the token out of text.
func (t Token) String() string { return "outgoing.Token{…}" }

// LogValue keeps the token out of logs.
func (t Token) LogValue() slog.Value { return slog.StringValue(t.String()) }

// Format keeps the token out of text of every verb.
func (t Token) Format(state fmt.State, _ rune) { unprinted.Write(state, t.String()) }

// MarshalText keeps the token out of JSON.
func (t Token) MarshalText() ([]byte, error) { return []byte(t.String()), nil }
