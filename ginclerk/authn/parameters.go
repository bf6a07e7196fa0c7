package authn

import (
	"net/url"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/weburl"
)

// parameters are the pairs of a query, read and printed as application/x-www-form-urlencoded by the WHATWG URL standard
// (section 5), as browsers and Clerk's JavaScript do: they keep broken escapes and the order of the pairs, and print all pairs anew
// when one changes. url.ParseQuery drops pairs with broken escapes or semicolons, and url.Values.Encode sorts the pairs.
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

// clerkParameters returns the parameters of Clerk's flows alone, each once: of a repeated name the first counts. It takes linear time
// and decodes little, because everybody can send a long query.
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

// encodeForm appends a text as forms encode it. net/url differs in two characters: it keeps ~ and encodes *.
func encodeForm(b *strings.Builder, s string) {
	s = url.QueryEscape(s)
	b.WriteString(strings.ReplaceAll(strings.ReplaceAll(s, "~", "%7E"), "%2A", "*"))
}

// decodeForm keeps broken escapes, which net/url refuses together with the whole text.
func decodeForm(s string) string {
	return strings.ToValidUTF8(weburl.Decoded(strings.ReplaceAll(s, "+", " ")), "\ufffd")
}
