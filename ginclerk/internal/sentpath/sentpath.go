// Package sentpath tells which path a request was sent for, byte by byte. A guard that reads another spelling than the router
// can be passed by.
package sentpath

import (
	"net/url"
	"strings"
)

// Of returns the path of a request's URL as it was sent, percent-encoded. Unlike [url.URL.EscapedPath] it changes no escape that
// was sent: where a path holds characters that should have been encoded, such as ^ or |, EscapedPath encodes the decoded path
// anew, and "/a%2Fb^" becomes "/a/b%5E". Of encodes these characters alone. A RawPath that is not the encoding of Path, which some
// middleware has left behind, does not count.
func Of(u *url.URL) string {
	if u.RawPath == "" {
		return u.EscapedPath()
	}
	if decoded, err := url.PathUnescape(u.RawPath); err != nil || decoded != u.Path {
		return u.EscapedPath()
	}
	return encoded(u.RawPath)
}

// Local is [Of] for addresses that begin with the path: "/" where what was sent does not begin with a slash. [http.StripPrefix] takes
// a prefix off in the middle of a segment, too: "/app" of "/app.evil.example" and of "/apphttps://evil.example", and what is left
// would name another host behind an origin, or all by itself.
func Local(u *url.URL) string {
	if path := Of(u); strings.HasPrefix(path, "/") {
		return path
	}
	return "/"
}

// Target returns the path as [Of] does, with the query behind it: what stands in a request line. It begins with one slash or is
// no path of the application.
func Target(u *url.URL) string { return Of(u) + query(u) }

// LocalTarget is [Target] with [Local] in place of [Of].
func LocalTarget(u *url.URL) string { return Local(u) + query(u) }

func query(u *url.URL) string {
	if u.RawQuery == "" {
		return ""
	}
	return "?" + Query(u.RawQuery)
}

// Query returns a query as it stands in an address. A # in a request line is part of the query, and so would be a blank; in an
// address the one begins a fragment, and the other is dropped at the end.
func Query(sent string) string {
	if !strings.ContainsAny(sent, "# ") {
		return sent
	}
	return strings.NewReplacer("#", "%23", " ", "%20").Replace(sent)
}

// Length returns how many bytes [Target] has at least, without making it.
func Length(u *url.URL) int { return max(len(u.Path), len(u.RawPath)) + len(u.RawQuery) }

// encoded encodes the characters that may not stand in a path (RFC 3986, section 3.3; [url.URL.EscapedPath] lets brackets pass too).
func encoded(path string) string {
	first := strings.IndexFunc(path, func(c rune) bool { return !allowed(c) })
	if first < 0 {
		return path
	}
	const upperHex = "0123456789ABCDEF"
	out := append(make([]byte, 0, len(path)+16), path[:first]...)
	for i := first; i < len(path); i++ {
		if c := path[i]; allowed(rune(c)) {
			out = append(out, c)
		} else {
			out = append(out, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return string(out)
}

func allowed(c rune) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '%' || c < 0x80 && strings.ContainsRune("/-._~!$&'()*+,;=:@[]", c)
}
