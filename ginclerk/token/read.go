package token

import (
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"log/slog"
	"strings"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
)

const (
	maxTokenSize     = 16 << 10
	maxHandshakeSize = 64 << 10 // it has whole session tokens inside
)

// Unverified is a token that [Read] or [Verifier.Read] has read: what the token says about itself. Anyone can write such a token. Use
// it to choose a cookie or to name a cause, never to decide who a user is: that is what [Verifier.Verify] does. It is safe for
// concurrent use as long as its claims are not changed. A Verifier refuses the zero value.
type Unverified struct {
	raw    string
	said   *reading // nil in the zero value
	claims Claims   // a copy of what was read, for this caller
	// permissions is room for those of the copy: most tokens have few.
	permissions [4]string
	// proven is the key that has signed the token, as a memory knows; nil without a memory. A verifier believes it only while its key
	// source returns this very key.
	proven *rsa.PublicKey
}

// reading is what the bytes of a token say. It never changes, and requests with the same token share it.
type reading struct {
	header header
	claims Claims
}

// header is the JOSE header.
type header struct {
	written   written // an object, or "" when the header is something else
	algorithm string
	keyID     string
	typ       string
	typed     bool // typ is present
	category  Category
}

func readHeader(w written) header {
	h := header{}
	if w.isObject() {
		h.written = w
	}
	var cat written
	for name, value := range w.members() {
		switch name { // of several, the last one counts
		case "alg":
			h.algorithm = value.text()
		case "kid":
			h.keyID = value.text()
		case "typ":
			h.typ, h.typed = value.text(), true
		case "cat":
			cat = value
		}
	}
	if cat != "" {
		h.category = categoryMalformed
		if name := cat.text(); name != "" {
			h.category = Category(name)
		}
	}
	return h
}

// given returns the reading to one caller, with claims of the caller's own.
func (r *reading) given(raw string, proven *rsa.PublicKey) *Unverified {
	u := &Unverified{raw: raw, said: r, proven: proven}
	u.claims = r.claims.clone(u.permissions[:0])
	return u
}

// read returns what the token says; nothing for the zero value.
func (u *Unverified) read() *reading {
	if u.said == nil {
		return &reading{}
	}
	return u.said
}

// signed returns the part of the token that the signature covers, and the signature.
func (u *Unverified) signed() (covered string, signature []byte, err error) {
	cut := max(strings.LastIndexByte(u.raw, '.'), 0)
	signature, err = decodePart(nil, strings.TrimPrefix(u.raw[cut:], "."))
	return u.raw[:cut], signature, err
}

// String keeps the token out of text.
func (u Unverified) String() string { return "token.Unverified{…}" }

// Format keeps the token out of text of every verb.
func (u Unverified) Format(state fmt.State, _ rune) { unprinted.Write(state, u.String()) }

// LogValue keeps the token out of logs.
func (u Unverified) LogValue() slog.Value { return slog.StringValue(u.String()) }

// MarshalText keeps the token out of JSON.
func (u Unverified) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// Read decodes a token WITHOUT verifying anything. It accepts and refuses what Clerk's decodeJwt does (@clerk/backend, file
// jwt/verifyJwt.ts), up to 16 KiB. The error is an [Error] with [ReasonInvalid]. A server that verifies the token next uses
// [Verifier.Read], which does not decode a token that it remembers.
func Read(raw string) (*Unverified, error) { return readUpTo(raw, maxTokenSize) }

// Header returns the JOSE header, decoded anew by each call; nil when the header is JSON but no object. Numbers are float64.
func (u *Unverified) Header() map[string]any { return u.read().header.written.object() }

// Claims returns what the token claims. Nothing of it is verified. When the payload is JSON but no object, all claims are absent.
func (u *Unverified) Claims() *Claims { return &u.claims }

// Category returns the class of the token.
func (u *Unverified) Category() Category { return u.read().header.category }

// KeyID returns the id of the key that the token says it is signed with; "" when it names none.
func (u *Unverified) KeyID() string { return u.read().header.keyID }

// Remembered reports whether a memory of verified tokens knew the token when it was read. It does not say that the token is good.
func (u *Unverified) Remembered() bool { return u.proven != nil }

// Type returns the header's typ; "" when it is absent or not a string.
func (u *Unverified) Type() string { return u.read().header.typ }

// IsMachineToMachine reports whether the token is an M2M token: its subject is a machine (@clerk/backend, file
// tokens/machine.ts). The type may say OAuth all the same, and the base64 may have padding; Clerk's code does not recognize such a
// token with padding.
func (u *Unverified) IsMachineToMachine() bool {
	return strings.HasPrefix(u.read().claims.UserID, "mch_")
}

// IsOAuth reports whether the token is an OAuth access token (RFC 9068 section 2.1), with or without padding of its base64.
func (u *Unverified) IsOAuth() bool {
	typ := u.Type()
	return typ == "at+jwt" || typ == "application/at+jwt"
}

// isPlainJWT reports whether the type is absent, or JWT, which all of Clerk's tokens but OAuth tokens have.
func (u *Unverified) isPlainJWT() bool {
	h := &u.read().header
	return !h.typed || h.typ == "JWT"
}

// MayBeSession reports whether the token can be a session token by its category, type and subject. If it can't, Clerk's reason is
// [ReasonTypeMismatch].
func (u *Unverified) MayBeSession() bool {
	return u.Category().MayBeSession() && !u.IsMachineToMachine() && !u.IsOAuth()
}

// MayBeHandshake reports whether the token can be a handshake token: it has the category of session tokens, and names no subject and
// no session. Each of Clerk's other tokens names one of them, whatever custom claims it has.
func (u *Unverified) MayBeHandshake() bool {
	payload := u.read().claims.read().written
	return u.Category().MayBeSession() && payload.member("sub") == "" && payload.member("sid") == ""
}

// usualPart is the size of the largest part of a usual token, in bytes. Parts up to it are decoded without an allocation.
const usualPart = 2 << 10

func readUpTo(raw string, limit int) (*Unverified, error) {
	if len(raw) > limit {
		return nil, malformed("token", fault("longer than tokens can be"))
	}
	head, rest, _ := strings.Cut(raw, ".")
	body, signature, three := strings.Cut(rest, ".")
	if !three || strings.IndexByte(signature, '.') >= 0 {
		return nil, malformed("token", fault("not three parts"))
	}
	said := &reading{}
	if part, err := said.read(head, body, signature); err != nil {
		return nil, malformed(part, err)
	}
	return said.given(raw, nil), nil
}

// read decodes the base64 of all parts before it looks at the JSON of one, so that the first problem is the one that Clerk's code finds.
// An error comes with the part that has it.
func (r *reading) read(head, body, signature string) (part string, err error) {
	const inHeader, inPayload, inSignature = "header", "payload", "signature"
	var headSpace, bodySpace [usualPart]byte
	header, err := decodePart(headSpace[:0], head)
	if err != nil {
		return inHeader, err
	}
	payload, err := decodePart(bodySpace[:0], body)
	if err != nil {
		return inPayload, err
	}
	if err := checkPart(signature); err != nil {
		return inSignature, err
	}
	h, err := readJSON(header)
	if err == nil && h.isNull() {
		err = fault("null")
	}
	if err != nil {
		return inHeader, err
	}
	p, err := readJSON(payload)
	if err != nil {
		return inPayload, err
	}
	r.header, r.claims = readHeader(h), readClaims(p)
	return "", nil
}

// decodePart decodes base64url as Clerk's loose parser does: it ignores any padding, requires that unused bits are zero, and accepts
// no other deviation. Go's decoder skips line breaks, so they are refused here. It appends to space.
func decodePart(space []byte, part string) ([]byte, error) {
	if strings.IndexByte(part, '\r') >= 0 || strings.IndexByte(part, '\n') >= 0 {
		return nil, fault("line break in base64")
	}
	return base64.RawURLEncoding.Strict().AppendDecode(space, []byte(strings.TrimRight(part, "=")))
}

// checkPart reports what [decodePart] would.
func checkPart(part string) error {
	var space [usualPart]byte
	_, err := decodePart(space[:0], part)
	return err
}

func malformed(part string, err error) *Error {
	return refuse(ReasonInvalid, &unreadable{part: part, err: err})
}

// unreadable is why a token can't be read. Its text is made for a reader alone: anyone can send such tokens, as many as they like.
type unreadable struct {
	part string // that has the problem
	err  error
}

func (e *unreadable) Error() string {
	return jwt.ErrTokenMalformed.Error() + ": " + e.part + ": " + e.err.Error()
}

func (e *unreadable) Unwrap() []error { return []error{jwt.ErrTokenMalformed, e.err} }

// fault is a problem of a token that has a text of its own.
type fault string

func (f fault) Error() string { return string(f) }
