package authn

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkcookie"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"
	"github.com/ginclerk/ginclerk/ginclerk/token"

	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
)

// Backend is what a decision may ask of Clerk's Backend API. Implementations are safe for concurrent use and bounded in
// time by the context. An error that Clerk answered with has a method ErrorCode() string with Clerk's first error code;
// one that matches [ErrUnreachable] says that there was no usable answer.
type Backend interface {
	// RefreshSession renews a session from its expired token and the browser's refresh token, and returns Set-Cookie
	// values.
	RefreshSession(ctx context.Context, sessionID string, r Refresh) (setCookie []string, err error)
	// HandshakePayload exchanges a handshake nonce for Set-Cookie values. The context has the address that the request comes
	// from ([ClientIP]).
	HandshakePayload(ctx context.Context, nonce string) (setCookie []string, err error)
}

// ErrUnreachable marks errors of a [Backend] that mean: Clerk could not be asked.
var ErrUnreachable = errors.New("authn: Clerk's Backend API could not be reached")

// Refresh is what Clerk asks for to renew a session token.
type Refresh struct {
	ExpiredToken    string
	RefreshToken    string
	RequestOrigin   string              // scheme://host[:port] of the application
	RequestHeaders  map[string][]string // headers of the request that describe the browser
	SuffixedCookies bool                // which cookies the answer shall set
}

// String keeps the tokens out of text.
func (r Refresh) String() string { return "authn.Refresh{…}" }

// Format keeps the tokens out of text of every verb.
func (r Refresh) Format(state fmt.State, _ rune) { unprinted.Write(state, r.String()) }

// LogValue keeps the tokens out of logs.
func (r Refresh) LogValue() slog.Value { return slog.StringValue(r.String()) }

// MarshalText keeps the tokens out of JSON.
func (r Refresh) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Options configure an [Authenticator]. PublishableKey, Keys and Backend are required.
type Options struct {
	PublishableKey instance.PublishableKey
	Keys           token.KeySource
	Backend        Backend
	// AuthorizedParties are the origins whose tokens are accepted (azp). None: azp is not checked.
	AuthorizedParties []string
	// Audiences are compared with a token's aud where it has one. None: not compared.
	Audiences []string
	// ClockSkew is how far clocks may differ; 0 means token.DefaultClockSkew.
	ClockSkew time.Duration
	// MaxTokenLifetime refuses session tokens that live longer (exp - iat); 0 means no limit.
	MaxTokenLifetime time.Duration
	// ProxyURL is where the Frontend API is reached: absolute, or a path of the application itself. Empty: at the
	// host that the publishable key names.
	ProxyURL string
	// SignInURL is where a development satellite sends browsers to be synced; absolute.
	SignInURL string
	// Satellite describes an application on another domain than the instance's; nil for a primary application.
	Satellite *Satellite
	// SatelliteOrigins are the origins that a primary development application hands a dev browser to.
	SatelliteOrigins []string
	// OrganizationSync activates the organization that the URL names.
	OrganizationSync OrganizationSync
	// MachineVerifier verifies opaque machine tokens. Nil: they are refused, wherever a request may present them.
	MachineVerifier MachineVerifier
	// RecoverMissingAuthorizedParty sends the browser through one handshake where AuthorizedParties are configured and its
	// session cookie's token names none, in the hope of a token that does; Clerk says signed out at once. A token that
	// names another party is never recovered. Off by default.
	RecoverMissingAuthorizedParty bool
	// Now is the clock; nil means the system's.
	Now func() time.Time

	// UnsafeSkipIssuer accepts tokens of any issuer that the instance's key has signed, as Clerk's SDKs do unless asked.
	UnsafeSkipIssuer bool
	// UnsafeAllowMissingSessionID accepts session tokens that name no session, as Clerk's SDKs do.
	UnsafeAllowMissingSessionID bool
}

// Satellite configures an application that shares the sessions of a primary one on another domain.
type Satellite struct {
	Domain   string // of the satellite, without scheme
	AutoSync bool   // sync on the first visit, without waiting for a sign-in
}

// OrganizationSync holds path patterns in Clerk's syntax. An organization pattern has a parameter :id or :slug.
type OrganizationSync struct {
	OrganizationPatterns    []string
	PersonalAccountPatterns []string
}

// lenientClockSkew is what Clerk allows for a fresh token on a development machine whose clock is wrong.
const lenientClockSkew = 24 * time.Hour

// Authenticator decides who requests are. Make one with [New]; it is immutable and safe for concurrent use.
type Authenticator struct {
	options    Options
	key        instance.PublishableKey
	issuerHost string
	tokens     *token.Verifier
	lenient    *token.Verifier // for what Clerk has just made, in development
	orgs       *organizationMatcher
	now        func() time.Time
}

// New checks the options and reports every problem with them at once. It does no network I/O.
func New(o Options) (*Authenticator, error) {
	a := &Authenticator{options: o, key: o.PublishableKey, issuerHost: o.PublishableKey.FrontendAPI(), now: clock.Or(o.Now)}
	if a.satellite() {
		a.issuerHost = a.key.FrontendAPIFor(instance.Deployment{Domain: o.Satellite.Domain, Satellite: true})
	}
	var problems []error
	if o.PublishableKey.IsZero() {
		problems = append(problems, errors.New("authn: a publishable key is required"))
	}
	if o.Backend == nil {
		problems = append(problems, errors.New("authn: a Backend is required"))
	}
	problems = append(problems, a.checkSatellite())
	var err error
	if a.orgs, err = newOrganizationMatcher(o.OrganizationSync); err != nil {
		problems = append(problems, err)
	}
	if err := a.makeVerifiers(); err != nil {
		problems = append(problems, err)
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return a, nil
}

func (a *Authenticator) makeVerifiers() error {
	config := token.Config{
		Keys:                        a.options.Keys,
		AuthorizedParties:           a.options.AuthorizedParties,
		Audiences:                   a.options.Audiences,
		Issuers:                     a.issuers(),
		ClockSkew:                   a.options.ClockSkew,
		MaxLifetime:                 a.options.MaxTokenLifetime,
		Now:                         a.now,
		UnsafeSkipIssuer:            a.options.UnsafeSkipIssuer,
		UnsafeAllowMissingSessionID: a.options.UnsafeAllowMissingSessionID,
	}
	var err error
	if a.tokens, err = token.NewVerifier(config); err != nil {
		return fmt.Errorf("authn: %w", err)
	}
	a.lenient = a.tokens.WithClockSkew(lenientClockSkew)
	return nil
}

// issuers are the addresses that this instance may issue session tokens as: its Frontend API, the proxy, the satellite's.
func (a *Authenticator) issuers() []string {
	issuers := []string{"https://" + a.key.FrontendAPI()}
	if strings.HasPrefix(a.options.ProxyURL, "http") {
		issuers = append(issuers, strings.TrimRight(a.options.ProxyURL, "/"))
	}
	if a.issuerHost != a.key.FrontendAPI() {
		issuers = append(issuers, "https://"+a.issuerHost)
	}
	return issuers
}

func (a *Authenticator) checkSatellite() error {
	if !a.satellite() {
		return nil
	}
	var problems []error
	if a.options.SignInURL == "" && !a.production() {
		problems = append(problems, errors.New("authn: a development satellite needs the primary application's SignInURL"))
	}
	if a.options.SignInURL != "" {
		if origin, _ := originOf(a.options.SignInURL); origin == "" {
			problems = append(problems, errors.New("authn: a satellite's SignInURL must be absolute"))
		}
	}
	if a.options.Satellite.Domain == "" && a.options.ProxyURL == "" {
		problems = append(problems, errors.New("authn: a satellite needs a Domain or a ProxyURL"))
	}
	return errors.Join(problems...)
}

func (a *Authenticator) production() bool { return a.key.Type() == instance.Production }
func (a *Authenticator) satellite() bool  { return a.options.Satellite != nil }

// frontendAPI returns the base address of the Frontend API for a request to an application at the given address, without a
// trailing slash.
func (a *Authenticator) frontendAPI(application string) string {
	switch proxy := a.options.ProxyURL; {
	case strings.HasPrefix(proxy, "/"):
		return application + strings.TrimRight(proxy, "/")
	case proxy != "":
		return strings.TrimRight(proxy, "/")
	default:
		return "https://" + a.issuerHost
	}
}

// Request is one request to decide about.
type Request struct {
	HTTP *http.Request
	// Origin is scheme://host[:port] of the application as the browser knows it. Empty: what the
	// connection and the Host header say.
	Origin string
	// BasePath stands between the origin and the request's path for the browser, such as "/app": something in front has taken it off.
	BasePath string
	// ClientIP is the browser's address, as far as the caller trusts it; Clerk is told it with a refresh. Empty: it is not.
	ClientIP string
	// Accepts says which kinds of tokens the route takes; the zero value is session tokens only.
	Accepts Accepts
	// Cookies are Clerk's cookies of the request when the caller has parsed them, and chosen among those that the browser sent more
	// than once. Nil: those of HTTP, the first of each name.
	Cookies *clerkcookie.Jar

	// IgnoreAnswer decides as if the request brought no answer of a handshake, and keeps the answer out of the address that
	// a handshake returns to. Off, whoever brings an answer is believed, as Clerk's SDKs do.
	IgnoreAnswer bool
	// RedirectCount is how often in a row the caller knows the browser to have been sent to a handshake. It counts where it
	// is more than the browser's own counter says, which Clerk's SDKs give a life of two seconds.
	RedirectCount int64
	// Passive is set for a request that nobody made on purpose, such as a prefetch. It is sent to no handshake and renews
	// nothing; [State.Held] then tells that one was due.
	Passive bool
}

// String keeps the request's cookies and tokens out of text.
func (r Request) String() string { return "authn.Request{" + r.Origin + "}" }

// Format keeps the request's cookies and tokens out of text of every verb.
func (r Request) Format(state fmt.State, _ rune) { unprinted.Write(state, r.String()) }

// LogValue keeps the request's cookies and tokens out of logs.
func (r Request) LogValue() slog.Value { return slog.StringValue(r.String()) }

// MarshalText keeps the request's cookies and tokens out of JSON.
func (r Request) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

func (r Request) origin() string {
	if r.Origin != "" {
		return r.Origin
	}
	return requestOrigin(r.HTTP)
}
