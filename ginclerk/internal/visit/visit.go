// Package visit has what has to be known about a request before anything is decided: where the application is for its browser,
// and who sent it. Where the application is, and who the client is, is worked out once, from the request and from what the caller knows
// about the peer; the rest is read from the request as it is ([Visit.Follow]). The package does not know Gin: the caller says whom Gin trusts.
package visit

import (
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
)

// Visit is what is known about one request. It is a value; [Visit.Follow] alone changes one.
type Visit struct {
	// Request is the request itself.
	Request *http.Request
	// Origin is where the application is for the browser of the request. With configured origins it is always one of them; without
	// any it is zero where the request names no host that a browser could go to.
	Origin origin.Origin
	// BasePath is what stands in front of the paths that the application sees, such as "/app"; "" where nothing does.
	BasePath string
	// Account is the name of the account whose path the request is below: the last part of the base path. "" where it is below none: then it is
	// for the browser's own account, or for the one that the browser has switched to.
	Account string

	outer  string // the base path without that of the account
	site   *Site
	client Client
	asAPI  bool // the route says that it answers every client as a program
	// foreignHost is the host that the request names if it is that of no configured origin; else "".
	foreignHost string
	// query is the one that queryOverrides is about. A query may be long, so that it is read once, not each time that the visit is.
	query          string
	queryOverrides bool
	// cookies is the header that keepsNothing is about.
	cookies      string
	keepsNothing bool // the browser has no cookie of ginclerk, and does not count handshakes
}

// Kind is the kind of answer that the client expects; [Page] without a request.
func (v Visit) Kind() Kind {
	switch {
	case v.asAPI:
		return API
	case v.Request == nil:
		return Page
	default:
		return KindOf(v.Request)
	}
}

// AsAPI returns the visit of a route that answers every client as a program.
func (v Visit) AsAPI() Visit {
	v.asAPI = true
	return v
}

// Prefetch reports whether the page is fetched before anyone has opened it ([IsPrefetch]).
func (v Visit) Prefetch() bool { return IsPrefetch(v.Request) }

// ForeignHost returns the host that the request names if it is that of no configured origin: links and redirects then lead away from it.
// Else it returns "".
func (v Visit) ForeignHost() string { return v.foreignHost }

// Safe reports whether the request's method changes nothing.
func (v Visit) Safe() bool { return IsSafe(v.Request.Method) }

// Site is what an application says about itself. Make one with [NewSite]. It is safe for concurrent use.
type Site struct {
	origins     []origin.Origin // its own; none: what requests say
	hosts       []string        // of the origins
	basePath    string          // "": what requests say
	accounts    atomic.Bool     // some requests come below the path of an account
	crossOrigin *http.CrossOriginProtection
}

// NewSite returns the site at the given origins and base path. Without origins, or without a base path, what requests say counts.
func NewSite(origins []origin.Origin, basePath string) (*Site, error) {
	s := &Site{origins: origins, basePath: basePath, crossOrigin: http.NewCrossOriginProtection()}
	for _, own := range origins {
		s.hosts = append(s.hosts, own.Host())
		if err := s.crossOrigin.AddTrustedOrigin(own.String()); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// First returns a visit of the application's first origin without a request; false where no origin is configured.
func (s *Site) First() (Visit, bool) {
	if len(s.origins) == 0 {
		return Visit{}, false
	}
	return Visit{Origin: s.origins[0], BasePath: s.basePath, site: s}, true
}

// Peer is what the caller knows about who sent a request.
type Peer struct {
	Trusted bool   // a proxy whose forwarded headers count
	Client  Client // nil: not known
}

// Client is who sent a request. Most requests are served without the question for the address.
type Client interface {
	// ClientIP is the address of the browser as far as it can be trusted; "" where it is not known.
	ClientIP() string
}

// Address is a [Client] whose address is known.
type Address string

// ClientIP implements [Client].
func (a Address) ClientIP() string { return string(a) }

// Client is who sent the request; nil where that is not known.
func (v Visit) Client() Client { return v.client }

// At returns a visit of a browser at an origin, without a request.
func At(origin origin.Origin, basePath string, client Client) Visit {
	return Visit{Origin: origin, BasePath: basePath, client: client}
}

// ClientIP is the address of the browser as far as it can be trusted; "" where it is not known.
func (v Visit) ClientIP() string {
	if v.client == nil {
		return ""
	}
	return v.client.ClientIP()
}

// Read works out a visit.
func (s *Site) Read(r *http.Request, peer Peer) Visit {
	v := Visit{BasePath: s.basePathOf(r, peer.Trusted), client: peer.Client, site: s}
	v.Origin, v.foreignHost = s.origin(r, peer.Trusted)
	s.readAccount(&v, r)
	v.Follow(r)
	return v
}

// Follow makes a visit that of the request as it is now: other middleware may have changed its method, its headers or its query, or put
// another request in its place, and what was a link may change data since. Where the application is, and who the client is, stay.
func (v *Visit) Follow(r *http.Request) {
	if v.Request != r {
		v.Request = r
		v.followAccount(r)
	}
	if v.query != r.URL.RawQuery {
		v.query, v.queryOverrides = r.URL.RawQuery, queryOverridesMethod(r.URL.RawQuery)
	}
	v.lookForCookies()
}

// Forwarded reports whether a request has a header that counts if a trusted proxy sent it.
func Forwarded(r *http.Request) bool {
	return field(r.Header, headerHost) != "" || field(r.Header, headerScheme) != "" || field(r.Header, headerPrefix) != ""
}

// What proxies say about the request that they forward.
const (
	headerHost   = "X-Forwarded-Host"
	headerScheme = "X-Forwarded-Proto"
	headerPrefix = "X-Forwarded-Prefix"
)

// origin returns the configured origin that the request names, else the one whose host it names, else the first and the host that it names.
func (s *Site) origin(r *http.Request, trusted bool) (_ origin.Origin, foreignHost string) {
	scheme, host := "http", r.Host
	if r.TLS != nil {
		scheme = "https"
	}
	if trusted {
		scheme, host = forwarded(r, scheme, host)
	}
	if own, found := s.named(scheme, host); found {
		return own, ""
	}
	here := origin.At(scheme, host)
	switch {
	case len(s.origins) == 0 && here.IsZero():
		return origin.At(scheme, r.Host), ""
	case len(s.origins) == 0:
		return here, ""
	}
	if own, found := s.ownFor(here, host); found {
		return own, ""
	}
	return s.origins[0], host
}

// named returns the origin that a request names as browsers write it, so that nothing has to be read. A host without a port is written
// alike for both schemes.
func (s *Site) named(scheme, host string) (own origin.Origin, found bool) {
	for i, own := range s.origins {
		if s.hosts[i] == host && own.Secure() == (scheme == "https") {
			return own, true
		}
	}
	if i := slices.Index(s.hosts, host); i >= 0 && strings.IndexByte(host, ':') < 0 { // behind a proxy that does not say https
		return s.origins[i], true
	}
	return origin.Origin{}, false
}

// ownFor prefers the scheme of the request: an application may be at both.
func (s *Site) ownFor(here origin.Origin, host string) (own origin.Origin, found bool) {
	for _, own := range s.origins {
		if own == here {
			return own, true
		}
	}
	for _, own := range s.origins { // behind a proxy that does not say https
		if own == origin.At(own.Scheme(), host) {
			return own, true
		}
	}
	return origin.Origin{}, false
}

// forwarded takes the first value of each header, and a scheme only if it is http or https.
func forwarded(r *http.Request, scheme, host string) (string, string) {
	if value := first(field(r.Header, headerHost)); value != "" {
		host = value
	}
	if value := strings.ToLower(first(field(r.Header, headerScheme))); value == "http" || value == "https" {
		scheme = value
	}
	return scheme, host
}

func first(list string) string {
	value, _, _ := strings.Cut(list, ",")
	return strings.TrimSpace(value)
}
