package token

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
)

const (
	maxTokenSize     = 16 << 10
	maxHandshakeSize = 64 << 10 // it has whole session tokens inside
	partsOfToken     = 3
)

// Unverified is a token that [Read] has read and that no [Verifier] has verified: what the token says about itself. Anyone can
// write such a token. Use it to choose a cookie or to name a cause, never to decide who a user is. It is never changed and is safe
// for concurrent use. A Verifier refuses the zero value.
type Unverified struct {
	header    map[string]any // nil when the header is JSON but no object
	claims    Claims
	signed    string // the part of the token that the signature covers
	signature []byte
}

// String keeps the token out of text.
func (u Unverified) String() string { return "token.Unverified{…}" }

// Format keeps the token out of text of every verb.
func (u Unverified) Format(state fmt.State, _ rune) { unprinted.Write(state, u.String()) }

// LogValue keeps the token out of logs.
func (u Unverified) LogValue() slog.Value { return slog.StringValue(u.String()) }

// MarshalText keeps the token out of JSON.
func (u Unverified) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// Read decodes a token WITHOUT verifying anything. It is the one reading of a token's bytes: a [Verifier] takes what Read returns.
// It accepts and refuses what Clerk's decodeJwt does (@clerk/backend, file jwt/verifyJwt.ts), up to 16 KiB. The error is an [Error]
// with [ReasonInvalid].
func Read(raw string) (*Unverified, error) { return readUpTo(raw, maxTokenSize) }

// Header returns the JOSE header as a copy; nil when the header is JSON but no object. Numbers are float64.
func (u *Unverified) Header() map[string]any { return copyObject(u.header) }

// Claims returns what the token claims. Nothing of it is verified. When the payload is JSON but no object, all claims are absent.
func (u *Unverified) Claims() *Claims { return &u.claims }

// Category returns the class of the token.
func (u *Unverified) Category() Category {
	cat, found := u.header["cat"]
	if !found {
		return CategoryNone
	}
	if s, ok := cat.(string); ok && s != "" {
		return Category(s)
	}
	return categoryMalformed
}

// KeyID returns the id of the key that the token says it is signed with; "" when it names none.
func (u *Unverified) KeyID() string { return text(u.header["kid"]) }

// Type returns the header's typ; "" when it is absent or not a string.
func (u *Unverified) Type() string { return text(u.header["typ"]) }

// IsMachineToMachine reports whether the token is an M2M token: its subject is a machine (@clerk/backend, file
// tokens/machine.ts). The type may say OAuth all the same, and the base64 may have padding; Clerk's code does not recognize such a
// token with padding.
func (u *Unverified) IsMachineToMachine() bool {
	return strings.HasPrefix(u.claims.UserID, "mch_")
}

// IsOAuth reports whether the token is an OAuth access token (RFC 9068 section 2.1), with or without padding of its base64.
func (u *Unverified) IsOAuth() bool {
	typ := u.Type()
	return typ == "at+jwt" || typ == "application/at+jwt"
}

// isPlainJWT reports whether the type is absent, or JWT, which all of Clerk's tokens but OAuth tokens have.
func (u *Unverified) isPlainJWT() bool {
	typ, found := u.header["typ"]
	return !found || typ == "JWT"
}

// MayBeSession reports whether the token can be a session token by its category, type and subject. If it can't, Clerk's reason is
// [ReasonTypeMismatch].
func (u *Unverified) MayBeSession() bool {
	return u.Category().MayBeSession() && !u.IsMachineToMachine() && !u.IsOAuth()
}

// MayBeHandshake reports whether the token can be a handshake token: it has the category of session tokens, and names no subject and
// no session. Each of Clerk's other tokens names one of them, whatever custom claims it has.
func (u *Unverified) MayBeHandshake() bool {
	_, subject := u.claims.payload["sub"]
	_, session := u.claims.payload["sid"]
	return u.Category().MayBeSession() && !subject && !session
}

func readUpTo(raw string, limit int) (*Unverified, error) {
	if len(raw) > limit {
		return nil, malformed(fmt.Errorf("longer than %d bytes", limit))
	}
	parts := strings.SplitN(raw, ".", partsOfToken+1)
	if len(parts) != partsOfToken {
		return nil, malformed(errors.New("not three parts"))
	}
	header, err := decodePart(parts[0])
	if err != nil {
		return nil, malformed(fmt.Errorf("header: %w", err))
	}
	payload, err := decodePart(parts[1])
	if err != nil {
		return nil, malformed(fmt.Errorf("payload: %w", err))
	}
	signature, err := decodePart(parts[2])
	if err != nil {
		return nil, malformed(fmt.Errorf("signature: %w", err))
	}
	u := &Unverified{signed: raw[:len(parts[0])+1+len(parts[1])], signature: signature}
	if err := u.read(header, payload); err != nil {
		return nil, malformed(err)
	}
	return u, nil
}

func (u *Unverified) read(header, payload []byte) error {
	h, err := decodeJSON(header)
	if err != nil {
		return fmt.Errorf("header: %w", err)
	}
	if h == nil {
		return errors.New("header: null")
	}
	p, err := decodeJSON(payload)
	if err != nil {
		return fmt.Errorf("payload: %w", err)
	}
	u.header = object(h)
	u.claims.read(object(p), payload)
	return nil
}

// decodePart decodes base64url as Clerk's loose parser does: it ignores any padding, requires that unused bits are zero, and accepts
// no other deviation. Go's decoder skips line breaks, so they are refused here.
func decodePart(part string) ([]byte, error) {
	if strings.ContainsAny(part, "\r\n") {
		return nil, errors.New("line break in base64")
	}
	return base64.RawURLEncoding.Strict().DecodeString(strings.TrimRight(part, "="))
}

// decodeJSON reads one JSON value. It ignores a byte order mark in front, as JavaScript's TextDecoder does.
func decodeJSON(raw []byte) (any, error) {
	var value any
	if err := json.Unmarshal(bytes.TrimPrefix(raw, []byte("\ufeff")), &value); err != nil {
		return nil, errors.New("not JSON") // the decoder's own error quotes the input
	}
	return value, nil
}

func malformed(err error) *Error {
	return refuse(ReasonInvalid, fmt.Errorf("%w: %w", jwt.ErrTokenMalformed, err))
}

func object(v any) map[string]any {
	m, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	return m
}

func text(v any) string {
	s, ok := v.(string)
	if !ok {
		return ""
	}
	return s
}
