package core

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/mileusna/useragent"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// ActivityOf returns the origin of a request: the device and browser that its User-Agent names, in Clerk's words, and the first
// address of X-Forwarded-For, or else that of the connection. No decision depends on it, so it trusts both headers.
func ActivityOf(r *http.Request) world.Activity {
	ua := useragent.Parse(r.UserAgent())
	a := world.Activity{
		DeviceType: ua.OS, Mobile: ua.Mobile || ua.Tablet, BrowserName: ua.Name, BrowserVersion: ua.Version, IPAddress: addressOf(r),
	}
	if ua.Name == useragent.HeadlessChrome {
		a.BrowserName = useragent.Chrome
	}
	switch ua.OS {
	case "": // a program, not a browser
		a.Mobile, a.BrowserName, a.BrowserVersion = false, "", ""
	case useragent.MacOS:
		a.DeviceType = "Macintosh"
	case useragent.IOS:
		a.DeviceType = ua.Device // iPhone or iPad
	}
	return a
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
