package proxy

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// direct returns the Visit of an application without a proxy in front.
func direct(config Config) (func(*http.Request) Visit, error) {
	var own []origin.Origin
	if u, err := url.Parse(config.URL); err == nil && !origin.Of(u).IsZero() {
		own = append(own, origin.Of(u))
	}
	site, err := visit.NewSite(own, config.BasePath)
	if err != nil {
		return nil, err
	}
	return func(r *http.Request) Visit {
		v := site.Read(r, visit.Peer{Client: visit.Address(peer(r))})
		return Visit{Origin: v.Origin.String(), BasePath: v.BasePath, ClientIP: v.ClientIP()}
	}, nil
}

// peer returns the address of the connection's peer. It is "" on a Unix socket, which has no such address.
func peer(r *http.Request) string {
	address, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	return address.Addr().Unmap().WithZone("").String()
}

// read parses the origin. An origin that no browser sends counts as none.
func (v Visit) read() visit.Visit {
	scheme, host, _ := strings.Cut(v.Origin, "://")
	return visit.At(origin.At(scheme, host), v.BasePath, visit.Address(v.ClientIP))
}
