package proxy

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkcookie"
)

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
	header.Del("X-Real-Ip")
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
