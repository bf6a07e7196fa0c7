// Package peer tells from whom a request comes, behind the proxies that a router trusts.
//
// Only the router knows which proxies it trusts (gin.Engine.SetTrustedProxies), and it does not say. Its answers about requests that
// were made for the question do. The package does not know Gin: the caller passes the function that asks it.
package peer

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// ClientIP asks the router for the address of a request's client. The request may be one that was made for the question: it has a
// RemoteAddr and a Header, and nothing else.
type ClientIP func(*http.Request) string

// Addresses that are in use nowhere (RFC 5737): a client that only a trusted proxy could speak for, and a peer that no application
// has a reason to trust.
const (
	probeClient   = "192.0.2.1"
	probeStranger = "203.0.113.254:1"
)

// Trusted reports whether the request's peer is a proxy that the router trusts: one on a Unix socket, always, or one that the
// application told the router to trust. Gin trusts every peer until it is told which; the application has not chosen that, so it does
// not count. gin.Engine.TrustedPlatform says where the client's address is, whoever the peer, so it makes no peer a trusted proxy.
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

// address returns the address at the other end of the connection.
func address(r *http.Request) (netip.Addr, bool) {
	peer, err := netip.ParseAddrPort(strings.TrimSpace(r.RemoteAddr))
	return peer.Addr().Unmap().WithZone(""), err == nil
}

// trusts reports whether the router believes a peer that tells the address of a client, and would not believe a stranger.
func trusts(r *http.Request, ask ClientIP, peer netip.Addr) bool {
	const forwardedFor, realIP = "X-Forwarded-For", "X-Real-Ip" // Gin's defaults
	believed, everybody := believes(ask, peer, forwardedFor, realIP)
	if believed && !everybody {
		return true
	}
	others := clientHeaders(r.Header, forwardedFor, realIP)
	if everybody { // perhaps one of the two is the platform's
		others = append(others, forwardedFor, realIP)
	}
	for _, header := range others {
		if believed, everybody := believes(ask, peer, header); believed && !everybody {
			return true
		}
	}
	return false
}

// believes reports whether the router takes a client's address from a peer's headers, and, if so, from every peer's.
func believes(ask ClientIP, peer netip.Addr, headers ...string) (believed, everybody bool) {
	probe := &http.Request{Header: make(http.Header, len(headers)), RemoteAddr: net.JoinHostPort(peer.String(), "1")}
	for _, header := range headers {
		probe.Header[header] = []string{probeClient}
	}
	if ask(probe) != probeClient {
		return false, false
	}
	probe.RemoteAddr = probeStranger
	return true, ask(probe) == probeClient
}

// maxClientHeaders bounds how many headers are tried: an application may have told Gin of others (gin.Engine.RemoteIPHeaders).
const maxClientHeaders = 8

// clientHeaders are the headers of a request, but for some, that end in an address.
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

// Client returns the client's address as the router tells it; "" where it is not known. It is never a list: of one, in the header of
// gin.Engine.TrustedPlatform, it is the last address that is not a proxy's.
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

// Key returns the key by which the requests of a client's address are counted. An IPv6 network of 64 bits is one client, because a
// client is given a whole one.
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

// maxClients bounds how much of a list is read, from its end.
const maxClients = 16

// lastClient returns the last address of a list that is neither in a network that clients can't come from nor a proxy that the router
// trusts. What stands in front of it may be made up. Of a list of proxies alone it returns the first.
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

// isInner reports whether an address is of a network that the public can't come from.
func isInner(a netip.Addr) bool {
	shared := netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64}), 10) // RFC 6598
	return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsUnspecified() || shared.Contains(a)
}

// readClient reads an address, which some proxies write with a port.
func readClient(text string) (netip.Addr, bool) {
	text = strings.TrimSpace(text)
	if both, err := netip.ParseAddrPort(text); err == nil {
		return both.Addr().Unmap().WithZone(""), true
	}
	ip, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	return ip.Unmap().WithZone(""), err == nil
}
