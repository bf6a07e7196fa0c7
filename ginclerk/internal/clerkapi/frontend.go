package clerkapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/apiaddress"
	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

// FrontendConfig configures a [Frontend].
type FrontendConfig struct {
	// URL of the Frontend API without the version, such as https://frontend-api.clerk.dev or https://<the instance's
	// host>. Required. Plain http is only allowed to loopback.
	URL string
	// InstanceType says which credential browsers have. Required.
	InstanceType instance.Type
	// ProxyURL is the public address of the application's Frontend API proxy, such as https://app.example.com/__clerk; empty
	// without a proxy. With a ProxyURL, requests have the address and, as proof, the secret key.
	ProxyURL string
	// SecretKey of the instance. Required with ProxyURL; without one it is not sent.
	SecretKey instance.SecretKey
	// HTTPClient lends its Transport and Timeout; nil means a client with a timeout of 10 seconds.
	HTTPClient *http.Client
	// MaxBody is the longest answer that is read, in bytes; 0 means [DefaultMaxBody].
	MaxBody int64
	// Observer gets an event for every request ([observe.ClerkCalled]); nil means no observer.
	Observer observe.Observer
	// Now is the clock for the events; nil means the wall clock.
	Now func() time.Time
}

// Frontend calls the Frontend API of one Clerk instance with credentials of browsers. Make one with [NewFrontend]. It is
// safe for concurrent use.
type Frontend struct {
	base  *url.URL
	kind  instance.Type
	proxy *proxyIdentity // nil without a proxy
	http  *http.Client
}

// proxyIdentity identifies a proxy to Clerk. A Frontend has a pointer to it, so that a printed Frontend does not show the key.
type proxyIdentity struct {
	url    string
	secret instance.SecretKey
}

// NewFrontend makes a client of the Frontend API. It reports every problem of the configuration at once and does no
// network I/O.
func NewFrontend(cfg FrontendConfig) (*Frontend, error) {
	var problems []error
	base, err := apiaddress.Parse(cfg.URL)
	if err != nil {
		problems = append(problems, fmt.Errorf("clerkapi: frontend: URL %w", err))
	}
	if cfg.InstanceType != instance.Development && cfg.InstanceType != instance.Production {
		problems = append(problems, errors.New("clerkapi: frontend: InstanceType is neither development nor production"))
	}
	proxy, err := newProxyIdentity(cfg)
	if err != nil {
		problems = append(problems, err)
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	base.Path = strings.TrimSuffix(base.Path, versionPath)
	return &Frontend{
		base: base, kind: cfg.InstanceType, proxy: proxy,
		http: httpClient(transportConfig{given: cfg.HTTPClient, maxBody: cfg.MaxBody, observer: cfg.Observer, now: cfg.Now}),
	}, nil
}

func newProxyIdentity(cfg FrontendConfig) (*proxyIdentity, error) {
	if cfg.ProxyURL == "" {
		return nil, nil //nolint:nilnil // No proxy is no problem.
	}
	address, err := apiaddress.Parse(cfg.ProxyURL)
	if err != nil {
		return nil, fmt.Errorf("clerkapi: frontend: ProxyURL %w", err)
	}
	if !headerSafe(string(cfg.SecretKey)) {
		return nil, errors.New("clerkapi: frontend: ProxyURL needs a SecretKey")
	}
	return &proxyIdentity{url: address.String(), secret: cfg.SecretKey}, nil
}

// String keeps the key out of text.
func (f Frontend) String() string { return "clerkapi.Frontend{" + f.base.Host + "}" }

// Format keeps the key out of text of every verb.
func (f Frontend) Format(state fmt.State, _ rune) { unprinted.Write(state, f.String()) }

// LogValue keeps the key out of logs.
func (f Frontend) LogValue() slog.Value { return slog.StringValue(f.String()) }

// MarshalText keeps the key out of JSON.
func (f Frontend) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// request builds a request with the browser's credential.
func (f *Frontend) request(ctx context.Context, b Browser, path string, form url.Values) (*http.Request, error) {
	address := f.base.JoinPath(versionPath, path)
	query := url.Values{"__clerk_api_version": {APIVersion}}
	if f.kind == instance.Development {
		query.Set(instance.CookieDevBrowser, b.Credential.DevBrowser)
	}
	address.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address.String(), strings.NewReader(form.Encode()))
	if err != nil {
		// The cause would quote the address, and with it the dev browser token.
		return nil, errors.New("the request cannot be built")
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	if f.kind == instance.Production {
		req.Header.Set("Cookie", instance.CookieClient+"="+b.Credential.Client)
	}
	f.addOrigin(req, b)
	return req, nil
}

// addOrigin adds the headers that describe the browser: Clerk's headers for proxies, and the browser's own.
func (f *Frontend) addOrigin(req *http.Request, b Browser) {
	if f.proxy != nil {
		req.Header.Set("Clerk-Proxy-Url", f.proxy.url)
		req.Header.Set("Clerk-Secret-Key", f.proxy.secret.Reveal())
	}
	if b.Origin != "" {
		req.Header.Set("Origin", b.Origin)
	}
	if _, err := netip.ParseAddr(b.Address); err == nil {
		req.Header.Set("X-Forwarded-For", b.Address)
	}
	if b.UserAgent != "" {
		req.Header.Set("User-Agent", b.UserAgent)
	}
}

// hasCredential reports whether the browser has the credential of this type of instance, in a form that can be sent.
func (f *Frontend) hasCredential(c Credential) bool {
	if f.kind == instance.Development {
		return headerSafe(c.DevBrowser)
	}
	return headerSafe(c.Client)
}

// onSession posts a form about a session of the browser, and returns the body of a 2xx answer.
func (f *Frontend) onSession(ctx context.Context, op string, b Browser, id, step string, form url.Values) ([]byte, error) {
	if !validID(id, prefixSession) {
		return nil, noSuch(op)
	}
	if !f.hasCredential(b.Credential) {
		return nil, fmt.Errorf("clerkapi: %s: %w", op, ErrCredential)
	}
	req, err := f.request(named(ctx, op), b, "client/sessions/"+id+"/"+step, form)
	if err != nil {
		return nil, fmt.Errorf("clerkapi: %s: %w", op, err)
	}
	body, err := f.send(req)
	return body, failure(ctx, op, err)
}

// refusedBrowser turns an answer of Clerk with one of the statuses into an [ErrCredential], unless Clerk refuses the secret key.
func refusedBrowser(err error, statuses ...int) error {
	answer, ok := errors.AsType[*Error](err)
	if !ok || !answer.byClerk || refusesKey(answer.Code) || !slices.Contains(statuses, answer.Status) {
		return err
	}
	refused := *answer
	refused.kind = ErrCredential
	return &refused
}

// send returns the body of a 2xx answer.
func (f *Frontend) send(req *http.Request) ([]byte, error) {
	resp, err := f.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }() // The body has been read, or its error is returned.
	return io.ReadAll(resp.Body)
}

// JWKS returns the signing keys that the Frontend API publishes: JSON of at most [MaxKeySet] bytes, which it does not parse. If
// the Backend API does not have these keys, the two APIs belong to different instances.
func (f *Frontend) JWKS(ctx context.Context) ([]byte, error) {
	const op = "get frontend jwks"
	req, err := http.NewRequestWithContext(named(ctx, op), http.MethodGet, f.base.JoinPath(".well-known", "jwks.json").String(), nil)
	if err != nil {
		return nil, failure(ctx, op, err)
	}
	f.addOrigin(req, Browser{})
	body, err := f.send(req)
	if err != nil {
		return nil, failure(ctx, op, err)
	}
	if len(body) > MaxKeySet || !json.Valid(body) {
		return nil, garbage(op)
	}
	return body, nil
}
