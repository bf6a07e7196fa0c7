package ginclerk

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/attach"
	"github.com/ginclerk/ginclerk/ginclerk/internal/backend"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerksource"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"
	"github.com/ginclerk/ginclerk/ginclerk/internal/devlog"
	"github.com/ginclerk/ginclerk/ginclerk/internal/ended"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exempt"
	"github.com/ginclerk/ginclerk/ginclerk/internal/jwks"
	"github.com/ginclerk/ginclerk/ginclerk/internal/limitstore"
	"github.com/ginclerk/ginclerk/ginclerk/internal/outage"
	"github.com/ginclerk/ginclerk/ginclerk/internal/parts"
	"github.com/ginclerk/ginclerk/ginclerk/internal/resolve"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
	"github.com/ginclerk/ginclerk/ginclerk/internal/selection"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sessionstate"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
	"github.com/ginclerk/ginclerk/ginclerk/proxy"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/reverify"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/ginclerk/token"
	"github.com/ginclerk/ginclerk/ginclerk/user"
)

// newTenant makes what serves the requests of one Clerk instance. The configuration is valid and has its defaults.
func newTenant(config *Config) (*tenant, error) {
	key, err := instance.ParsePublishableKey(config.PublishableKey)
	if err != nil {
		return nil, configProblem("PublishableKey", err)
	}
	site, err := config.site()
	if err != nil {
		return nil, err
	}
	t := &tenant{config: config}
	t.clerk = &Clerk{own: t, choose: func(*gin.Context) *tenant { return t }, exempt: &exempt.Prefixes{}, front: &exchange.Front{}}
	core := &serving.Core{
		Key: key, Site: site, ProxyURL: config.ProxyURL, Logger: config.Logger, Now: clock.Or(config.Now), Parts: config.parts(),
		SignIn: answer.SignIn{
			Key: key, SignInURL: config.SignInURL, SignUpURL: config.SignUpURL, Satellite: config.MultiDomain.Satellite != nil,
			AuthorizedParties: config.AuthorizedParties,
		},
	}
	t.Instance = &attach.Instance{
		Instance: &exchange.Instance{Site: site, Logger: config.Logger, Observer: config.observer(), Front: t.clerk.front, Parts: core.Parts, NewPlace: t.newPlace, Patience: config.patience(), Now: core.Now}, Core: core,
	}
	if key.Type() == instance.Development {
		t.Adviser = &devlog.Adviser{Logger: config.Logger, Now: core.Now, Parties: config.AuthorizedParties}
	}
	if core.Keyring, err = sealed.NewKeyring(core.Parts.Keys); err != nil {
		return nil, configProblem("CookieKeys", err)
	}
	if err := t.connect(); err != nil {
		return nil, err
	}
	return t, errors.Join(t.makeLimits(), t.makeSessions(), t.makeAuthenticator(), t.makeProxy())
}

// patience is how long one request waits for Clerk, however many calls it makes.
func (c *Config) patience() time.Duration {
	if client := c.ClerkAPI.HTTPClient; client != nil && client.Timeout > 0 {
		return client.Timeout
	}
	return clerkapi.DefaultTimeout
}

// observer is told what happens.
func (c *Config) observer() observe.Observer {
	if c.Observer != nil {
		return c.Observer
	}
	return observe.Log(c.Logger)
}

// parts are what the parts of the instance are made from that packages above make.
func (c *Config) parts() *parts.Parts {
	now, records := clock.Or(c.Now), c.Stores.Records
	if records == nil {
		records = storage.NewMemory(storage.MemoryConfig{Now: now})
	}
	return &parts.Parts{
		Records: records, Shared: c.Stores.Records != nil,
		Keys:   sealed.Config{Keys: c.CookieKeys, SecretKey: instance.SecretKey(c.SecretKey), Now: now},
		Logger: c.Logger, Observer: c.observer(), Now: now,
	}
}

// makeLimits makes what counts rate limits.
func (t *tenant) makeLimits() error {
	store := t.config.Stores.RateLimits
	if store == nil {
		store = ratelimit.NewMemory(ratelimit.Config{Now: t.Core.Now})
	}
	var err error
	t.limits, err = limitstore.New(store, t.Observer, t.Core.Now)
	return configProblem("Stores.RateLimits", err)
}

// makeSessions makes what knows sessions at Clerk, and those that have ended.
func (t *tenant) makeSessions() error {
	core, source, frontend := t.Core, clerksource.NewBackend(t.api), clerksource.NewFrontend(t.frontend)
	core.Source = source
	var statesErr, tokensErr, usersErr, sessionsErr, reverifyErr error
	core.States, statesErr = sessionstate.New(source, core.Now)
	core.Tokens, tokensErr = outgoing.NewSource(outgoing.Config{Minter: clerksource.NewMinter(t.api), Now: core.Now})
	core.Users, usersErr = t.makeUsers()
	revocations := t.config.Stores.Revocations
	if revocations == nil {
		revocations = revocation.NewSet(core.Now)
	}
	core.Ended = ended.New(ended.Config{
		Revocations: revocations, States: core.States, Tokens: core.Tokens, Users: core.Users, Observer: t.Observer, Now: core.Now, Wanted: core.EndReading,
		Lifetime: t.config.Tokens.MaxLifetime + t.config.Tokens.OutageReading + 2*max(t.config.Tokens.ClockSkew, token.DefaultClockSkew),
	})
	core.Sessions, sessionsErr = session.New(session.Config{
		Reader: core.Ended.Reader(source), Revoker: core.Ended.Revoker(source), Profiles: source, Toucher: frontend, Logger: t.config.Logger,
	})
	core.Reverify, reverifyErr = reverify.New(reverify.Config{Frontend: frontend, Keyring: core.Keyring, Now: core.Now})
	return errors.Join(statesErr, tokensErr, usersErr, sessionsErr, reverifyErr)
}

// usersPart is the part of Clerk's limit that questions about users may take.
const usersPart = 4

// makeUsers makes what tells who users are.
func (t *tenant) makeUsers() (*user.Service, error) {
	requests, per := t.Core.Key.Type().RateLimit()
	return user.New(user.Config{
		Reader: clerksource.NewUsers(t.api), Now: t.Core.Now, Lifetime: t.config.ClerkAPI.UserLifetime, Requests: requests / usersPart, Per: per, Observer: t.Observer,
	})
}

// makeAuthenticator makes what decides who a request is.
func (t *tenant) makeAuthenticator() error {
	core, config := t.Core, t.config
	keys, err := t.keySource()
	if err != nil {
		return err
	}
	memory := token.NewMemory(config.Tokens.Remembered)
	minted, mintedErr := token.NewVerifier(token.Config{
		Keys: keys, Memory: memory, ClockSkew: config.Tokens.ClockSkew, MaxLifetime: config.Tokens.MaxLifetime, Now: core.Now, UnsafeSkipIssuer: true,
	})
	lapsed, lapsedErr := token.NewVerifier(token.Config{
		Keys: keys, Memory: memory, AuthorizedParties: config.AuthorizedParties, MaxLifetime: config.Tokens.MaxLifetime, Now: core.Now, UnsafeSkipIssuer: true,
	})
	asked, askedErr := backend.New(t.api, core.Key.Type(), config.Tokens.MachineID, core.Now, t.Observer)
	if err := errors.Join(mintedErr, lapsedErr, askedErr); err != nil {
		return err
	}
	core.Lapsed = lapsed.WithClockSkew(lapsedLife)
	authenticator, err := authn.New(t.decides(keys, memory, asked))
	if err != nil {
		return configProblem("MultiDomain.Satellite", err) // nothing else is left that authn could refuse
	}
	core.Selector = &selection.Selector{
		Keyring: core.Keyring, Binding: []byte(core.Key.String()), Sessions: core.States, Tokens: core.Tokens, Verifier: minted,
		Revocations: core.Ended, Now: core.Now,
	}
	reading, err := t.makeReading()
	if err != nil {
		return err
	}
	core.Resolver = resolve.New(resolve.Config{
		Reading: reading,
		Key:     core.Key, Authenticator: authenticator, Lapsed: core.Lapsed, Selector: core.Selector, Keyring: core.Keyring,
		Revoked: core.Ended.Revoked, MembershipRevoked: core.Ended.MembershipRevoked, Now: core.Now, Logger: config.Logger, ClockSkew: config.Tokens.ClockSkew, Satellite: core.SignIn.Satellite,
		UnsafeAcceptUnsolicitedHandshakes: config.Unsafe.AcceptUnsolicitedHandshakes,
	})
	return nil
}

// makeReading makes what knows whether pages may be read with a token that has ended; nil where that is off.
func (t *tenant) makeReading() (*resolve.Reading, error) {
	core, bound := t.Core, t.config.Tokens.OutageReading
	if bound == 0 {
		return nil, nil //nolint:nilnil // off is no error
	}
	sessions := core.Ended.Reader(core.Source)
	watch, err := outage.New(outage.Config{
		Ask: func(ctx context.Context, sessionID string) error {
			_, err := sessions.Session(ctx, sessionID)
			if errors.Is(err, session.ErrNotFound) {
				core.Ended.Remember(ctx, sessionID)
			}
			return err
		},
		Down: clerkapi.Down, Patience: t.config.patience(), Observer: t.Observer, Now: core.Now,
	})
	core.Outage = watch
	return &resolve.Reading{Bound: bound, Outage: watch, RevocationsKnown: core.Ended.Known}, err
}

// lapsedLife is how long ago a token may have expired whose user is still the one that a form is kept for.
const lapsedLife = 30 * 24 * time.Hour

// decides is how package authn decides.
func (t *tenant) decides(keys token.KeySource, memory *token.Memory, asked *backend.Backend) authn.Options {
	var machineID func(context.Context) (string, error)
	if t.config.Tokens.MachineID != "" || t.config.Tokens.MachineSecretKey != "" {
		machineID = asked.MachineID
	}
	return authn.Options{
		PublishableKey:                t.Core.Key,
		Keys:                          keys,
		Memory:                        memory,
		Backend:                       asked,
		MachineVerifier:               asked,
		MachineID:                     machineID,
		AuthorizedParties:             t.config.AuthorizedParties,
		Audiences:                     t.config.Tokens.Audiences,
		ClockSkew:                     t.config.Tokens.ClockSkew,
		MaxTokenLifetime:              t.config.Tokens.MaxLifetime,
		ProxyURL:                      t.config.ProxyURL,
		SignInURL:                     t.config.SignInURL,
		Satellite:                     t.config.MultiDomain.Satellite,
		SatelliteOrigins:              t.config.MultiDomain.SatelliteOrigins,
		OrganizationSync:              t.config.OrganizationSync,
		RecoverMissingAuthorizedParty: t.config.Tokens.RecoverMissingAuthorizedParty,
		Now:                           t.Core.Now,
		UnsafeSkipIssuer:              t.config.Unsafe.SkipIssuer,
		UnsafeAllowMissingSessionID:   t.config.Unsafe.AllowMissingSessionID,
	}
}

// makeProxy makes what passes requests of browsers on to the Frontend API, where a path for it is configured.
func (t *tenant) makeProxy() error {
	config := t.config
	if config.ProxyURL == "" {
		return nil
	}
	var transport http.RoundTripper // nil: net/http's own
	if config.ClerkAPI.HTTPClient != nil {
		transport = config.ClerkAPI.HTTPClient.Transport
	}
	var err error
	t.proxy, err = proxy.New(proxy.Config{
		URL: config.ProxyURL, BasePath: config.BasePath, Upstream: config.ClerkAPI.FrontendURL,
		PublishableKey: config.PublishableKey, SecretKey: instance.SecretKey(config.SecretKey),
		Visit: t.proxyVisit, Unreachable: t.proxyUnreachable, Transport: transport, Logger: config.Logger,
	})
	if err != nil {
		return configProblem("ProxyURL", err)
	}
	t.clerk.Exempt(t.proxy.Path())
	return nil
}

// keySource is where the keys come from that sign tokens.
func (t *tenant) keySource() (token.KeySource, error) {
	if t.config.Tokens.JWTKey != "" {
		keys, err := jwks.NewPEM(t.config.Tokens.JWTKey)
		return keys, configProblem("Tokens.JWTKey", err)
	}
	t.remoteKeys = jwks.NewRemote(jwks.RemoteConfig{Fetcher: t.api, Now: t.config.Now, Observer: t.Observer, Logger: t.config.Logger})
	return t.remoteKeys, nil
}

// connect makes the clients of Clerk's two APIs.
func (t *tenant) connect() error {
	var problems []error
	var err error
	t.api, err = clerkapi.New(clerkapi.Config{
		SecretKey: instance.SecretKey(t.config.SecretKey), MachineSecretKey: t.config.Tokens.MachineSecretKey, URL: t.config.ClerkAPI.URL, HTTPClient: t.config.ClerkAPI.HTTPClient, Observer: t.config.Observer, Now: t.Core.Now,
		ClockOff: t.tellClock,
	})
	problems = append(problems, configProblem("ClerkAPI.URL", err))
	t.frontend, err = clerkapi.NewFrontend(clerkapi.FrontendConfig{
		URL:          cmp.Or(t.config.ClerkAPI.FrontendURL, "https://"+t.Core.Key.FrontendAPI()),
		InstanceType: t.Core.Key.Type(),
		ProxyURL:     t.knownProxyURL(),
		SecretKey:    instance.SecretKey(t.config.SecretKey),
		HTTPClient:   t.config.ClerkAPI.HTTPClient,
		Observer:     t.config.Observer,
		Now:          t.Core.Now,
	})
	problems = append(problems, configProblem("ClerkAPI.FrontendURL", err))
	return errors.Join(problems...)
}

// maxClockAhead is how far the clock may be ahead before the log is told: tokens of a minute then still live for half of it.
const maxClockAhead = 30 * time.Second

// tellClock logs once that the clock is wrong. By a clock that is ahead, tokens expire early. By one that is behind, new tokens are from the future: more
// than the skew bars everybody.
func (t *tenant) tellClock(off time.Duration) {
	skew := cmp.Or(t.config.Tokens.ClockSkew, token.DefaultClockSkew)
	if -max(skew, 0) <= off && off <= max(maxClockAhead, skew) {
		return
	}
	t.clockTold.Do(func() {
		t.config.Logger.Warn("ginclerk: the clock of this machine is not Clerk's, so that good tokens are refused as expired or as from the future: set it",
			"ahead", off.Round(time.Second).String())
	})
}

// knownProxyURL is the absolute address of the proxy where it is known before any request: empty where it depends on one.
func (t *tenant) knownProxyURL() string {
	if t.config.ProxyURL == "" || t.config.ProxyURL[0] != '/' {
		return t.config.ProxyURL
	}
	if first, known := t.Core.Site.First(); known {
		return first.Absolute(strings.TrimRight(t.config.ProxyURL, "/"))
	}
	return ""
}

func configProblem(field string, err error) error {
	if err == nil {
		return nil
	}
	return &ConfigError{Field: field, Err: err}
}
