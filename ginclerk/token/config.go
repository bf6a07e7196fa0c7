package token

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"slices"
	"time"
)

// DefaultClockSkew is the skew that Clerk allows between its clock and ours.
const DefaultClockSkew = 5 * time.Second

// NoClockSkew is the value of Config.ClockSkew that allows none.
const NoClockSkew time.Duration = -1

// KeySource finds signing keys. Its error is an [*Error] with a jwk-… reason where the key is known not to exist, or matches
// [ErrKeysUnavailable] where that could not be found out; any other error is taken for the latter. It is called with the
// key id that the token names, which anyone can make up and which may be empty. It must be safe for concurrent use.
type KeySource interface {
	Key(ctx context.Context, kid string) (*rsa.PublicKey, error)
}

// Config says which session tokens a [Verifier] accepts. Keys is required, and Issuers unless they are skipped.
type Config struct {
	// Keys finds the instance's signing keys. It must know those of one instance alone.
	Keys KeySource
	// AuthorizedParties are the origins whose tokens are accepted, such as "https://app.example.com". When there are
	// any, a token must name one of them (claim azp). None means that azp is not checked, as with Clerk: a token stolen
	// by another application on a subdomain then passes.
	AuthorizedParties []string
	// Audiences are compared with the claim aud of tokens that have one. Clerk's session tokens have none unless the
	// instance adds it. None means no check.
	Audiences []string
	// Issuers are the accepted values of iss: "https://" and the Frontend API's host, and the proxy's URL where there is
	// one. Compared exactly.
	Issuers []string
	// ClockSkew is how far Clerk's clock and ours may differ. Zero is [DefaultClockSkew], below zero is none.
	ClockSkew time.Duration
	// Now is the clock. Nil is the wall clock.
	Now func() time.Time
	// MaxLifetime refuses tokens that were made for longer (exp − iat) or that do not say when they were made. Zero is
	// no limit.
	MaxLifetime time.Duration
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
		problems = append(problems, errors.New("no Issuers: any instance's tokens would do"))
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
