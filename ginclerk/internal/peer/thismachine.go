package peer

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// OnThisMachine reports whether a request comes from a program on this machine, to this machine. A proxy on this machine may pass on what
// others send, and says so. A page of another site may have the name of its host resolve to this machine, and then names that host.
func OnThisMachine(r *http.Request) bool {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via"} {
		if len(r.Header.Values(name)) > 0 {
			return false
		}
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && peer.Addr().Unmap().IsLoopback() && isThisMachine(r.Host)
}

// isThisMachine reports whether a host, with or without a port, is a loopback address or a name of localhost (RFC 6761).
func isThisMachine(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if address, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return address.Unmap().IsLoopback()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}
