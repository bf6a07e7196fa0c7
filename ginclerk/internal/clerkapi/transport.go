package clerkapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkwait"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

// APIVersion is the version of Clerk's APIs that this package asks for, in the header of the Backend API and the query
// of the Frontend API.
const APIVersion = "2026-05-12"

// DefaultMaxBody is the longest answer that is read, in bytes.
const DefaultMaxBody = 4 << 20

// DefaultTimeout is how long a call takes at most, unless an HTTP client says otherwise.
const DefaultTimeout = 10 * time.Second

const (
	dialTimeout     = 5 * time.Second
	keepAlive       = 30 * time.Second
	idleTimeout     = 90 * time.Second
	maxIdlePerHost  = 16
	headerVersion   = "Clerk-Api-Version"
	statusFirstGood = 200
	statusLastGood  = 299
)

// errNotSent says that a request was not sent.
var errNotSent = errors.New("not sent")

// transport is the RoundTripper of every request to Clerk.
type transport struct {
	base    http.RoundTripper
	maxBody int64
	version string // of the header; empty sends none

	now      func() time.Time
	clockOff func(time.Duration) // nil: the clocks are not compared
}

// RoundTrip returns a response with 2xx whose body has arrived, or an error: an *Error for every other status. It checks the status
// here, and not where answers are decoded, so that errors of the SDK's clients keep status, code and Retry-After, and so that no
// HTTP client gets a redirect that it could follow. It takes no longer than the request that it is made for may wait ([clerkwait.Budget]).
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := checkSecure(req.URL); err != nil {
		closeBody(req)
		return nil, err
	}
	waits, end := clerkwait.Begin(req.Context())
	defer end()
	if err := clerkwait.Err(waits); err != nil {
		closeBody(req)
		return nil, fmt.Errorf("%w: %w", errNotSent, err)
	}
	out := req.Clone(waits)
	if t.version != "" {
		out.Header.Set(headerVersion, t.version)
	}
	resp, err := t.answer(out)
	if _, answered := errors.AsType[*Error](err); err != nil && !answered && errors.Is(clerkwait.Err(waits), clerkwait.ErrSpent) {
		return nil, clerkwait.ErrSpent // transports have texts of their own for the end of a context
	}
	return resp, err
}

// answer sends a request and reads the answer.
func (t *transport) answer(req *http.Request) (*http.Response, error) {
	resp, err := t.timed(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }() // It has been read, or the error counts.
	resp.Body = http.MaxBytesReader(nil, resp.Body, t.maxBody)
	if resp.StatusCode < statusFirstGood || resp.StatusCode > statusLastGood {
		return nil, errorFrom(resp)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// timed sends a request, and tells how far the clock is off that of the answer.
func (t *transport) timed(req *http.Request) (*http.Response, error) {
	if t.clockOff == nil {
		return t.base.RoundTrip(req)
	}
	sent := t.now()
	resp, err := t.base.RoundTrip(req)
	if err != nil || resp.Header.Get("Age") != "" { // of what a cache has kept, the date is old
		return resp, err
	}
	if date, noDate := http.ParseTime(resp.Header.Get("Date")); noDate == nil {
		t.clockOff(clockOff(date, sent, t.now()))
	}
	return resp, nil
}

// clockOff is how far a clock is ahead at least of the one that dated an answer (RFC 9110, section 6.6.1), to the second: the answer may have
// been made at any time between the request was sent and the answer received.
func clockOff(date, sent, received time.Time) time.Duration {
	switch {
	case received.Before(date):
		return received.Sub(date)
	case sent.After(date.Add(time.Second)):
		return sent.Sub(date.Add(time.Second))
	default:
		return 0
	}
}

// closeBody closes the body of a request that is not sent, as http.RoundTripper requires.
func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close() // Nothing was read from it.
	}
}

// transportConfig configures the requests of the clients of both APIs.
type transportConfig struct {
	given    *http.Client // nil means a client with a timeout of 10 seconds
	maxBody  int64        // 0 means DefaultMaxBody
	version  string       // of the header; empty sends none
	observer observe.Observer
	now      func() time.Time
	clockOff func(time.Duration)
}

// httpClient returns a client with the timeout of the given one, whose requests pass [transport]. It keeps no cookies.
func httpClient(cfg transportConfig) *http.Client {
	client := &http.Client{Timeout: DefaultTimeout}
	if cfg.given != nil {
		client.Timeout = cfg.given.Timeout
		client.Transport = cfg.given.Transport
	}
	if client.Transport == nil {
		client.Transport = newBase()
	}
	if cfg.maxBody <= 0 {
		cfg.maxBody = DefaultMaxBody
	}
	client.Transport = &transport{base: client.Transport, maxBody: cfg.maxBody, version: cfg.version, now: clock.Or(cfg.now), clockOff: cfg.clockOff}
	if cfg.observer != nil {
		client.Transport = &observed{base: client.Transport, observer: cfg.observer, now: clock.Or(cfg.now)}
	}
	return client
}

func newBase() *http.Transport {
	dialer := &net.Dialer{Timeout: dialTimeout, KeepAlive: keepAlive}
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           dialer.DialContext,
		ForceAttemptHTTP2:     true,
		MaxIdleConnsPerHost:   maxIdlePerHost,
		IdleConnTimeout:       idleTimeout,
		TLSHandshakeTimeout:   dialTimeout,
		ResponseHeaderTimeout: DefaultTimeout,
	}
}
