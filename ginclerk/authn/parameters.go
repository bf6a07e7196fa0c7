package authn

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ginclerk/ginclerk/ginclerk/internal/weburl"
)

// parameters are the pairs of a query, read and printed as application/x-www-form-urlencoded by the WHATWG URL standard
// (section 5), as browsers and Clerk's JavaScript do. Invalid percent-encoding is kept, and printing encodes every pair anew.
type parameters []parameter

type parameter struct{ name, value string }

func parseParameters(query string) parameters {
	var list parameters
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		list = append(list, parameter{decodeForm(name), decodeForm(value)})
	}
	return list
}

// longestParameter is the length of the longest name among Clerk's parameters, with every byte escaped.
const longestParameter = 3 * len("__clerk_handshake_nonce")

// clerkParameters returns the parameters of Clerk's flows, each once: the first of a repeated name counts. It skips all others without
// decoding them, because anyone can send a long query.
func clerkParameters(query string) parameters {
	var list parameters
	for query != "" {
		if query[0] == '&' {
			query = query[1:]
			continue
		}
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		name, value, _ := strings.Cut(pair, "=")
		if len(name) > longestParameter || !strings.Contains(name, "clerk") && !strings.Contains(name, "%") {
			continue
		}
		if name = decodeForm(name); decidesFlow(name) && !list.has(name) {
			list = list.with(name, decodeForm(value))
		}
	}
	return list
}

func decidesFlow(name string) bool {
	switch name {
	case paramDevBrowser, paramHandshake, paramHandshakeNonce, paramClerkRedirectURL, paramSynced:
		return true
	default:
		return false
	}
}

func (p parameters) get(name string) string {
	for _, one := range p {
		if one.name == name {
			return one.value
		}
	}
	return ""
}

func (p parameters) has(name string) bool {
	return slices.ContainsFunc(p, func(one parameter) bool { return one.name == name })
}

func (p parameters) with(name, value string) parameters {
	return append(p, parameter{name, value})
}

// replacing sets the first parameter of this name and drops the others.
func (p parameters) replacing(name, value string) parameters {
	i := slices.IndexFunc(p, func(one parameter) bool { return one.name == name })
	if i < 0 {
		return p.with(name, value)
	}
	p[i].value = value
	return append(p[:i+1], p[i+1:].without(name)...)
}

func (p parameters) without(names ...string) parameters {
	return slices.DeleteFunc(slices.Clone(p), func(one parameter) bool { return slices.Contains(names, one.name) })
}

func (p parameters) String() string {
	var b strings.Builder
	for i, one := range p {
		if i > 0 {
			b.WriteByte('&')
		}
		encodeForm(&b, one.name)
		b.WriteByte('=')
		encodeForm(&b, one.value)
	}
	return b.String()
}

// on prints a URL with these parameters as its query.
func (p parameters) on(u weburl.URL) string { return u.WithQuery(p.String()).String() }

func parametersOf(u weburl.URL) parameters { return parseParameters(u.Query) }

const upperHex = "0123456789ABCDEF"

func encodeForm(b *strings.Builder, s string) {
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ':
			b.WriteByte('+')
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '*', c == '-', c == '.', c == '_':
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(upperHex[c>>4])
			b.WriteByte(upperHex[c&15])
		}
	}
}

func decodeForm(s string) string {
	if !strings.ContainsAny(s, "%+") && utf8.ValidString(s) {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			out = append(out, ' ')
		case s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			out = append(out, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		default:
			out = append(out, s[i])
		}
	}
	return strings.ToValidUTF8(string(out), "\ufffd")
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	default:
		return c - 'a' + 10
	}
}
