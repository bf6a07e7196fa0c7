package clerkapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/clerk/clerk-sdk-go/v2"
	"github.com/clerk/clerk-sdk-go/v2/client"
	"github.com/clerk/clerk-sdk-go/v2/session"
	"github.com/clerk/clerk-sdk-go/v2/user"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/apiaddress"
	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

// DefaultURL is the address of Clerk's Backend API.
const DefaultURL = "https://api.clerk.com"

const versionPath = "/v1"

// Config configures a [Client].
type Config struct {
	// SecretKey of the instance. Required.
	SecretKey instance.SecretKey
	// MachineSecretKey is that of the machine which the application is. Clerk then answers about M2M tokens as to that machine: it knows only
	// those that are meant for it. Empty: Clerk is asked with SecretKey, and knows all M2M tokens of the instance.
	MachineSecretKey instance.SecretKey
	// URL of the Backend API without the version; empty means [DefaultURL]. Plain http is only allowed to loopback.
	URL string
	// HTTPClient lends its Transport and Timeout; its redirect policy and cookie jar are not used. Nil means a client
	// with a timeout of 10 seconds.
	HTTPClient *http.Client
	// MaxBody is the longest answer that is read, in bytes; 0 means [DefaultMaxBody].
	MaxBody int64
	// Observer gets an event for every request ([observe.ClerkCalled]); nil means no observer.
	Observer observe.Observer
	// Now is the clock for the events and for ClockOff; nil means the wall clock.
	Now func() time.Time
	// ClockOff is told after each answer how far Now is ahead of Clerk's clock at least; negative where it is behind, 0 where they agree to
	// the second. Nil means that no one asks.
	ClockOff func(time.Duration)
}

// Client calls the Backend API of one Clerk instance. Make one with [New]. It is safe for concurrent use.
type Client struct {
	backend     clerk.Backend
	unversioned clerk.Backend // for the calls whose path has no version
	machine     clerk.Backend // unversioned, with the machine's secret key where there is one
	sessions    *session.Client
	clients     *client.Client
	users       *user.Client
}

// New makes a client. It reports every problem of the configuration at once and does no network I/O.
func New(cfg Config) (*Client, error) {
	var problems []error
	if strings.TrimSpace(string(cfg.SecretKey)) == "" {
		problems = append(problems, errors.New("clerkapi: SecretKey is missing"))
	} else if !headerSafe(string(cfg.SecretKey)) {
		problems = append(problems, errors.New("clerkapi: SecretKey has spaces or characters that no key has"))
	}
	if key := string(cfg.MachineSecretKey); key != "" && !headerSafe(key) {
		problems = append(problems, errors.New("clerkapi: MachineSecretKey has spaces or characters that no key has"))
	}
	base, err := apiaddress.Parse(cmp.Or(cfg.URL, DefaultURL))
	if err != nil {
		problems = append(problems, fmt.Errorf("clerkapi: URL %w", err))
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	address := strings.TrimSuffix(base.String(), versionPath)
	shared := httpClient(transportConfig{
		given: cfg.HTTPClient, maxBody: cfg.MaxBody, version: APIVersion, observer: cfg.Observer, now: cfg.Now, clockOff: cfg.ClockOff,
	})
	at := func(url string, key instance.SecretKey) clerk.Backend {
		return clerk.NewBackend(&clerk.BackendConfig{HTTPClient: shared, URL: clerk.String(url), Key: clerk.String(key.Reveal())})
	}
	backend := at(address+versionPath, cfg.SecretKey)
	return &Client{
		backend:     backend,
		unversioned: at(address, cfg.SecretKey),
		machine:     at(address, cmp.Or(cfg.MachineSecretKey, cfg.SecretKey)),
		sessions:    &session.Client{Backend: backend},
		clients:     &client.Client{Backend: backend},
		users:       &user.Client{Backend: backend},
	}, nil
}

// String keeps the key out of text.
func (c Client) String() string { return "clerkapi.Client{…}" }

// Format keeps the key out of text of every verb.
func (c Client) Format(state fmt.State, _ rune) { unprinted.Write(state, c.String()) }

// LogValue keeps the key out of logs.
func (c Client) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalText keeps the key out of JSON.
func (c Client) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// call makes a request that the SDK has no method for.
func (c *Client) call(ctx context.Context, op, method, path string, params clerk.Params, out clerk.ResponseReader) error {
	req := clerk.NewAPIRequest(method, path)
	req.SetParams(params)
	return failure(ctx, op, c.backend.Call(named(ctx, op), req, out))
}

// headerSafe reports whether a value can go into a header or a cookie as it is: printable ASCII without space, comma,
// semicolon, quote or backslash (RFC 6265 §4.1.1, cookie-octet).
func headerSafe(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f || strings.IndexByte(`",;\`, s[i]) >= 0 {
			return false
		}
	}
	return s != ""
}
