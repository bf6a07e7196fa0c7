package forms

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"strconv"

	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
)

// minBrowserSecret is the shortest value that tells browsers apart, in characters: 128 bits as base64url.
const minBrowserSecret = 22

// kind is what an owner is.
type kind string

const (
	userKind    kind = "user"
	actorKind   kind = "actor"
	browserKind kind = "browser"
)

// Owner is the user or browser that may see and claim a form. Make one with [User], [Actor] or [Browser]; the zero Owner owns
// nothing. Owners are comparable and do not print their value.
type Owner struct {
	kind  kind
	value string
}

// User returns the owner that is the subject (sub) of a session token. The token must be validly signed; it may have expired.
func User(id string) Owner { return Owner{kind: userKind, value: id} }

// Actor returns the owner of a form that an actor sent while impersonating a user: the subject of the token (sub) and that of its
// act claim. It differs from the user, and from the same actor impersonating another user.
func Actor(userID, actorID string) Owner {
	if userID == "" {
		return Owner{}
	}
	return Owner{kind: actorKind, value: strconv.Itoa(len(userID)) + ":" + userID + ":" + actorID}
}

// Browser returns the owner that holds a cookie with a random value of at least 128 bits (22 characters). Ask the person before
// you replay such a form: the signed-in user may not be the person who filled the form in.
func Browser(secret string) Owner { return Owner{kind: browserKind, value: secret} }

// IsUser reports whether the owner is a user.
func (o Owner) IsUser() bool { return o.kind == userKind }

// IsBrowser reports whether the owner is a browser.
func (o Owner) IsBrowser() bool { return o.kind == browserKind }

// String returns only the kind of owner.
func (o Owner) String() string { return string(o.kind) }

// LogValue keeps the value out of logs.
func (o Owner) LogValue() slog.Value { return slog.StringValue(o.String()) }

// Format keeps the value out of text of every verb.
func (o Owner) Format(state fmt.State, _ rune) { unprinted.Write(state, o.String()) }

// MarshalText keeps the value out of JSON.
func (o Owner) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// valid reports whether the owner can own anything.
func (o Owner) valid() bool {
	switch o.kind {
	case userKind, actorKind:
		return o.value != ""
	case browserKind:
		return len(o.value) >= minBrowserSecret
	default:
		return false
	}
}

// key is the key of the record with the list of the owner's forms.
func (o Owner) key() string { return "forms:owner:" + digest(string(o.kind)+":"+o.value) }

// digest hides ids and owners from those who can read the store.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
