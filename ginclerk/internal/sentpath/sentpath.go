// Package sentpath returns the path of a request as the client sent it, byte by byte. If a guard and the router read different
// spellings of a path, a request can pass the guard.
package sentpath

import (
	"net/url"
	"strings"
)

// Of returns the path of a request's URL as the client sent it, percent-encoded. It keeps every escape. [url.URL.EscapedPath] does
// not: where a path holds characters that should have been encoded, such as ^ or |, it encodes the decoded path anew, and "/a%2Fb^"
// becomes "/a/b%5E". Of encodes these characters alone. It ignores a RawPath that is not the encoding of Path, as some middleware
// leaves it.
func Of(u *url.URL) string {
	if u.RawPath == "" {
		return u.EscapedPath()
	}
	if decoded, err := url.PathUnescape(u.RawPath); err != nil || decoded != u.Path {
		return u.EscapedPath()
	}
	return encoded(u.RawPath)
}

// Local is [Of] for addresses that begin with the path: it returns "/" for a path without a slash in front. [http.StripPrefix] leaves
// such paths, because it cuts a prefix in the middle of a segment, too: "/app" of "/app.evil.example" and of
// "/apphttps://evil.example". The rest would name another host behind an origin, or alone.
func Local(u *url.URL) string {
	if path := Of(u); strings.HasPrefix(path, "/") {
		return path
	}
	return "/"
}

// Target returns the path as [Of] does, with the query behind it, as in a request line. Check it with package localpath before a
// redirect to it.
func Target(u *url.URL) string { return Of(u) + query(u) }

// LocalTarget is [Target] with [Local] in place of [Of].
func LocalTarget(u *url.URL) string { return Local(u) + query(u) }

func query(u *url.URL) string {
	if u.RawQuery == "" {
		return ""
	}
	return "?" + Query(u.RawQuery)
}

// Query returns a query of a request line as an address has it. In a request line "#" and a blank are part of the query. In an
// address "#" begins a fragment, and browsers drop blanks at the end.
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
