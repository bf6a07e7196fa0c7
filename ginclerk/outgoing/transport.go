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
	// Origins are the origins to which tokens are sent, such as https://api.example.com. Each is one exact origin; letter case
	// and a default port make no difference. Only this machine may have http. At least one origin is required.
	Origins []string
	// Token returns the token for a request, from the request's context; required. If it returns an error, the request is not
	// sent and the caller gets the error, so the error should say what to do.
	Token func(ctx context.Context) (string, error)
}

// Transport is an http.RoundTripper that adds a bearer token (RFC 6750, section 2.1) to requests to the listed origins.
// Make one with [NewTransport]; it is safe for concurrent use.
//
// It sends a request to any other origin unchanged, and also a request that already has an Authorization header. After a redirect
// to another origin, no request of the chain gets a token, even if the redirect leads to a listed origin or back.
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
		response.Request = r // so that a log of the response does not show the token
	}
	return response, err
}

// CloseIdleConnections closes the idle connections of Base, for [http.Client.CloseIdleConnections].
func (t *Transport) CloseIdleConnections() {
	if base, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		base.CloseIdleConnections()
	}
}

// wantsToken reports whether the request gets a token: it goes to a listed origin, it has no credentials, and all redirects
// before it stayed on that origin.
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
		// A proxy in front of several hosts chooses the host by this header, whatever the address says.
		return "", fmt.Errorf("outgoing: transport: the request to %s has the Host header of %q: leave Request.Host empty", origin.Of(r.URL), r.Host)
	}
	token, err := t.token(r.Context())
	if err != nil {
		return "", fmt.Errorf("outgoing: transport: no token for %s: %w", origin.Of(r.URL), err)
	}
	return "Bearer " + token, nil
}

// hasAuthorization reports whether the caller has set the header, also to the empty string.
func hasAuthorization(header http.Header) bool {
	for name := range header {
		if strings.EqualFold(name, "Authorization") {
			return true
		}
	}
	return false
}
