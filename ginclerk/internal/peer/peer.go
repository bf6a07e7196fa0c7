// Package peer finds the client that a request comes from, behind the proxies that a router trusts.
//
// Only the router knows which proxies it trusts (gin.Engine.SetTrustedProxies), and it has no method to ask. This package sends
// it made-up requests and reads its answers. The package does not import Gin: the caller passes the function that asks.
package peer

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// ClientIP asks the router for the client address of a request. A made-up request has a RemoteAddr and a Header, and nothing
// else.
type ClientIP func(*http.Request) string

// Addresses for documentation (RFC 5737), which no host has: a client address that only a trusted proxy could send, and a peer
// that no application has a reason to trust.
const (
	probeClient   = "192.0.2.1"
	probeStranger = "203.0.113.254:1"
)

// Trusted reports whether the router trusts the request's peer as a proxy: always if it is on a Unix socket, else if the
// application told the router to trust it. By default Gin trusts every peer. That is not the application's choice, so it does
// not count. gin.Engine.TrustedPlatform names a header for the client's address and applies to every peer, so it makes no peer
// a trusted proxy.
func Trusted(r *http.Request, ask ClientIP) bool {
	if onUnixSocket(r) {
		return true
	}
	peer, ok := address(r)
	return ok && trusts(r, ask, peer)
}

func onUnixSocket(r *http.Request) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	return ok && strings.HasPrefix(local.Network(), "unix")
}

// address returns the peer's address of the connection.
func address(r *http.Request) (netip.Addr, bool) {
	peer, err := netip.ParseAddrPort(strings.TrimSpace(r.RemoteAddr))
	return peer.Addr().Unmap().WithZone(""), err == nil
}

// trusts reports whether the router believes the client address in a peer's headers, and does not believe a stranger's.
func trusts(r *http.Request, ask ClientIP, peer netip.Addr) bool {
	const forwardedFor, realIP = "X-Forwarded-For", "X-Real-Ip" // Gin's defaults
	from := addressed(r, peer)
	believed, everybody := believes(ask, from, forwardedFor, realIP)
	if believed && !everybody {
		return true
	}
	others := clientHeaders(r.Header, forwardedFor, realIP)
	if everybody { // one of the two headers may be the platform's
		others = append(others, forwardedFor, realIP)
	}
	for _, header := range others {
		if believed, everybody := believes(ask, from, header); believed && !everybody {
			return true
		}
	}
	return false
}

// addressed returns the peer's address as a router reads it from a request: routers know no zones.
func addressed(r *http.Request, peer netip.Addr) string {
	if strings.IndexByte(r.RemoteAddr, '%') < 0 {
		return r.RemoteAddr
	}
	return net.JoinHostPort(peer.String(), "1")
}

// believes reports whether the router takes the client's address from a peer's headers, and whether it does so for every peer.
func believes(ask ClientIP, from string, headers ...string) (believed, everybody bool) {
	probe, client := &http.Request{Header: make(http.Header, len(headers)), RemoteAddr: from}, []string{probeClient}
	for _, header := range headers {
		probe.Header[header] = client
	}
	if ask(probe) != probeClient {
		return false, false
	}
	probe.RemoteAddr = probeStranger
	return true, ask(probe) == probeClient
}

// maxClientHeaders limits how many headers are tried: an application may have added headers (gin.Engine.RemoteIPHeaders).
const maxClientHeaders = 8

// clientHeaders returns the headers of a request, without some, whose last value is an address.
func clientHeaders(header http.Header, except ...string) []string {
	var names []string
	for name, values := range header {
		if len(names) == maxClientHeaders || len(values) == 0 || slices.Contains(except, name) {
			continue
		}
		last := values[len(values)-1]
		last = strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:])
		if last == "" || strings.Trim(last, "0123456789abcdefABCDEF.:[]") != "" {
			continue
		}
		if _, ok := readClient(last); ok {
			names = append(names, name)
		}
	}
	return names
}

// Client returns the client's address from the router, or "" if it is unknown. If the header of gin.Engine.TrustedPlatform has
// a list, Client returns the last address in it that is not a proxy's.
func Client(r *http.Request, ask ClientIP) string {
	told := ask(r)
	if _, err := netip.ParseAddr(told); err == nil {
		return told
	}
	if client, ok := lastClient(r, ask, told); ok {
		return client.String()
	}
	if peer, ok := address(r); ok {
		return peer.String()
	}
	return ""
}

// Key returns the key under which a client's requests are counted. An IPv6 network of 64 bits counts as one client, because
// providers give each client a whole network.
func Key(client string) string {
	ip, err := netip.ParseAddr(client)
	if err != nil {
		return "address:unknown"
	}
	ip = ip.Unmap().WithZone("")
	if network, err := ip.Prefix(64); ip.Is6() && err == nil {
		return "address:" + network.String()
	}
	return "address:" + ip.String()
}

// maxClients limits how many items of a list are read, from its end.
const maxClients = 16

// lastClient returns the last address of a list that is neither in an inner network nor a proxy that the router trusts. A
// client may have made up the addresses before it. If all addresses are proxies, lastClient returns the first.
func lastClient(r *http.Request, ask ClientIP, list string) (client netip.Addr, found bool) {
	for range maxClients {
		comma := strings.LastIndexByte(list, ',')
		ip, ok := readClient(list[comma+1:])
		if !ok {
			break
		}
		client, found = ip, true
		if comma < 0 || !isInner(ip) && !trusts(r, ask, ip) {
			break
		}
		list = list[:comma]
	}
	return client, found
}

// isInner reports whether an address is in a network that the public can't send from.
func isInner(a netip.Addr) bool {
	shared := netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64}), 10) // RFC 6598
	return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsUnspecified() || shared.Contains(a)
}

// readClient reads an address, with or without a port.
func readClient(text string) (netip.Addr, bool) {
	text = strings.TrimSpace(text)
	if both, err := netip.ParseAddrPort(text); err == nil {
		return both.Addr().Unmap().WithZone(""), true
	}
	ip, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	return ip.Unmap().WithZone(""), err == nil
}
