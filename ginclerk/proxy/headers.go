package proxy

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkcookie"
)

// onlyOfTheBrowser takes out of a request what is not for Clerk to read, and what only a proxy may say. X-Forwarded-* and Forwarded
// are gone already (httputil.ReverseProxy).
func onlyOfTheBrowser(header http.Header) {
	for name := range header {
		if strings.HasPrefix(strings.ToLower(name), "clerk-") {
			header.Del(name)
		}
	}
	onlyClerkCookies(header)
	if strings.HasPrefix(header.Get("Authorization"), "Basic ") {
		header.Del("Authorization") // it is the application's, or its proxy's
	}
	header.Del("X-Real-Ip")
}

// onlyClerkCookies keeps the application's own cookies from Clerk.
func onlyClerkCookies(header http.Header) {
	var kept, names []string
	for _, line := range header.Values("Cookie") {
		for pair := range strings.SplitSeq(line, ";") {
			pair = strings.TrimSpace(pair)
			name, _, _ := strings.Cut(pair, "=")
			switch i := slices.Index(names, name); {
			case !clerkcookie.Is(name):
			case i >= 0: // of several the last, which has the path "/"
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
