package proxy

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkcookie"
)

// ofOtherProxies are headers in which proxies and networks tell the address of a client, and that a client itself can send. Clerk's
// own proxy takes the address from some of them.
func ofOtherProxies() []string {
	return []string{
		"X-Real-Ip", "X-Client-Ip", "X-Cluster-Client-Ip", "X-Original-Forwarded-For", "True-Client-Ip", "Cf-Connecting-Ip",
		"Cf-Connecting-Ipv6", "Cf-Pseudo-Ipv4", "Fastly-Client-Ip", "Fly-Client-Ip", "X-Appengine-User-Ip", "X-Azure-Clientip",
		"X-Envoy-External-Address", "X-Vercel-Forwarded-For",
	}
}

// onlyOfTheBrowser removes headers that are not meant for Clerk, and headers that only a proxy may set. httputil.ReverseProxy has
// already removed X-Forwarded-* and Forwarded.
func onlyOfTheBrowser(header http.Header) {
	for name := range header {
		if strings.HasPrefix(strings.ToLower(name), "clerk-") {
			header.Del(name)
		}
	}
	onlyClerkCookies(header)
	if strings.HasPrefix(header.Get("Authorization"), "Basic ") {
		header.Del("Authorization") // credentials for the application or its proxy
	}
	for _, name := range ofOtherProxies() {
		header.Del(name)
	}
}

// onlyClerkCookies removes the application's own cookies.
func onlyClerkCookies(header http.Header) {
	var kept, names []string
	for _, line := range header.Values("Cookie") {
		for pair := range strings.SplitSeq(line, ";") {
			pair = strings.TrimSpace(pair)
			name, _, _ := strings.Cut(pair, "=")
			switch i := slices.Index(names, name); {
			case !clerkcookie.Is(name):
			case i >= 0: // of several cookies, the last one has the path "/"
				kept[i] = pair
			default:
				names, kept = append(names, name), append(kept, pair)
			}
		}
	}
	header.Del("Cookie")
	if len(kept) > 0 {
		header.Set("Cookie", strings.Join(kept, "; "))
	}
}
