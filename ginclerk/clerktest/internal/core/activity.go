package core

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/useragent"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// ActivityOf says where a request came from: the device by its User-Agent, the address by the leftmost element of X-Forwarded-For
// or else by the connection. Nothing is decided by it, so the header is taken at its word.
func ActivityOf(r *http.Request) world.Activity {
	d := useragent.Parse(r.UserAgent())
	return world.Activity{
		DeviceType: d.Type, Mobile: d.Mobile, BrowserName: d.Browser, BrowserVersion: d.Version, IPAddress: addressOf(r),
	}
}

func addressOf(r *http.Request) string {
	first, _, _ := strings.Cut(r.Header.Get("X-Forwarded-For"), ",")
	if address, err := netip.ParseAddr(strings.TrimSpace(first)); err == nil {
		return address.String()
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	return host
}
