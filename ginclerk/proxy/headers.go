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
		"forwarded", "x-forwarded", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "x-original-forwarded-for", "true-client-ip",
		"cf-connecting-ip", "cf-connecting-ipv6", "cf-pseudo-ipv4", "fastly-client-ip", "fly-client-ip", "x-appengine-user-ip",
		"x-azure-clientip", "x-envoy-external-address", "x-vercel-forwarded-for",
	}
}

// onlyOfTheBrowser removes headers that are not meant for Clerk, headers that only a proxy may set, and what would have the protocol
// switched: the proxy then would pass on requests that it does not see. Some servers take "_" in a name for "-".
func onlyOfTheBrowser(header http.Header) {
	ofOthers := ofOtherProxies()
	for name := range header {
		read := strings.ReplaceAll(strings.ToLower(name), "_", "-")
		if strings.HasPrefix(read, "clerk-") || strings.HasPrefix(read, "x-forwarded-") || slices.Contains(ofOthers, read) {
			delete(header, name)
		}
	}
	for _, name := range []string{"Connection", "Upgrade", "Http2-Settings"} {
		header.Del(name)
	}
	onlyClerkCookies(header)
	onlyTokens(header)
}

// onlyTokens removes credentials for the application or for a proxy in front of it, such as those of the schemes Basic and Digest. Clerk's are
// bearer tokens, or of native programs a token alone.
func onlyTokens(header http.Header) {
	const name = "Authorization"
	kept := slices.DeleteFunc(slices.Clone(header[name]), func(credentials string) bool {
		scheme := strings.Fields(credentials)
		return len(scheme) > 1 && !strings.EqualFold(scheme[0], "Bearer")
	})
	header.Del(name)
	if len(kept) > 0 {
		header[name] = kept
	}
}

// withoutSecret removes the headers of an answer that have the secret key, as those of a server have that says what it was asked.
func withoutSecret(header http.Header, secret string) {
	for name, values := range header {
		if slices.ContainsFunc(values, func(value string) bool { return strings.Contains(value, secret) }) {
			delete(header, name)
		}
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
