package ginclerk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/internal/jwks"
)

// Errors of [Clerk.Check].
var (
	// ErrKeyMismatch: Clerk says that the keys are wrong or of different instances. Signing in can't work.
	ErrKeyMismatch = errors.New("the keys do not belong together")
	// ErrClerkUnreachable: Clerk could not be asked, so nothing is known about the keys.
	ErrClerkUnreachable = answer.ErrClerkUnreachable
)

// Check asks Clerk whether the configured keys belong to one instance: the Backend API, which the secret key opens, and the
// Frontend API, which the publishable key names, must publish the same signing keys, and Tokens.JWTKey must be one of them. Call it at
// start: an error that matches [ErrKeyMismatch] means that no user can sign in, one that matches [ErrClerkUnreachable] is worth a
// warning: it names the host that was asked, and why there was no answer. Package doctor examines more than the keys.
func (k *Clerk) Check(ctx context.Context) error {
	own, err := one(k)
	if err != nil {
		return err
	}
	return own.check(ctx)
}

func (t *tenant) check(ctx context.Context) error {
	backend, err := t.api.JWKS(ctx)
	switch {
	case errors.Is(err, clerkapi.ErrUnauthorized):
		return fmt.Errorf("ginclerk: %w: Clerk does not know the secret key", ErrKeyMismatch)
	case err != nil:
		return unreachable("Backend API", t.config.ClerkAPI.URL, "ClerkAPI.URL", err)
	}
	if pem := t.config.Tokens.JWTKey; pem != "" && !jwks.Publishes(backend, pem) {
		return fmt.Errorf("ginclerk: %w: Tokens.JWTKey is none of the keys that Clerk publishes for the secret key", ErrKeyMismatch)
	}
	frontendURL := cmp.Or(t.config.ClerkAPI.FrontendURL, "https://"+t.Core.Key.FrontendAPI())
	frontend, err := t.frontend.JWKS(ctx)
	if err != nil {
		return unreachable("Frontend API", frontendURL, "ClerkAPI.FrontendURL", err)
	}
	switch same, err := jwks.HaveKeyInCommon(backend, frontend); {
	case err != nil:
		return fmt.Errorf("ginclerk: %w: its key set is not JSON", ErrClerkUnreachable)
	case !same:
		return fmt.Errorf("ginclerk: %w: the secret key is of another instance than %s", ErrKeyMismatch, t.Core.Key.FrontendAPI())
	default:
		return nil
	}
}

// unreachable says which of Clerk's APIs could not be asked, where, and why. The configuration of an address is a likely cause where
// something else answers there.
func unreachable(api, address, field string, err error) error {
	if u, parseErr := url.Parse(address); parseErr == nil {
		address = u.Host
	}
	hint := ""
	if clerkapi.FromElsewhere(err) {
		hint = "; is " + field + " the address of it?"
	}
	return fmt.Errorf("ginclerk: %w: the %s at %s: %w%s", ErrClerkUnreachable, api, address, err, hint)
}
