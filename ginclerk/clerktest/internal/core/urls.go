package core

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// WithParam returns the URL with the query parameter set. All other parameters keep their order and spelling, except for those
// in without, which it removes.
func WithParam(u *url.URL, name, value string, without ...string) *url.URL {
	drop := append([]string{name}, without...)
	out := *u
	var kept []string
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		key, _, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(key); pair == "" || (err == nil && slices.Contains(drop, decoded)) {
			continue
		}
		kept = append(kept, pair)
	}
	out.RawQuery = strings.Join(append(kept, url.QueryEscape(name)+"="+url.QueryEscape(value)), "&")
	return &out
}

// PublicOrigin returns the origin that the application's users see: the proxy's origin if the request came through one, else
// the Origin header, else the request's own origin.
func PublicOrigin(r *http.Request) string {
	for _, header := range []string{"Clerk-Proxy-Url", "Origin"} {
		if u, err := url.Parse(r.Header.Get(header)); err == nil && plain(u) {
			return OriginOf(u)
		}
	}
	host, scheme := first(r.Header.Get("X-Forwarded-Host")), first(r.Header.Get("X-Forwarded-Proto"))
	if host == "" {
		host = r.Host
	}
	if scheme != "https" && (scheme == "http" || r.TLS == nil) {
		scheme = "http"
	} else {
		scheme = "https"
	}
	return strings.ToLower(scheme + "://" + host)
}

// AuthorizedParty returns the origin of the page that made a request: its azp. Browsers omit Origin in requests to their own
// origin, and behind a proxy all requests are such. Then it is the proxy's origin, or that of the page that the request names.
func AuthorizedParty(r *http.Request) string {
	for _, header := range []string{"Origin", "Clerk-Proxy-Url", "Referer"} {
		if u, err := url.Parse(r.Header.Get(header)); err == nil && plain(u) {
			return OriginOf(u)
		}
	}
	return ""
}

func first(list string) string {
	element, _, _ := strings.Cut(list, ",")
	return strings.TrimSpace(element)
}
