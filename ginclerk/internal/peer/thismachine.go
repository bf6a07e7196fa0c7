package peer

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// OnThisMachine reports whether a request comes from a program on this machine, to this machine. A proxy on this machine may pass on what
// others send, and mostly says so, or speaks HTTP/1.0, as no browser does. One that passes on what it gets as it is can't be told from a program here. A
// page of another site may have the name of its host resolve to this machine, and then names that host; or it has its visitor's browser, which runs on this
// machine, ask, and the browser then says which site has asked.
func OnThisMachine(r *http.Request) bool {
	if passedOn(r) || byOtherSite(r) {
		return false
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && peer.Addr().Unmap().IsLoopback() && isThisMachine(r.Host)
}

// passedOn reports whether a proxy has sent a request.
func passedOn(r *http.Request) bool {
	for name := range r.Header {
		switch name {
		case "Forwarded", "Via", "X-Real-Ip", "X-Client-Ip", "X-Cluster-Client-Ip", "True-Client-Ip", "Fly-Client-Ip", "Fastly-Client-Ip", "X-Original-Host":
			return true
		}
		for _, begin := range []string{"X-Forwarded", "X-Envoy-", "Cf-"} {
			if strings.HasPrefix(name, begin) {
				return true
			}
		}
	}
	return !r.ProtoAtLeast(1, 1)
}

// byOtherSite reports whether a page of another origin has had a browser send a request, other than to open it as a page of its own. A program could read the
// answer then, should the application let all origins read its answers (CORS).
func byOtherSite(r *http.Request) bool {
	if from := r.Header.Get("Origin"); from != "" && from != "http://"+r.Host && from != "https://"+r.Host {
		return true
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
		return false
	default:
		return r.Header.Get("Sec-Fetch-Mode") != "navigate" || r.Header.Get("Sec-Fetch-Dest") != "document"
	}
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
