package token

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"
	"github.com/ginclerk/ginclerk/ginclerk/internal/rs256"
)

// Verifier verifies the session tokens and the machines' JWTs of one Clerk instance. Make it with [NewVerifier]. It is safe for
// concurrent use.
type Verifier struct {
	config Config
	skew   time.Duration
	grace  time.Duration // how long a token counts after its end; see WithGrace
	memory *Memory
}

// NewVerifier returns a verifier, or every problem of the configuration at once. It copies the configuration and does no
// network I/O.
func NewVerifier(config Config) (*Verifier, error) {
	if err := config.validate(); err != nil {
		return nil, fmt.Errorf("token: configuration: %w", err)
	}
	config.AuthorizedParties = slices.Clone(config.AuthorizedParties)
	config.Audiences = slices.Clone(config.Audiences)
	config.Issuers = slices.Clone(config.Issuers)
	config.Now = clock.Or(config.Now)
	skew := config.ClockSkew
	switch {
	case skew == 0:
		skew = DefaultClockSkew
	case skew < 0:
		skew = 0
	}
	memory := config.Memory
	if memory == nil {
		memory = NewMemory(0)
	}
	return &Verifier{config: config, skew: skew, memory: memory}, nil
}

// WithClockSkew returns a verifier that allows exactly this skew and is otherwise the same. It shares the memory. Zero and below allow
// no skew.
func (v *Verifier) WithClockSkew(skew time.Duration) *Verifier {
	return &Verifier{config: v.config, skew: max(skew, 0), grace: v.grace, memory: v.memory}
}

// WithGrace returns a verifier that also accepts tokens whose end (exp) is less than that ago, and is otherwise the same: of all that a
// token says, the end alone is judged otherwise. It shares the memory. Below zero it is zero.
func (v *Verifier) WithGrace(grace time.Duration) *Verifier {
	return &Verifier{config: v.config, skew: v.skew, grace: max(grace, 0), memory: v.memory}
}

// Read is the function [Read] for a token that is verified next: it does not decode a token that the verifier's memory knows. It
// verifies nothing.
func (v *Verifier) Read(raw string) (*Unverified, error) {
	if known := v.memory.find(raw); known != nil {
		return known.said.given(raw, known.key), nil
	}
	return Read(raw)
}

// Verify returns the claims of a session token that is signed by the instance's key, current, and meant for this application. It takes
// the token as [Read] or [Verifier.Read] has read it and decodes nothing again. The error is an [*Error] with the reason for which
// the token is refused; one that matches [ErrKeysUnavailable] is no refusal: the keys could not be had.
func (v *Verifier) Verify(ctx context.Context, u *Unverified) (*Claims, error) {
	return v.VerifyFor(ctx, u, nil)
}

// Parties says which authorized parties (azp) tokens may name. Implementations are safe for concurrent use.
type Parties interface {
	// Accepts reports whether a token may name the party; "" where it names none.
	Accepts(party string) bool
}

// VerifyFor is [Verifier.Verify] for callers that may come with tokens of more parties than [Config].AuthorizedParties. Nil is none.
func (v *Verifier) VerifyFor(ctx context.Context, u *Unverified, more Parties) (*Claims, error) {
	key, err := v.authentic(ctx, u)
	if err != nil {
		return nil, err
	}
	if err := v.admit(&u.read().claims, more); err != nil {
		return nil, err
	}
	v.remember(u, key)
	return &u.claims, nil
}

// authentic checks all that depends on the token's bytes and the key alone, and returns the key.
func (v *Verifier) authentic(ctx context.Context, u *Unverified) (*rsa.PublicKey, error) {
	if u == nil {
		return nil, nothingRead()
	}
	if !u.MayBeSession() {
		return nil, refuse(ReasonTypeMismatch, jwt.ErrTokenInvalidClaims)
	}
	return v.verifySignature(ctx, u, (*Unverified).isPlainJWT)
}

// remember keeps a token that this verifier accepts, unless the memory knows it with this key.
func (v *Verifier) remember(u *Unverified, key *rsa.PublicKey) {
	if u.proven != key {
		v.memory.remember(u, key, v.config.Now())
	}
}

// nothingRead refuses nil: the caller has no token that was read.
func nothingRead() *Error { return malformed("token", fault("none was read")) }

// verifySignature looks up the key before it looks at typ and alg, as Clerk does: when both are wrong, the reason is the key's. It
// returns the key that has signed the token. Of all that it checks, a memory saves the arithmetic alone.
func (v *Verifier) verifySignature(ctx context.Context, u *Unverified, allowedType func(*Unverified) bool) (*rsa.PublicKey, error) {
	key, err := v.key(ctx, u.KeyID())
	if err != nil {
		return nil, err
	}
	if !allowedType(u) {
		return nil, refuse(ReasonInvalid, fmt.Errorf("%w: typ does not fit this kind of token", jwt.ErrTokenMalformed))
	}
	switch u.read().header.algorithm {
	case rs256.Name:
	case jwt.SigningMethodRS384.Alg(), jwt.SigningMethodRS512.Alg():
		return nil, refuse(ReasonVerificationFailed, fmt.Errorf("%w: the key is for RS256", jwt.ErrTokenUnverifiable))
	default:
		return nil, refuse(ReasonInvalidAlgorithm, fmt.Errorf("%w: algorithm not accepted", jwt.ErrTokenSignatureInvalid))
	}
	if u.proven == key {
		return key, nil
	}
	covered, signature, err := u.signed()
	if err == nil {
		err = rs256.Verify(key, covered, signature)
	}
	if err != nil {
		return nil, refuse(ReasonInvalidSignature, fmt.Errorf("%w: %w", jwt.ErrTokenSignatureInvalid, err))
	}
	return key, nil
}

func (v *Verifier) key(ctx context.Context, kid string) (*rsa.PublicKey, error) {
	key, err := v.config.Keys.Key(ctx, kid)
	if err == nil && key == nil {
		err = errors.New("key source returned no key")
	}
	if err == nil {
		return key, nil
	}
	var refusal *Error
	if errors.As(err, &refusal) {
		return nil, err
	}
	if !errors.Is(err, ErrKeysUnavailable) {
		err = fmt.Errorf("%w: %w", ErrKeysUnavailable, err)
	}
	return nil, refuse(ReasonJWKFailedToResolve, err)
}
