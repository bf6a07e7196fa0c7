package ginclerk

import (
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
)

// origin returns scheme://host[:port] of the application as the browser of this request knows it. With configured origins
// it is always one of them: the one whose host the request names, else the first.
func (k *Clerk) origin(c *gin.Context) string {
	scheme, host, _ := strings.Cut(authn.RequestOrigin(c.Request), "://")
	if forwarded(c.Request) && fromTrustedProxy(c) {
		scheme, host = forwardedOrigin(c.Request, scheme, host)
	}
	if len(k.config.Origins) == 0 {
		return scheme + "://" + host
	}
	if origin := scheme + "://" + host; slices.Contains(k.config.Origins, origin) {
		return origin
	}
	for _, origin := range k.config.Origins {
		if _, own, _ := strings.Cut(origin, "://"); strings.EqualFold(own, host) {
			return origin
		}
	}
	return k.config.Origins[0]
}

func forwarded(r *http.Request) bool {
	return r.Header.Get("X-Forwarded-Host") != "" || r.Header.Get("X-Forwarded-Proto") != ""
}

// forwardedOrigin takes the first value of each header, and a scheme only if it is http or https.
func forwardedOrigin(r *http.Request, scheme, host string) (string, string) {
	if value, _, _ := strings.Cut(r.Header.Get("X-Forwarded-Host"), ","); strings.TrimSpace(value) != "" {
		host = strings.TrimSpace(value)
	}
	value, _, _ := strings.Cut(r.Header.Get("X-Forwarded-Proto"), ",")
	if value = strings.ToLower(strings.TrimSpace(value)); value == "http" || value == "https" {
		scheme = value
	}
	return scheme, host
}

// Addresses that belong to nobody (RFC 5737): a client that only a trusted proxy could speak for, and a peer that no
// application has a reason to trust.
const (
	probeClient   = "192.0.2.1"
	probeStranger = "203.0.113.254:1"
)

// fromTrustedProxy reports whether the request's peer is a proxy that the application told Gin to trust
// (gin.Engine.SetTrustedProxies). Gin trusts everybody until it is told; that is nobody's word, so it does not count. Gin
// does not say whom it trusts, but what it makes of a forwarded address does.
func fromTrustedProxy(c *gin.Context) bool {
	return believes(c, c.Request.RemoteAddr) && !believes(c, probeStranger)
}

// believes reports whether Gin believes a peer about whom it forwards for.
func believes(c *gin.Context, peer string) bool {
	if _, _, err := net.SplitHostPort(peer); err != nil {
		return false
	}
	probe := c.Copy()
	probe.Request = &http.Request{
		RemoteAddr: peer,
		Header:     http.Header{"X-Forwarded-For": {probeClient}, "X-Real-Ip": {probeClient}},
	}
	return probe.ClientIP() == probeClient
}
