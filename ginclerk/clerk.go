package ginclerk

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/sync/singleflight"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"
	"github.com/ginclerk/ginclerk/ginclerk/jwks"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/sealed"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/session/clerksource"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Clerk authenticates the requests of one Gin application with one Clerk instance. Make one with [New]; it is safe for
// concurrent use.
type Clerk struct {
	*Guards

	config      Config
	key         instance.PublishableKey
	now         func() time.Time
	authn       *authn.Authenticator
	api         *clerkapi.Client
	frontend    *clerkapi.Frontend
	sessions    *session.Service
	remoteKeys  *jwks.Remote // nil with a JWTKey
	revoked     *revocation.Set
	crossOrigin *http.CrossOriginProtection
	proxy       *frontendProxy // nil without a ProxyURL
	keyring     *sealed.Keyring

	alreadySent    sync.Map // routes that were logged
	insecureOrigin sync.Once
}

// New makes a Clerk. It does no network I/O, changes nothing of what it was given, and reports every problem with the
// configuration at once: errors.As finds a [ConfigError] for each.
func New(config Config) (*Clerk, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	config = config.withDefaults()
	key, err := instance.ParsePublishableKey(config.PublishableKey)
	if err != nil {
		return nil, &ConfigError{Field: "PublishableKey", Err: err}
	}
	k := &Clerk{config: config, key: key, now: clock.Or(config.Now)}
	k.Guards = &Guards{choose: func(*gin.Context) *Clerk { return k }}
	k.revoked = revocation.NewSet(config.MaxTokenLifetime+2*max(config.ClockSkew, token.DefaultClockSkew), k.now)
	if k.crossOrigin, err = newCrossOriginProtection(config.Origins); err != nil {
		return nil, &ConfigError{Field: "Origins", Err: err}
	}
	if k.keyring, err = sealed.NewKeyring(sealed.Config{SecretKey: config.SecretKey, Now: k.now}); err != nil {
		return nil, &ConfigError{Field: "SecretKey", Err: err}
	}
	if err := errors.Join(k.connect(), k.makeSessions(), k.makeAuthenticator(), k.makeProxy()); err != nil {
		return nil, err
	}
	if len(config.AuthorizedParties) == 0 {
		config.Logger.Warn("ginclerk: no Origins and no AuthorizedParties are configured: session tokens are accepted whatever site they were made for (azp is not checked)")
	}
	if config.UnsafeSkipIssuer || config.UnsafeAllowMissingSessionID {
		config.Logger.Warn("ginclerk: session tokens are accepted that may be of another issuer, or name no session and so can't be revoked",
			"UnsafeSkipIssuer", config.UnsafeSkipIssuer, "UnsafeAllowMissingSessionID", config.UnsafeAllowMissingSessionID)
	}
	return k, nil
}

// Close ends what is under way to Clerk and waits for it, or for the context.
func (k *Clerk) Close(ctx context.Context) error {
	if k.remoteKeys == nil {
		return nil
	}
	return k.remoteKeys.Close(ctx)
}

// Sessions returns the session service: the sessions of users and browsers, read and ended at Clerk. A session that is
// ended through it is refused by this Clerk from then on, although its token has not expired.
func (k *Clerk) Sessions() *session.Service { return k.sessions }

// PublishableKey returns the instance's publishable key.
func (k *Clerk) PublishableKey() instance.PublishableKey { return k.key }

func (k *Clerk) satellites() bool { return k.config.Satellite != nil }

// connect makes the clients of Clerk's two APIs.
func (k *Clerk) connect() error {
	var problems []error
	var err error
	k.api, err = clerkapi.New(clerkapi.Config{
		SecretKey: k.config.SecretKey, URL: k.config.APIURL, HTTPClient: k.config.HTTPClient,
	})
	problems = append(problems, configProblem("APIURL", err))
	k.frontend, err = clerkapi.NewFrontend(clerkapi.FrontendConfig{
		URL:          cmp.Or(k.config.FrontendAPIURL, "https://"+k.key.FrontendAPI()),
		InstanceType: k.key.Type(),
		ProxyURL:     k.knownProxyURL(),
		SecretKey:    k.config.SecretKey,
		HTTPClient:   k.config.HTTPClient,
	})
	problems = append(problems, configProblem("FrontendAPIURL", err))
	return errors.Join(problems...)
}

// knownProxyURL is the absolute address of the proxy where it is known before any request: empty where it depends on one.
func (k *Clerk) knownProxyURL() string {
	switch {
	case k.config.ProxyURL == "" || k.config.ProxyURL[0] != '/':
		return k.config.ProxyURL
	case len(k.config.Origins) > 0:
		return k.proxyURL(k.config.Origins[0])
	default:
		return ""
	}
}

func (k *Clerk) makeSessions() error {
	if k.api == nil || k.frontend == nil {
		return nil // reported by connect
	}
	backend := clerksource.NewBackend(k.api)
	var err error
	k.sessions, err = session.New(session.Config{
		Reader:   backend,
		Revoker:  rememberingRevoker{next: backend, revoked: k.revoked},
		Profiles: backend,
		Toucher:  clerksource.NewFrontend(k.frontend),
		Logger:   k.config.Logger,
	})
	return err
}

func (k *Clerk) makeAuthenticator() error {
	keys, err := k.keySource()
	if err != nil {
		return err
	}
	backend := authnBackend{api: k.api, refreshes: &singleflight.Group{}}
	k.authn, err = authn.New(authn.Options{
		PublishableKey:                k.key,
		Keys:                          keys,
		Backend:                       backend,
		MachineVerifier:               backend,
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
	return configProblem("Satellite", err) // nothing else is left that authn could refuse
}

func (k *Clerk) keySource() (token.KeySource, error) {
	if k.config.JWTKey != "" {
		keys, err := jwks.NewPEM(k.config.JWTKey)
		return keys, configProblem("JWTKey", err)
	}
	k.remoteKeys = jwks.NewRemote(jwks.RemoteConfig{Fetcher: k.api, Now: k.config.Now, Logger: k.config.Logger})
	return k.remoteKeys, nil
}

func (k *Clerk) makeProxy() error {
	var err error
	if k.proxy, err = newFrontendProxy(k); err != nil {
		return err
	}
	if k.proxy != nil {
		k.PassOver(k.proxy.prefix)
	}
	return nil
}

// transport is what the proxy sends requests with.
func (k *Clerk) transport() http.RoundTripper {
	if k.config.HTTPClient != nil && k.config.HTTPClient.Transport != nil {
		return k.config.HTTPClient.Transport
	}
	return nil // net/http's own
}

func configProblem(field string, err error) error {
	if err == nil {
		return nil
	}
	return &ConfigError{Field: field, Err: err}
}
