package bearer

import (
	"net/http"
	"slices"
	"strings"
)

// Found returns the token that a function finds in a request without an Authorization header, such as a WebSocket's; "" without one. It
// must not read the body. Safe is false for a token that stands in the address, which ends up in logs and histories, or in a cookie,
// which browsers send for other sites, too: such a request has to be refused.
func Found(r *http.Request, find func(*http.Request) string) (raw string, safe bool) {
	if find == nil || len(r.Header["Authorization"]) > 0 {
		return "", true
	}
	raw = find(r)
	return raw, raw == "" || !inAddress(r, raw) && !inCookies(r, raw)
}

func inAddress(r *http.Request, raw string) bool {
	if strings.Contains(r.URL.Path, raw) || strings.Contains(r.URL.RawQuery, raw) {
		return true
	}
	for _, values := range r.URL.Query() {
		if slices.ContainsFunc(values, func(value string) bool { return strings.Contains(value, raw) }) {
			return true
		}
	}
	return false
}

func inCookies(r *http.Request, raw string) bool {
	return slices.ContainsFunc(r.Header["Cookie"], func(header string) bool { return strings.Contains(header, raw) }) ||
		slices.ContainsFunc(r.Cookies(), func(cookie *http.Cookie) bool { return strings.Contains(cookie.Value, raw) })
}

// Presenting returns the request with a token that was found in it as its Authorization header. An unsafe token becomes one that can't be
// read, and is refused.
func Presenting(r *http.Request, raw string, safe bool) *http.Request {
	switch {
	case raw == "":
		return r
	case !safe:
		raw = ""
	}
	return withAuthorization(r, strings.TrimSpace(unreadable+" "+raw))
}

// FromWebSocketProtocol returns a function that finds a token behind a name in the header Sec-WebSocket-Protocol. Scripts can set no other
// header of a WebSocket: new WebSocket(url, [name, token]).
func FromWebSocketProtocol(name string) func(*http.Request) string {
	return func(r *http.Request) string {
		var items []string
		for _, line := range r.Header["Sec-Websocket-Protocol"] {
			for item := range strings.SplitSeq(line, ",") {
				items = append(items, strings.Trim(item, " \t"))
			}
		}
		if i := slices.Index(items, name); i >= 0 && i+1 < len(items) {
			return items[i+1]
		}
		return ""
	}
}
