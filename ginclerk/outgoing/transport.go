package outgoing

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
)

// TransportConfig configures a [Transport].
type TransportConfig struct {
	// Base sends the requests; nil means http.DefaultTransport.
	Base http.RoundTripper
	// Origins are where tokens go, such as https://api.example.com, each one exact origin; letter case and a default port make no
	// difference. http is for this machine alone. At least one is required.
	Origins []string
	// Token returns the token for a request, by its context; required. Its error ends the request before anything is
	// sent, so it should say what to do.
	Token func(ctx context.Context) (string, error)
}

// Transport is an http.RoundTripper that puts a bearer token (RFC 6750, section 2.1) on requests to the listed origins.
// Make one with [NewTransport]; it is safe for concurrent use.
//
// A request to any other origin is sent as it is, and so is one that has an Authorization header already. After a redirect
// that has left the origin no request of the chain gets a token any more, even if it leads to a listed origin, or back.
type Transport struct {
	base    http.RoundTripper
	origins map[origin.Origin]bool
	token   func(ctx context.Context) (string, error)
}

// NewTransport makes a transport. It reports every problem with the origins at once.
func NewTransport(config TransportConfig) (*Transport, error) {
	if config.Token == nil {
		return nil, errors.New("outgoing: transport: Token is required")
	}
	origins, err := parseOrigins(config.Origins)
	if err != nil {
		return nil, fmt.Errorf("outgoing: transport: %w", err)
	}
	base := config.Base
	if base == nil {
		base = http.DefaultTransport
	}
	return &Transport{base: base, origins: origins, token: config.Token}, nil
}

// RoundTrip implements [http.RoundTripper].
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if !t.wantsToken(r) {
		return t.base.RoundTrip(r)
	}
	bearer, err := t.bearer(r)
	if err != nil {
		if r.Body != nil {
			err = errors.Join(err, r.Body.Close())
		}
		return nil, err
	}
	sent := r.Clone(r.Context())
	if sent.Header == nil {
		sent.Header = http.Header{}
	}
	sent.Header.Set("Authorization", bearer)
	response, err := t.base.RoundTrip(sent)
	if response != nil && (response.Request == nil || response.Request == sent) {
		response.Request = r // so that a log of the response has no token
	}
	return response, err
}

// CloseIdleConnections closes those of the base, as [http.Client.CloseIdleConnections] asks.
func (t *Transport) CloseIdleConnections() {
	if base, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		base.CloseIdleConnections()
	}
}

// wantsToken reports whether the request goes to a listed origin, without credentials of its own, and every redirect that
// led there stayed on that origin.
func (t *Transport) wantsToken(r *http.Request) bool {
	if r.URL == nil || hasAuthorization(r.Header) {
		return false
	}
	to := origin.Of(r.URL)
	if !t.origins[to] {
		return false
	}
	for hop := r; hop.Response != nil; hop = hop.Response.Request {
		before := hop.Response.Request // http.Client sets Response to the redirect that caused a request
		if before == nil || before.URL == nil || origin.Of(before.URL) != to {
			return false
		}
	}
	return true
}

func (t *Transport) bearer(r *http.Request) (string, error) {
	if r.Host != "" && !strings.EqualFold(r.Host, r.URL.Host) {
		// What stands before several hosts goes by this header, whatever host the address names.
		return "", fmt.Errorf("outgoing: transport: the request to %s has the Host header of %q: leave Request.Host empty", origin.Of(r.URL), r.Host)
	}
	token, err := t.token(r.Context())
	if err != nil {
		return "", fmt.Errorf("outgoing: transport: no token for %s: %w", origin.Of(r.URL), err)
	}
	return "Bearer " + token, nil
}

// hasAuthorization reports whether the caller has set the header, even to the empty string.
func hasAuthorization(header http.Header) bool {
	for name := range header {
		if strings.EqualFold(name, "Authorization") {
			return true
		}
	}
	return false
}
