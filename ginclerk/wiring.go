package ginclerk

import (
	"context"
	"errors"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/backend"
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
		Keys: keys, ClockSkew: k.config.ClockSkew, MaxLifetime: k.config.MaxTokenLifetime, Now: k.now, UnsafeSkipIssuer: true,
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
	authenticator, err := authn.New(authn.Options{
		PublishableKey:                k.core.Key,
		Keys:                          keys,
		Backend:                       asked,
		MachineVerifier:               asked,
		AuthorizedParties:             k.config.AuthorizedParties,
		Audiences:                     k.config.Audiences,
		ClockSkew:                     k.config.ClockSkew,
		MaxTokenLifetime:              k.config.MaxTokenLifetime,
		ProxyURL:                      k.config.ProxyURL,
		SignInURL:                     k.config.SignInURL,
		Satellite:                     k.config.Satellite,
		SatelliteOrigins:              k.config.SatelliteOrigins,
		OrganizationSync:              k.config.OrganizationSync,
		RecoverMissingAuthorizedParty: k.config.RecoverMissingAuthorizedParty,
		Now:                           k.config.Now,
		UnsafeSkipIssuer:              k.config.UnsafeSkipIssuer,
		UnsafeAllowMissingSessionID:   k.config.UnsafeAllowMissingSessionID,
	})
	if err != nil {
		return configProblem("Satellite", err) // nothing else is left that authn could refuse
	}
	k.core.Selector = &selection.Selector{
		Keyring: k.core.Keyring, Binding: []byte(k.core.Key.String()), Sessions: k.core.States, Tokens: k.core.Tokens, Verifier: minted,
		Revocations: k.revocations, Now: k.now,
	}
	k.core.Resolver = resolve.New(resolve.Config{
		Key: k.core.Key, Authenticator: authenticator, Lapsed: k.lapsed, Selector: k.core.Selector, Keyring: k.core.Keyring, Revoked: k.revocations.Revoked,
		Now: k.now, Logger: k.config.Logger, ClockSkew: k.config.ClockSkew, Satellite: k.core.SignIn.Satellite,
		UnsafeAcceptUnsolicitedHandshakes: k.config.UnsafeAcceptUnsolicitedHandshakes,
	})
	return nil
}

// lapsedLife is how long ago a token may have expired whose user is still the one that a form is kept for.
const lapsedLife = 30 * 24 * time.Hour

// makeLapsed makes the verifier that says whose an expired token was.
func (k *tenant) makeLapsed(keys token.KeySource) error {
	verifier, err := token.NewVerifier(token.Config{
		Keys: keys, AuthorizedParties: k.config.AuthorizedParties, MaxLifetime: k.config.MaxTokenLifetime, Now: k.now, UnsafeSkipIssuer: true,
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
	store := k.config.Store
	if store == nil {
		store = storage.NewMemory(storage.MemoryConfig{Now: k.now})
	}
	var deskErr, jobsErr error
	k.core.Desk, deskErr = desk.New(forms.Config{Store: store, Keys: k.config.CookieKeys, SecretKey: instance.SecretKey(k.config.SecretKey), Now: k.now, Logger: k.config.Logger})
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
	k.remoteKeys = jwks.NewRemote(jwks.RemoteConfig{Fetcher: k.api, Now: k.config.Now, Logger: k.config.Logger})
	return k.remoteKeys, nil
}
