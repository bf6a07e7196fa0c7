package clerktest

import (
	"cmp"
	"crypto/rsa"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"regexp"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// Config says what kind of Clerk to embed. The zero value is a development instance with [DefaultSeed] on a free loopback port.
type Config struct {
	// Type is the kind of instance; "" = instance.Development.
	Type instance.Type
	// Addr is the address to listen on; "" = a free port of 127.0.0.1. It must be a loopback address.
	Addr string
	// UnsafeListenBeyondLoopback allows other addresses. Then everyone who reaches the server can sign in as any user.
	UnsafeListenBeyondLoopback bool
	// Clock is the server's clock; nil = a new ticking clock.
	Clock *Clock
	// Origins are the application's own origins, such as http://localhost:8080: redirects may lead to them, and the first is the
	// authorized party (azp) of the tokens that [Server.Bearer] and [Server.MintToken] make. None: redirects may lead to every http or
	// https origin on loopback, and tokens are for [DefaultOrigin].
	Origins []string
	// State is what [Server.State] of an earlier server of this Type returned: the server goes on from there, with its keys. Nil = it
	// begins with the Seed, to which [Server.Reset] returns in both cases.
	State []byte
	// Seed is the server's state at the start; nil = [DefaultSeed].
	Seed *Seed
	// FrontendAPI is the host in the publishable key; "" = a new one. No server listens there: the application reaches the
	// Frontend API at [Server.FrontendURL]. If a test puts a server for that host in front, and the host is clerk.<domain>, a
	// production instance sets the cookies for the application on <domain>, as Clerk does.
	FrontendAPI string
	// KeyID is the id of the signing key; "" = a new one.
	KeyID string
	// TokenLifetime is how long session tokens live; 0 = a minute.
	TokenLifetime time.Duration
	// SessionLifetime is how long sessions last before they expire; 0 = seven days.
	SessionLifetime time.Duration
	// InactivityTimeout is how long a session may be unused before it is abandoned; 0 = thirty days.
	InactivityTimeout time.Duration
	// SingleSession allows one session at a time in a browser (Clerk: multi-session handling is off). Beginning another sign-in
	// is an error, session_exists. A sign-in that completes nevertheless replaces the session.
	SingleSession bool
	// ForceOrganizationSelection leaves users no personal account (Clerk: membership is required). A new session has the user's only
	// organization as its active one. If the user has several or none, and the seed names none, the session is pending until the user
	// chooses one.
	ForceOrganizationSelection bool
	// OrganizationAtSignIn makes the first organization that a user joined the active one of a new session, unless the seed names
	// another. By default that is the personal account.
	OrganizationAtSignIn bool
	// Usernames and PhoneNumbers are optional fields of accounts, with which users can also sign in. The code in every text message
	// is 424242.
	Usernames, PhoneNumbers bool
	// SocialProvider turns a made-up social provider on (strategy oauth_custom_mock). Its page asks for an e-mail address, and lets
	// everyone be whoever they say.
	SocialProvider bool
	// DestroyClientOnSignOut deletes a browser's client when it signs out of all sessions. By default the client stays, without sessions.
	DestroyClientOnSignOut bool
	// SignInPath and SignUpPath are the application's paths of the Account Portal; "" = /sign-in and /sign-up.
	SignInPath, SignUpPath string
	// ServePortal makes the server itself serve the Account Portal at those paths, for applications that don't. Without a redirect_url
	// its pages lead to the first of [Server.Origins].
	ServePortal bool
	// ServeDashboard makes the server itself serve a page at / for the developer on this machine: users with a button to sign in as each,
	// sessions, codes, webhooks, faults and the clock. It answers only requests from loopback to a loopback host that no proxy has
	// forwarded, and changes something only for forms of its own page.
	ServeDashboard bool
	// ShowSeededUsers lists the seeded users with their passwords on the sign-in page.
	ShowSeededUsers bool
	// ApplicationName is the name on the pages; "" = "Test application".
	ApplicationName string
	// RateLimits turns Clerk's rate limits on, in windows of ten seconds of Clock. Backend API: [DevelopmentRateLimit] or
	// [ProductionRateLimit] requests, and ten changes (PATCH, and PUT of metadata) of one user, organization or membership; the key set
	// has no limit. Frontend API: five new sign-ins and five new sign-ups, three attempts at either, by IP address (the first of
	// X-Forwarded-For). Beyond them the answer is 429 with Retry-After.
	RateLimits bool
	// Webhooks are endpoints that receive events from the start. Without any, [Server.AddWebhook] adds them later. Creating the
	// seed sends no events. [Server.Webhooks] returns the signing secrets of the endpoints.
	Webhooks []WebhookEndpoint
	// UnsafeWebhooksBeyondLoopback allows webhooks to other machines. They then receive users with their private metadata.
	UnsafeWebhooksBeyondLoopback bool
	// StartUnavailable starts the server in the state of [Server.SetUnavailable].
	StartUnavailable bool
	// Logger logs the server's internal errors; nil = no log. It never logs a token, key or cookie.
	Logger *slog.Logger

	signingKey *rsa.PrivateKey // nil: a fresh one
}

// prepare fills in the defaults, and returns all problems together.
func (c Config) prepare() (Config, error) {
	c = c.withDefaults()
	var problems []error
	if c.Type != instance.Development && c.Type != instance.Production {
		problems = append(problems, fmt.Errorf("field Type: unknown instance type %q", c.Type))
	}
	if err := checkAddr(c.Addr); err != nil && !c.UnsafeListenBeyondLoopback {
		problems = append(problems, fmt.Errorf("field Addr: %w", err))
	}
	if _, err := core.NewOrigins(c.Origins); err != nil {
		problems = append(problems, fmt.Errorf("field Origins: %w", err))
	}
	if !strings.Contains(c.FrontendAPI, ".") || strings.ContainsAny(c.FrontendAPI, "$/ ") {
		problems = append(problems, fmt.Errorf("field FrontendAPI: %q is no host name", c.FrontendAPI))
	}
	if c.TokenLifetime < time.Second {
		problems = append(problems, fmt.Errorf("field TokenLifetime: %s is less than a second", c.TokenLifetime))
	}
	if c.SessionLifetime < time.Second || c.InactivityTimeout < time.Second {
		problems = append(problems, errors.New("fields SessionLifetime and InactivityTimeout: one is less than a second"))
	}
	problems = append(problems, c.checkPaths()...)
	problems = append(problems, c.checkWebhooks()...)
	if err := errors.Join(problems...); err != nil {
		return Config{}, fmt.Errorf("clerktest: configuration: %w", err)
	}
	return c, nil
}

func (c Config) withDefaults() Config {
	c.Type = cmp.Or(c.Type, instance.Development)
	c.Addr = cmp.Or(c.Addr, "127.0.0.1:0")
	c.TokenLifetime = cmp.Or(c.TokenLifetime, time.Minute)
	c.SessionLifetime = cmp.Or(c.SessionLifetime, world.SessionLifetime)
	c.InactivityTimeout = cmp.Or(c.InactivityTimeout, world.InactivityLimit)
	c.SignInPath = cmp.Or(c.SignInPath, "/sign-in")
	c.SignUpPath = cmp.Or(c.SignUpPath, "/sign-up")
	c.ApplicationName = cmp.Or(c.ApplicationName, "Test application")
	if c.FrontendAPI == "" {
		c.FrontendAPI = frontendHost(c.Type)
	}
	if c.Clock == nil {
		c.Clock = NewClock()
	}
	if c.Seed == nil {
		c.Seed = DefaultSeed()
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// checkPaths keeps the portal's patterns simple and distinct.
func (c Config) checkPaths() []error {
	var problems []error
	plain := regexp.MustCompile(`^(/[A-Za-z0-9_-]+)+$`)
	for _, p := range []struct{ field, path string }{{"SignInPath", c.SignInPath}, {"SignUpPath", c.SignUpPath}} {
		if !plain.MatchString(p.path) {
			problems = append(problems, fmt.Errorf("field %s: %q is not a path of letters, digits, _ and -", p.field, p.path))
		}
	}
	for _, own := range []string{"/v1/", "/health/", backendPath + "/", proxyPath + "/", dashboardPath} {
		if c.ServePortal && (strings.HasPrefix(c.SignInPath+"/", own) || strings.HasPrefix(c.SignUpPath+"/", own)) {
			problems = append(problems, fmt.Errorf("field ServePortal: SignInPath and SignUpPath can't lie below %s", own))
		}
	}
	if in, up := c.SignInPath+"/", c.SignUpPath+"/"; strings.HasPrefix(in, up) || strings.HasPrefix(up, in) {
		problems = append(problems, errors.New("field SignUpPath: it lies below SignInPath, or the other way round"))
	}
	return problems
}

func checkAddr(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("%q is not host:port", addr)
	}
	if !core.Loopback(host) {
		return fmt.Errorf("%q is not on loopback; see UnsafeListenBeyondLoopback", addr)
	}
	return nil
}
