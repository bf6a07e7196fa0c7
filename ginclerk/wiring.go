package ginclerk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/backend"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerksource"
	"github.com/ginclerk/ginclerk/ginclerk/internal/desk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/jwks"
	"github.com/ginclerk/ginclerk/ginclerk/internal/resolve"
	"github.com/ginclerk/ginclerk/ginclerk/internal/selection"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sessionstate"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
	"github.com/ginclerk/ginclerk/ginclerk/reverify"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

func (k *tenant) makeSessions() error {
	if k.api == nil || k.frontend == nil {
		return nil // reported by connect
	}
	backend := clerksource.NewBackend(k.api)
	var err error
	if k.core.States, err = sessionstate.New(backend, k.now); err != nil {
		return err
	}
	k.core.Sessions, err = session.New(session.Config{
		Reader:   rememberingReader{Reader: backend, clerk: k},
		Revoker:  rememberingRevoker{next: backend, clerk: k},
		Profiles: backend,
		Toucher:  clerksource.NewFrontend(k.frontend),
		Logger:   k.config.Logger,
	})
	if err != nil {
		return err
	}
	k.core.Reverify, err = reverify.New(reverify.Config{Frontend: clerksource.NewFrontend(k.frontend), Keyring: k.core.Keyring, Now: k.now})
	return err
}

func (k *tenant) makeAuthenticator() error {
	keys, err := k.keySource()
	if err != nil {
		return err
	}
	minted, err := token.NewVerifier(token.Config{
		Keys: keys, ClockSkew: k.config.Tokens.ClockSkew, MaxLifetime: k.config.Tokens.MaxLifetime, Now: k.now, UnsafeSkipIssuer: true,
	})
	if err != nil {
		return err
	}
	if err := k.makeLapsed(keys); err != nil {
		return err
	}
	asked, err := backend.New(k.api, signout.ClerkLimit(k.core.Key.Type()), k.now)
	if err != nil {
		return err
	}
	authenticator, err := authn.New(k.decides(keys, asked))
	if err != nil {
		return configProblem("MultiDomain.Satellite", err) // nothing else is left that authn could refuse
	}
	k.core.Selector = &selection.Selector{
		Keyring: k.core.Keyring, Binding: []byte(k.core.Key.String()), Sessions: k.core.States, Tokens: k.core.Tokens, Verifier: minted,
		Revocations: k.revocations, Now: k.now,
	}
	k.core.Resolver = resolve.New(resolve.Config{
		Key: k.core.Key, Authenticator: authenticator, Lapsed: k.lapsed, Selector: k.core.Selector, Keyring: k.core.Keyring, Revoked: k.revocations.Revoked,
		Now: k.now, Logger: k.config.Logger, ClockSkew: k.config.Tokens.ClockSkew, Satellite: k.core.SignIn.Satellite,
		UnsafeAcceptUnsolicitedHandshakes: k.config.Unsafe.AcceptUnsolicitedHandshakes,
	})
	return nil
}

// decides is how package authn decides.
func (k *tenant) decides(keys token.KeySource, asked *backend.Backend) authn.Options {
	return authn.Options{
		PublishableKey:                k.core.Key,
		Keys:                          keys,
		Backend:                       asked,
		MachineVerifier:               asked,
		AuthorizedParties:             k.config.AuthorizedParties,
		Audiences:                     k.config.Tokens.Audiences,
		ClockSkew:                     k.config.Tokens.ClockSkew,
		MaxTokenLifetime:              k.config.Tokens.MaxLifetime,
		ProxyURL:                      k.config.ProxyURL,
		SignInURL:                     k.config.SignInURL,
		Satellite:                     k.config.MultiDomain.Satellite,
		SatelliteOrigins:              k.config.MultiDomain.SatelliteOrigins,
		OrganizationSync:              k.config.OrganizationSync,
		RecoverMissingAuthorizedParty: k.config.Tokens.RecoverMissingAuthorizedParty,
		Now:                           k.config.Now,
		UnsafeSkipIssuer:              k.config.Unsafe.SkipIssuer,
		UnsafeAllowMissingSessionID:   k.config.Unsafe.AllowMissingSessionID,
	}
}

// lapsedLife is how long ago a token may have expired whose user is still the one that a form is kept for.
const lapsedLife = 30 * 24 * time.Hour

// makeLapsed makes the verifier that says whose an expired token was.
func (k *tenant) makeLapsed(keys token.KeySource) error {
	verifier, err := token.NewVerifier(token.Config{
		Keys: keys, AuthorizedParties: k.config.AuthorizedParties, MaxLifetime: k.config.Tokens.MaxLifetime, Now: k.now, UnsafeSkipIssuer: true,
	})
	if err != nil {
		return err
	}
	k.lapsed = verifier.WithClockSkew(lapsedLife)
	return nil
}

// makeStored makes what keeps records in the store: the place where forms wait, and the jobs that end sessions.
func (k *tenant) makeStored() error {
	if k.api == nil {
		return nil // reported by connect
	}
	store := k.config.Stores.Records
	if store == nil {
		store = storage.NewMemory(storage.MemoryConfig{Now: k.now})
	}
	var deskErr, jobsErr error
	k.core.Desk, deskErr = desk.New(forms.Config{Store: store, Keys: k.config.Stores.CookieKeys, SecretKey: instance.SecretKey(k.config.SecretKey), Now: k.now, Logger: k.config.Logger})
	backend := clerksource.NewBackend(k.api)
	k.signOuts, jobsErr = signout.New(signout.Config{
		Sessions: backend, Revoker: rememberingRevoker{next: backend, clerk: k}, Store: store,
		Ended:    func(ctx context.Context, sessionIDs []string) { k.remember(ctx, sessionIDs...) },
		Instance: k.core.Key.FrontendAPI(), Limit: signout.ClerkLimit(k.core.Key.Type()), Now: k.now, Logger: k.config.Logger,
	})
	return errors.Join(deskErr, jobsErr)
}

// makeTokens makes the source of outgoing tokens.
func (k *tenant) makeTokens() error {
	if k.api == nil {
		return nil // reported by connect
	}
	var err error
	k.core.Tokens, err = outgoing.NewSource(outgoing.Config{Minter: clerksource.NewMinter(k.api), Now: k.now})
	return err
}

func (k *tenant) keySource() (token.KeySource, error) {
	if k.config.JWTKey != "" {
		keys, err := jwks.NewPEM(k.config.JWTKey)
		return keys, configProblem("JWTKey", err)
	}
	k.remoteKeys = jwks.NewRemote(jwks.RemoteConfig{Fetcher: k.api, Now: k.config.Now, Observer: k.config.Observer, Logger: k.config.Logger})
	return k.remoteKeys, nil
}

// connect makes the clients of Clerk's two APIs.
func (k *tenant) connect() error {
	var problems []error
	var err error
	k.api, err = clerkapi.New(clerkapi.Config{
		SecretKey: instance.SecretKey(k.config.SecretKey), URL: k.config.ClerkAPI.URL, HTTPClient: k.config.ClerkAPI.HTTPClient, Observer: k.config.Observer, Now: k.now,
	})
	problems = append(problems, configProblem("ClerkAPI.URL", err))
	k.frontend, err = clerkapi.NewFrontend(clerkapi.FrontendConfig{
		URL:          cmp.Or(k.config.ClerkAPI.FrontendURL, "https://"+k.core.Key.FrontendAPI()),
		InstanceType: k.core.Key.Type(),
		ProxyURL:     k.knownProxyURL(),
		SecretKey:    instance.SecretKey(k.config.SecretKey),
		HTTPClient:   k.config.ClerkAPI.HTTPClient,
		Observer:     k.config.Observer,
		Now:          k.now,
	})
	problems = append(problems, configProblem("ClerkAPI.FrontendURL", err))
	return errors.Join(problems...)
}

// knownProxyURL is the absolute address of the proxy where it is known before any request: empty where it depends on one.
func (k *tenant) knownProxyURL() string {
	if k.config.ProxyURL == "" || k.config.ProxyURL[0] != '/' {
		return k.config.ProxyURL
	}
	if first, known := k.core.Site.First(); known {
		return first.Absolute(strings.TrimRight(k.config.ProxyURL, "/"))
	}
	return ""
}

// transport is what the proxy sends requests with.
func (k *tenant) transport() http.RoundTripper {
	if k.config.ClerkAPI.HTTPClient != nil && k.config.ClerkAPI.HTTPClient.Transport != nil {
		return k.config.ClerkAPI.HTTPClient.Transport
	}
	return nil // net/http's own
}

func configProblem(field string, err error) error {
	if err == nil {
		return nil
	}
	return &ConfigError{Field: field, Err: err}
}

// Errors of [Clerk.Check].
var (
	// ErrKeyMismatch: Clerk says that the keys are wrong or of different instances. Signing in can't work.
	ErrKeyMismatch = errors.New("the publishable key and the secret key do not belong together")
	// ErrClerkUnreachable: Clerk could not be asked, so nothing is known about the keys.
	ErrClerkUnreachable = answer.ErrClerkUnreachable
)

// Check asks Clerk whether the configured keys belong to one instance: the Backend API, which the secret key opens, and the
// Frontend API, which the publishable key names, must publish the same signing keys. Call it at start: an error that
// matches [ErrKeyMismatch] means that no user can sign in, one that matches [ErrClerkUnreachable] is worth a
// warning: it names the host that was asked, and why there was no answer.
func (k *Clerk) Check(ctx context.Context) error {
	if k.own == nil {
		return errTenants
	}
	return k.own.check(ctx)
}

func (k *tenant) check(ctx context.Context) error {
	backend, err := k.api.JWKS(ctx)
	switch {
	case errors.Is(err, clerkapi.ErrUnauthorized):
		return fmt.Errorf("ginclerk: %w: Clerk does not know the secret key", ErrKeyMismatch)
	case err != nil:
		return unreachable("Backend API", k.config.ClerkAPI.URL, "ClerkAPI.URL", err)
	}
	frontendURL := cmp.Or(k.config.ClerkAPI.FrontendURL, "https://"+k.core.Key.FrontendAPI())
	frontend, err := k.frontend.JWKS(ctx)
	if err != nil {
		return unreachable("Frontend API", frontendURL, "ClerkAPI.FrontendURL", err)
	}
	switch same, err := jwks.HaveKeyInCommon(backend, frontend); {
	case err != nil:
		return fmt.Errorf("ginclerk: %w: its key set is not JSON", ErrClerkUnreachable)
	case !same:
		return fmt.Errorf("ginclerk: %w: the secret key is of another instance than %s", ErrKeyMismatch, k.core.Key.FrontendAPI())
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
