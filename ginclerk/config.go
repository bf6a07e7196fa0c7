package ginclerk

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/configcheck"
	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
	"github.com/ginclerk/ginclerk/ginclerk/internal/pasted"
	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// Defaults of a [Config].
const (
	defaultAPIURL           = "https://api.clerk.com"
	defaultFrontendAPIURL   = "https://frontend-api.clerk.dev"
	defaultMaxTokenLifetime = 24 * time.Hour
)

// Config configures a [Clerk]. The keys are required; everything else has a safe zero value. [ConfigFromEnv] reads it from
// the variables that Clerk's own SDKs read.
type Config struct {
	// PublishableKey and SecretKey name the Clerk instance; both must be of the same one ([Clerk.Check] asks Clerk).
	PublishableKey string
	SecretKey      string
	// Origins are the application's own addresses, such as https://app.example.com, the first being the one to use in
	// doubt. They are where redirects may lead and, unless AuthorizedParties is set, whose tokens are accepted. Each is one
	// exact origin; letter case, a default port and the spelling of an international name make no difference. Empty: the
	// address is taken from each request, and tokens of any party are accepted, which New warns about.
	Origins []string
	// SignInURL and SignUpURL are where signed-out browsers go: a path of the application or an absolute URL. Empty: Clerk's Account Portal,
	// or for sign-up SignInURL + "/create".
	SignInURL string
	SignUpURL string

	// AuthorizedParties are the origins whose session tokens are accepted (azp), written as Origins are. Empty: Origins.
	AuthorizedParties []string
	// BasePath is the path below which browsers reach the application where something in front takes it off, such as "/app".
	// All other paths of this configuration, of the pages and of redirect targets are those that Gin sees: the base path is put
	// in front of them where a browser is told one. Empty: what http.StripPrefix has taken off, behind what a trusted proxy
	// says in X-Forwarded-Prefix.
	BasePath string

	// ProxyURL is where browsers reach Clerk's Frontend API through the application: a path such as "/__clerk", or an
	// absolute URL with one. Empty: they reach it at its own host.
	ProxyURL string
	// APIURL is the Backend API's address; empty means https://api.clerk.com. It must be https, except on this machine.
	APIURL string
	// FrontendAPIURL is what the proxy forwards to, and where the server itself calls the Frontend API; as APIURL, it must
	// be https. Empty: https://frontend-api.clerk.dev for the proxy, the instance's own host for the server.
	FrontendAPIURL string
	// Satellite is set for an application on another domain than its Clerk instance's primary one.
	Satellite *authn.Satellite
	// SatelliteOrigins are the satellites of a primary application in development: where a browser that comes to be synced
	// may be sent back to. They are written as Origins are.
	SatelliteOrigins []string
	// OrganizationSync activates the organization that a path names, such as /orgs/:slug.
	OrganizationSync authn.OrganizationSync

	// JWTKey is the instance's public key as PEM. With it no signing keys are fetched. Empty: they come from the Backend API.
	JWTKey string
	// Audiences are compared with a token's aud. Session tokens rarely have one and pass without; OAuth tokens must have
	// one of them. Empty: not compared.
	Audiences []string
	// RecoverMissingAuthorizedParty sends a browser whose session cookie's token names no authorized party through one
	// handshake, instead of turning it away.
	RecoverMissingAuthorizedParty bool
	// ClockSkew is how far clocks may differ; 0 means [token.DefaultClockSkew].
	ClockSkew time.Duration
	// MaxTokenLifetime refuses session tokens with a longer life (exp - iat); 0 means 24 hours. Clerk
	// makes them for a minute.
	MaxTokenLifetime time.Duration

	// UnsafeSkipIssuer accepts session tokens of any issuer that the instance's key has signed, as Clerk's SDKs do. Off by
	// default: the issuer is the instance's Frontend API, the proxy or the satellite.
	UnsafeSkipIssuer bool
	// UnsafeAllowMissingSessionID accepts session tokens that name no session (sid), as Clerk's SDKs do. They can't be
	// revoked. Off by default.
	UnsafeAllowMissingSessionID bool

	// UnsafeAcceptUnsolicitedHandshakes believes the answer of a handshake in every browser, as Clerk's SDKs do: a link with
	// the answer of another user signs the browser in as that user. Off by default: an answer counts only in the browser that was sent
	// on that handshake. It is for tests that play Clerk's part themselves.
	UnsafeAcceptUnsolicitedHandshakes bool

	// Revocations remembers which sessions are ended although their tokens have not expired. Nil: in the memory of this
	// process; redisstore.NewRevocations shares them between replicas. It is not closed by [Clerk.Close].
	Revocations Revocations
	// Store keeps forms that wait to be sent again, and jobs. Nil: the memory of this process, so that they are lost when it
	// ends, as the pages then say; redisstore.NewStore shares them between replicas. The pages promise that a job goes on after
	// a restart where the store says that it keeps records ([storage.Lasting]).
	Store storage.Store
	// RateLimits counts what [Clerk.RateLimit] and [Clerk.RateLimits] limit. Nil: in the memory of this process;
	// redisstore.NewLimits counts for all replicas together.
	RateLimits ratelimit.Store
	// CookieKeys seal what this application keeps in browsers and in Store: secrets of at least 32 random bytes, of which the
	// first seals and all open, so that one can be replaced by putting the new one in front. Empty: the key is derived from
	// SecretKey, and what was sealed is lost when that is replaced.
	CookieKeys [][]byte

	// HTTPClient lends its Transport and Timeout to the calls to Clerk, which follow no redirects and keep no cookies; nil
	// means a timeout of ten seconds. It should be short: requests of browsers wait for it.
	HTTPClient *http.Client
	// Logger gets what an operator should see. Tokens, cookies and keys are never logged. nil: with the keys of a development instance,
	// warnings go to the standard error output; else nothing is logged. slog.New(slog.DiscardHandler) is silent.
	Logger *slog.Logger
	// Observer is told what happens: who requests are, what is refused, calls to Clerk, outages. nil: Logger is told of
	// decisions, refusals and outages, and of failed calls where they matter; [observe.Log] and [observe.All] tell it of everything.
	Observer observe.Observer
	// Now is the clock; nil means the system's.
	Now func() time.Time
}

// ConfigError is a problem with one field of a [Config].
type ConfigError struct {
	Field string // name of the field
	Err   error  // what is wrong and what to do
}

// Error returns the field and the problem.
func (e *ConfigError) Error() string { return "ginclerk: " + e.Field + ": " + e.Err.Error() }

// Unwrap returns the problem.
func (e *ConfigError) Unwrap() error { return e.Err }

// validate reports every problem at once.
func (c Config) validate() error {
	var problems []error
	check := func(field string, found ...error) {
		for _, err := range found {
			problems = append(problems, configProblem(field, err))
		}
	}
	publishableErr, secretErr := configcheck.Keys(c.PublishableKey, instance.SecretKey(c.SecretKey))
	check("JWTKey", configcheck.JWTKey(c.JWTKey))
	check("CookieKeys", configcheck.CookieKeys(c.CookieKeys))
	check("PublishableKey", publishableErr)
	check("SecretKey", secretErr)
	check("Origins", configcheck.Origins(c.Origins)...)
	check("AuthorizedParties", configcheck.Origins(c.AuthorizedParties)...)
	check("SatelliteOrigins", configcheck.Origins(c.SatelliteOrigins)...)
	check("BasePath", configcheck.BasePath(c.BasePath))
	check("SignInURL", configcheck.Page(c.SignInURL, c.BasePath))
	check("SignUpURL", configcheck.Page(c.SignUpURL, c.BasePath))
	check("ProxyURL", configcheck.Proxy(c.ProxyURL, c.BasePath, c.Origins))
	check("APIURL", configcheck.API(c.APIURL, defaultAPIURL))
	check("FrontendAPIURL", configcheck.API(c.FrontendAPIURL, defaultFrontendAPIURL))
	if c.Satellite != nil {
		check("Satellite", configcheck.Domain(c.Satellite.Domain))
	}
	check("OrganizationSync", configcheck.OrganizationSync(c.OrganizationSync)...)
	check("Audiences", configcheck.Audiences(c.Audiences)...)
	check("ClockSkew", configcheck.Duration(c.ClockSkew, time.Millisecond))
	check("MaxTokenLifetime", configcheck.Duration(c.MaxTokenLifetime, time.Second))
	return errors.Join(problems...)
}

// withDefaults returns a copy with the defaults filled in and every origin as browsers send it. The configuration must be valid.
func (c Config) withDefaults() Config {
	for _, list := range []*[]string{&c.Origins, &c.AuthorizedParties, &c.SatelliteOrigins} {
		origins, _ := origin.ParseList(*list) // validated
		*list = origin.Texts(origins)
	}
	c.BasePath = strings.TrimRight(c.BasePath, "/")
	if c.APIURL == "" {
		c.APIURL = defaultAPIURL
	}
	if len(c.AuthorizedParties) == 0 {
		c.AuthorizedParties = c.Origins
	}
	if c.MaxTokenLifetime == 0 {
		c.MaxTokenLifetime = defaultMaxTokenLifetime
	}
	if c.Logger == nil {
		c.Logger = c.defaultLogger()
	}
	return c
}

// defaultLogger writes warnings about a development instance to the standard error output.
func (c Config) defaultLogger() *slog.Logger {
	if !strings.HasPrefix(c.PublishableKey, "pk_test_") {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// site is what the configuration says about where the application is.
func (c Config) site() (*visit.Site, error) {
	origins, err := origin.ParseList(c.Origins)
	if err != nil {
		return nil, configProblem("Origins", err)
	}
	site, err := visit.NewSite(origins, c.BasePath)
	return site, configProblem("Origins", err)
}

// ConfigFromEnv reads a [Config] from the environment: CLERK_PUBLISHABLE_KEY, CLERK_SECRET_KEY, CLERK_JWT_KEY,
// CLERK_SIGN_IN_URL, CLERK_SIGN_UP_URL, CLERK_PROXY_URL, CLERK_API_URL, CLERK_FAPI_URL, CLERK_DOMAIN and
// CLERK_IS_SATELLITE, as Clerk's own SDKs name them, and CLERK_AUTHORIZED_PARTIES, a comma list of the application's origins.
// White space and quotes around a value are taken off, as some readers of .env files leave them. Missing variables leave zero values,
// which New reports where they matter. Origins is not set: only the application knows it, and AuthorizedParties alone does not say
// where redirects may lead.
func ConfigFromEnv() Config {
	value := func(name string) string { return pasted.Bare(os.Getenv(name)) }
	config := Config{
		PublishableKey:    value("CLERK_PUBLISHABLE_KEY"),
		SecretKey:         value("CLERK_SECRET_KEY"),
		JWTKey:            value("CLERK_JWT_KEY"),
		AuthorizedParties: pasted.List(os.Getenv("CLERK_AUTHORIZED_PARTIES")),
		SignInURL:         value("CLERK_SIGN_IN_URL"),
		SignUpURL:         value("CLERK_SIGN_UP_URL"),
		ProxyURL:          value("CLERK_PROXY_URL"),
		APIURL:            value("CLERK_API_URL"),
		FrontendAPIURL:    value("CLERK_FAPI_URL"),
	}
	if pasted.IsTrue(os.Getenv("CLERK_IS_SATELLITE")) {
		config.Satellite = &authn.Satellite{Domain: value("CLERK_DOMAIN")}
	}
	return config
}

// String keeps the keys out of text.
func (c Config) String() string { return "ginclerk.Config{…}" }

// Format keeps the keys out of text of every verb. Package fmt does not ask it where a Config is in an unexported field of a
// struct: keep a pointer there.
func (c Config) Format(state fmt.State, _ rune) { unprinted.Write(state, c.String()) }

// LogValue keeps the keys out of logs.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalText keeps the keys out of JSON.
func (c Config) MarshalText() ([]byte, error) { return []byte(c.String()), nil }
