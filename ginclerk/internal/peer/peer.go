package ginclerk

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
)

// Whom Gin trusts, only Gin knows (gin.Engine.SetTrustedProxies), and it does not say. What it makes of a forwarded address does.

// Addresses that belong to nobody (RFC 5737): a client that only a trusted proxy could speak for, and a peer that no
// application has a reason to trust.
const (
	probeClient   = "192.0.2.1"
	probeStranger = "203.0.113.254:1"
)

// fromTrustedProxy reports whether the request's peer is a proxy that Gin trusts: one on a Unix socket, always, or one that the
// application told Gin to trust. Gin trusts everybody until it is told; that is nobody's word, so it does not count.
// gin.Engine.TrustedPlatform says where the client's address is, whoever the peer, so it makes nobody a trusted proxy.
func fromTrustedProxy(c *gin.Context) bool {
	if onUnixSocket(c.Request) {
		return true
	}
	peer, ok := peerAddress(c.Request)
	return ok && trusts(c, peer)
}

func onUnixSocket(r *http.Request) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	return ok && strings.HasPrefix(local.Network(), "unix")
}

// peerAddress returns the address at the other end of the connection.
func peerAddress(r *http.Request) (netip.Addr, bool) {
	peer, err := netip.ParseAddrPort(strings.TrimSpace(r.RemoteAddr))
	return peer.Addr().Unmap().WithZone(""), err == nil
}

// trusts reports whether Gin believes a peer about whom it forwards for, and would not believe a stranger.
func trusts(c *gin.Context, peer netip.Addr) bool {
	const forwardedFor, realIP = "X-Forwarded-For", "X-Real-Ip" // Gin's defaults
	believed, everybody := believes(c, peer, forwardedFor, realIP)
	if believed && !everybody {
		return true
	}
	others := clientHeaders(c.Request.Header, forwardedFor, realIP)
	if everybody { // perhaps one of the two is the platform's
		others = append(others, forwardedFor, realIP)
	}
	for _, header := range others {
		if believed, everybody := believes(c, peer, header); believed && !everybody {
			return true
		}
	}
	return false
}

// believes reports whether Gin takes a client's address from a peer's headers, and, if so, from everybody's. Gin reads nothing but
// the request, so the question is asked in its place.
func believes(c *gin.Context, peer netip.Addr, headers ...string) (believed, everybody bool) {
	request := c.Request
	defer func() { c.Request = request }()
	probe := &http.Request{Header: make(http.Header, len(headers))}
	for _, header := range headers {
		probe.Header[header] = []string{probeClient}
	}
	c.Request = probe
	probe.RemoteAddr = net.JoinHostPort(peer.String(), "1")
	if c.ClientIP() != probeClient {
		return false, false
	}
	probe.RemoteAddr = probeStranger
	return true, c.ClientIP() == probeClient
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

// clientIP returns the client's address as Gin tells it; "" where it is not known. It is never a list: of one, in the header of
// gin.Engine.TrustedPlatform, it is the last address that is not a proxy's.
func clientIP(c *gin.Context) string {
	told := c.ClientIP()
	if _, err := netip.ParseAddr(told); err == nil {
		return told
	}
	if client, ok := lastClient(c, told); ok {
		return client.String()
	}
	if peer, ok := peerAddress(c.Request); ok {
		return peer.String()
	}
	return ""
}

// maxClients bounds how much of a list is read, from its end.
const maxClients = 16

// lastClient returns the last address of a list that is neither in a network of nobody's clients nor a proxy that Gin trusts. What
// stands in front of it may be made up. A list of proxies alone is their first one's.
func lastClient(c *gin.Context, list string) (client netip.Addr, found bool) {
	for range maxClients {
		comma := strings.LastIndexByte(list, ',')
		address, ok := readClient(list[comma+1:])
		if !ok {
			break
		}
		client, found = address, true
		if comma < 0 || !isInner(address) && !trusts(c, address) {
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
	address, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	return address.Unmap().WithZone(""), err == nil
}
