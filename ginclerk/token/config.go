package token

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"slices"
	"time"
)

// DefaultClockSkew is the skew that Clerk's SDKs allow between Clerk's clock and ours.
const DefaultClockSkew = 5 * time.Second

// NoClockSkew is the value of Config.ClockSkew that allows no skew.
const NoClockSkew time.Duration = -1

// KeySource finds signing keys. A [Verifier] calls it with the key id that the token names, which anyone can make up and which may
// be empty. Its error is an [*Error] with a jwk-… reason when the key is known not to exist, and matches [ErrKeysUnavailable] when
// the source could not find out; a Verifier takes any other error for the latter. It must be safe for concurrent use.
//
// A key that was returned must never be changed. A source that returns the same pointer for the same key spares the Verifier work: a
// token that was verified with a key counts as verified while the source returns that very key.
type KeySource interface {
	Key(ctx context.Context, kid string) (*rsa.PublicKey, error)
}

// Config says which session tokens a [Verifier] accepts. Keys is required, and Issuers unless they are skipped.
type Config struct {
	// Keys finds the instance's signing keys. It must know the keys of this instance only.
	Keys KeySource
	// AuthorizedParties are the origins whose tokens the Verifier accepts, such as "https://app.example.com": a token must name
	// one of them (claim azp). When the list is empty, azp is not checked, as in Clerk's SDKs: a token that another application
	// on a subdomain stole then passes.
	AuthorizedParties []string
	// Audiences are compared with the claim aud of tokens that have one. Clerk's session tokens have one only if the instance
	// adds it. When the list is empty, aud is not checked.
	Audiences []string
	// Issuers are the accepted values of iss, compared exactly: "https://" and the Frontend API's host, and the URL of the
	// proxy if the application has one.
	Issuers []string
	// ClockSkew is how far Clerk's clock and ours may differ. Zero is [DefaultClockSkew]; below zero allows no skew.
	ClockSkew time.Duration
	// Now is the clock. Nil is the wall clock.
	Now func() time.Time
	// MaxLifetime is the longest lifetime (exp − iat) of an accepted token. A token that does not say when it was issued is
	// refused, too. Zero is no limit.
	MaxLifetime time.Duration
	// Memory keeps the tokens that the Verifier has accepted, so that their signatures are not verified again. Verifiers may share
	// one, whatever else their configurations say. Nil is a memory of its own with [DefaultRemembered] tokens;
	// [NewMemory] with a negative number remembers none.
	Memory *Memory
	// UnsafeSkipIssuer accepts any iss, as Clerk's own code does. A key that several instances share, or a token of a
	// custom template, then passes for a session of this instance.
	UnsafeSkipIssuer bool
	// UnsafeAllowMissingSessionID accepts tokens without sid, as Clerk's own code does. They can't be revoked.
	UnsafeAllowMissingSessionID bool
}

// validate reports every problem at once.
func (c Config) validate() error {
	var problems []error
	if c.Keys == nil {
		problems = append(problems, errors.New("no Keys"))
	}
	if len(c.Issuers) == 0 && !c.UnsafeSkipIssuer {
		problems = append(problems, errors.New("no Issuers: tokens of any instance would pass"))
	}
	if c.MaxLifetime < 0 {
		problems = append(problems, fmt.Errorf("MaxLifetime %v is negative", c.MaxLifetime))
	}
	for _, list := range []struct {
		name   string
		values []string
	}{{"AuthorizedParties", c.AuthorizedParties}, {"Audiences", c.Audiences}, {"Issuers", c.Issuers}} {
		if slices.Contains(list.values, "") {
			problems = append(problems, fmt.Errorf("%s has an empty entry", list.name))
		}
	}
	return errors.Join(problems...)
}
