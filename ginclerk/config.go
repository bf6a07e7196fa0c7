package ginclerk

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/configcheck"
	"github.com/ginclerk/ginclerk/ginclerk/internal/devlog"
	"github.com/ginclerk/ginclerk/ginclerk/internal/nilvalue"
	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
	"github.com/ginclerk/ginclerk/ginclerk/internal/party"
	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

// Defaults of a [Config].
const (
	defaultAPIURL           = "https://api.clerk.com"
	defaultFrontendAPIURL   = "https://frontend-api.clerk.dev"
	defaultMaxTokenLifetime = 24 * time.Hour
)

// Config configures a [Clerk]. The keys are required; everything else has a safe zero value. Most applications set the first five
// fields and no others. [ConfigFromEnv] reads a Config from the variables that Clerk's own SDKs read.
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

	// AuthorizedParties are the origins whose session tokens are accepted (azp), written as Origins are, or as a program with a scheme of its own
	// has them (tauri://localhost). Empty: Origins. For some routes alone: [ServeClients].
	AuthorizedParties []string
	// BasePath is the path below which browsers reach the application where something in front takes it off, such as "/app".
	// All other paths of this configuration, of the pages and of redirect targets are those that Gin sees: the base path is put
	// in front of them where a browser is told one. Empty: what http.StripPrefix has taken off, behind what a trusted proxy
	// says in X-Forwarded-Prefix.
	BasePath string

	// ProxyURL is where browsers reach Clerk's Frontend API through the application: a path such as "/__clerk", which [Clerk.MountProxy]
	// serves, or an absolute URL with one, where a proxy of another program may be. Empty: they reach it at its own host.
	ProxyURL string
	// CookieKeys seal what this application keeps in browsers and in Stores.Records: secrets of at least 32 random bytes, of which the
	// first seals and all open, so that one can be replaced by putting the new one in front. Empty: the key is derived from
	// SecretKey, and what was sealed is lost when that is replaced.
	CookieKeys [][]byte
	// OrganizationSync activates the organization that a path names, such as /orgs/:slug. The zero value activates none.
	OrganizationSync authn.OrganizationSync

	// MultiDomain is for applications on several domains that share one Clerk instance. The zero value is for one domain.
	MultiDomain MultiDomain
	// Tokens says what else is asked of a token, beside its signature and AuthorizedParties. The zero value has safe defaults.
	Tokens TokenChecks
	// Stores are where the application keeps what it remembers. The zero value keeps it in the memory of this process.
	Stores Stores
	// ClerkAPI says how Clerk is called. The zero value calls Clerk's own addresses.
	ClerkAPI ClerkAPI
	// Unsafe turns off checks that Clerk's SDKs do without. The zero value turns off none.
	Unsafe Unsafe

	// Logger gets what an operator should see. Tokens, cookies and keys are never logged. nil: with the keys of a development instance,
	// warnings go to the standard error output, each once a minute at most; else nothing is logged. With these keys a warning says, too, why
	// requests are refused and what to change. slog.New(slog.DiscardHandler) is silent.
	Logger *slog.Logger
	// Observer is told what happens: who requests are, what is refused, calls to Clerk, outages. nil means [observe.Log] with the Logger,
	// which is then not told of the calls to Clerk themselves: what a failed call means for a request is told in any case. [observe.All]
	// joins one of the application's and [observe.Log].
	Observer observe.Observer
	// Now is the clock; nil means the system's.
	Now func() time.Time
}

// ConfigError is a problem with one field of a [Config].
type ConfigError struct {
	Field string // name of the field as Go code writes it: SecretKey, Tokens.ClockSkew
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
	c.unreadable(check)
	check("Tokens.JWTKey", configcheck.JWTKey(c.Tokens.JWTKey))
	check("CookieKeys", configcheck.CookieKeys(c.CookieKeys))
	check("PublishableKey", publishableErr)
	check("SecretKey", secretErr)
	check("Tokens.MachineSecretKey", configcheck.MachineSecretKey(c.Tokens.MachineSecretKey))
	check("Tokens.MachineID", configcheck.MachineID(c.Tokens.MachineID))
	check("Origins", configcheck.Origins(c.Origins)...)
	_, partiesErr := party.Exact(c.AuthorizedParties)
	check("AuthorizedParties", partiesErr)
	check("MultiDomain.SatelliteOrigins", configcheck.Origins(c.MultiDomain.SatelliteOrigins)...)
	check("BasePath", configcheck.BasePath(c.BasePath))
	check("SignInURL", configcheck.Page(c.SignInURL, c.BasePath))
	check("SignUpURL", configcheck.Page(c.SignUpURL, c.BasePath))
	check("ProxyURL", configcheck.Proxy(c.ProxyURL, c.BasePath, c.Origins))
	check("ClerkAPI.URL", configcheck.API(c.ClerkAPI.URL, defaultAPIURL))
	check("ClerkAPI.FrontendURL", configcheck.API(c.ClerkAPI.FrontendURL, defaultFrontendAPIURL))
	check("ClerkAPI.UserLifetime", configcheck.Duration(c.ClerkAPI.UserLifetime, time.Second))
	if c.MultiDomain.Satellite != nil {
		check("MultiDomain.Satellite", configcheck.Domain(c.MultiDomain.Satellite.Domain))
	}
	check("OrganizationSync", configcheck.OrganizationSync(c.OrganizationSync)...)
	check("Tokens.Audiences", configcheck.Audiences(c.Tokens.Audiences)...)
	c.checkParts(check)
	check("Tokens.ClockSkew", configcheck.Duration(c.Tokens.ClockSkew, time.Millisecond))
	check("Tokens.OutageReading", configcheck.OutageReading(c.Tokens.OutageReading))
	check("Tokens.MaxLifetime", configcheck.Duration(c.Tokens.MaxLifetime, time.Second))
	return errors.Join(problems...)
}

// checkParts checks the parts that the application has made.
func (c Config) checkParts(check func(field string, found ...error)) {
	check("Stores.Revocations", nilvalue.Check(c.Stores.Revocations))
	check("Stores.Records", nilvalue.Check(c.Stores.Records))
	check("Stores.RateLimits", nilvalue.Check(c.Stores.RateLimits))
	check("Observer", nilvalue.Check(c.Observer))
	check("Logger", configcheck.Logger(c.Logger))
	check("ClerkAPI.HTTPClient", configcheck.HTTPClient(c.ClerkAPI.HTTPClient))
}

// withDefaults returns a copy with the defaults filled in and every origin as browsers send it. The configuration must be valid.
func (c Config) withDefaults() Config {
	for _, list := range []*[]string{&c.Origins, &c.MultiDomain.SatelliteOrigins} {
		origins, _ := origin.ParseList(*list) // validated
		*list = origin.Texts(origins)
	}
	c.AuthorizedParties, _ = party.Exact(c.AuthorizedParties)
	c.BasePath = strings.TrimRight(c.BasePath, "/")
	if c.ClerkAPI.URL == "" {
		c.ClerkAPI.URL = defaultAPIURL
	}
	if len(c.AuthorizedParties) == 0 {
		c.AuthorizedParties = c.Origins
	}
	if c.Tokens.MaxLifetime == 0 {
		c.Tokens.MaxLifetime = defaultMaxTokenLifetime
	}
	if c.Logger == nil {
		c.Logger = c.defaultLogger()
	}
	return c
}

// defaultLogger writes warnings about a development instance to the standard error output, each once a minute at most.
func (c Config) defaultLogger() *slog.Logger {
	if !strings.HasPrefix(c.PublishableKey, "pk_test_") {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(devlog.NewHandler(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
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

// printed is a Config as text.
const printed = "ginclerk.Config{…}"

// Format keeps the keys out of text of every verb. Package fmt does not ask it where a Config is in an unexported field of a
// struct: keep a pointer there.
func (c Config) Format(state fmt.State, _ rune) { unprinted.Write(state, printed) }

// MarshalText keeps the keys out of JSON and out of logs.
func (c Config) MarshalText() ([]byte, error) { return []byte(printed), nil }
