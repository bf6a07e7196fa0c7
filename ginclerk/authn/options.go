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

// Backend makes the calls to Clerk's Backend API that a decision may need. Implementations are safe for concurrent use and return when
// the context ends. An error that Clerk answered with has a method ErrorCode() string, which returns Clerk's first error code. An error
// that matches [ErrUnreachable] says that Clerk gave no usable answer.
type Backend interface {
	// RefreshSession renews a session from its expired token and the browser's refresh token, and returns Set-Cookie
	// values.
	RefreshSession(ctx context.Context, sessionID string, r Refresh) (setCookie []string, err error)
	// HandshakePayload exchanges a handshake nonce for Set-Cookie values. The context has the client address of the request
	// ([ClientIP]).
	HandshakePayload(ctx context.Context, nonce string) (setCookie []string, err error)
}

// ErrUnreachable matches errors of a [Backend] or a [MachineVerifier] that could not reach Clerk.
var ErrUnreachable = errors.New("authn: Clerk's Backend API could not be reached")

// ErrNoAnswer matches those errors of a [Backend] that match [ErrUnreachable] because Clerk gave no answer at all, or failed by its own fault
// (5xx). Another refusal to answer, such as of too many requests, does not match it.
var ErrNoAnswer = errors.New("authn: Clerk gave no answer")

// ErrNotAsked matches errors of a [Backend] that knows the answer to a question without asking Clerk.
var ErrNotAsked = errors.New("authn: Clerk was not asked again")

// Refresh is what Clerk needs to renew a session token.
type Refresh struct {
	ExpiredToken    string
	RefreshToken    string
	RequestOrigin   string              // scheme://host[:port] of the application
	RequestHeaders  map[string][]string // headers of the request that describe the browser
	SuffixedCookies bool                // the answer sets the cookies with the instance's suffix
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
	// AuthorizedParties are the origins whose tokens are accepted (azp). When the list is empty, azp is not checked.
	AuthorizedParties []string
	// Audiences are compared with the aud of tokens that have one. When the list is empty, aud is not checked.
	Audiences []string
	// ClockSkew is how far clocks may differ. Zero is token.DefaultClockSkew; below zero allows no skew.
	ClockSkew time.Duration
	// MaxTokenLifetime is the longest lifetime (exp - iat) of an accepted session token. Zero is no limit.
	MaxTokenLifetime time.Duration
	// ProxyURL is the address of the Frontend API behind a proxy: absolute, or a path of the application itself. Empty: the
	// host that the publishable key names.
	ProxyURL string
	// SignInURL is the absolute address of the primary application's sign-in page, to which a development satellite redirects browsers
	// to sync.
	SignInURL string
	// Satellite describes an application on another domain than the instance's primary application; nil for a primary application.
	Satellite *Satellite
	// SatelliteOrigins are the origins that a primary development application gives a dev browser token to.
	SatelliteOrigins []string
	// OrganizationSync activates the organization that the URL names.
	OrganizationSync OrganizationSync
	// MachineVerifier verifies opaque machine tokens. Nil refuses them on every route.
	MachineVerifier MachineVerifier
	// MachineID returns the id (mch_…) of the machine that the application is. It is asked about each M2M token that is a JWT: the token is
	// accepted only if its scopes name this machine. Clerk itself does so with opaque tokens, for a MachineVerifier that asks with the
	// machine's secret key. An error that matches [ErrUnreachable] is no refusal. Nil accepts tokens for every machine of the instance, as
	// Clerk's SDKs do.
	MachineID func(context.Context) (string, error)
	// RecoverMissingAuthorizedParty redirects the browser to one handshake when AuthorizedParties are configured and the token of its
	// session cookie names no party: the next token may name one. Clerk's SDKs return signed out at once. A token that names another
	// party is never recovered. Off by default.
	RecoverMissingAuthorizedParty bool
	// Memory keeps tokens that were accepted. Nil is a memory of the Authenticator's own; see [token.Config].
	Memory *token.Memory
	// Now is the clock. Nil is the wall clock.
	Now func() time.Time

	// UnsafeSkipIssuer accepts tokens with any issuer if the instance's key signed them, as Clerk's SDKs do by default.
	UnsafeSkipIssuer bool
	// UnsafeAllowMissingSessionID accepts session tokens that name no session, as Clerk's SDKs do.
	UnsafeAllowMissingSessionID bool
}

// Satellite configures an application that shares the sessions of a primary one on another domain.
type Satellite struct {
	Domain   string // the satellite's domain, without a scheme
	AutoSync bool   // sync on the first visit, before a sign-in
}

// OrganizationSync holds path patterns in Clerk's syntax. An organization pattern has a parameter :id or :slug.
type OrganizationSync struct {
	OrganizationPatterns    []string
	PersonalAccountPatterns []string
}

// lenientClockSkew is the skew that Clerk's SDKs allow for a fresh token on a development machine whose clock is wrong.
const lenientClockSkew = 24 * time.Hour

// Authenticator decides who requests are. Make one with [New]; it is immutable and safe for concurrent use.
type Authenticator struct {
	options    Options
	key        instance.PublishableKey
	issuerHost string
	tokens     *token.Verifier
	lenient    *token.Verifier // for tokens that Clerk has just made, in development
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
		Memory:                      a.options.Memory,
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

// issuers returns the accepted values of iss: the addresses of the Frontend API, of the proxy, and of the satellite.
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

// Client is who sent a request.
type Client interface {
	// ClientIP is the browser's address as far as the caller trusts it; "" where it is unknown.
	ClientIP() string
}

// Request is one request to decide about.
type Request struct {
	HTTP *http.Request
	// Context bounds calls to Clerk. Nil: that of HTTP.
	Context context.Context //nolint:containedctx // a Request lives as long as one call
	// Origin is scheme://host[:port] of the application as the browser knows it. Empty: what the
	// connection and the Host header say.
	Origin string
	// BasePath is what the browser has between the origin and the path of the request, such as "/app", when a proxy has removed it.
	BasePath string
	// AccountPath is what the browser has between BasePath and the path of the request, such as "/u/1", where each account has a path of
	// its own. The proxy of the Frontend API is not below it.
	AccountPath string
	// Client knows the browser's address. It is asked only where Clerk is told the address. Nil: unknown.
	Client Client
	// Accepts says which kinds of tokens the route accepts. The zero value accepts session tokens only.
	Accepts Accepts
	// Cookies are Clerk's cookies of the request when the caller has parsed them, and chosen among those that the browser sent more
	// than once. Nil: those of HTTP, the first of each name.
	Cookies *clerkcookie.Jar

	// IgnoreAnswer decides without the answer of a handshake that the request may have, and keeps the answer out of the address that
	// a handshake returns to. When it is off, every valid answer counts, as in Clerk's SDKs.
	IgnoreAnswer bool
	// RedirectCount is how many handshakes in a row the browser has been redirected to, as far as the caller knows. The larger one of
	// this and the browser's own counter is used. Clerk's SDKs let the browser's counter expire after two seconds.
	RedirectCount int64
	// Passive is set for a request that no person made, such as a prefetch. It is never redirected to a handshake and renews nothing;
	// [State.Held] reports that it would have been.
	Passive bool
	// BeforeRenewal is asked before Clerk is asked to renew the session of a GET. Its error, which is the state's Upstream then, says that
	// Clerk is known not to answer, so that it is not asked. Nil: Clerk is asked.
	BeforeRenewal func() error
}

func (r Request) context() context.Context {
	if r.Context != nil {
		return r.Context
	}
	return r.HTTP.Context()
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
