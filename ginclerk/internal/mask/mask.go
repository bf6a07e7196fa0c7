// Package mask takes secrets out of what a log shows: the values of query parameters in which Clerk's protocol carries tokens, or that
// lead back to another address, which may have such parameters in turn.
package mask

import (
	"net/url"
	"strings"
)

// masked stands for a value that no log may show.
const masked = "…"

// Target returns a request's target, a path with or without a query, without the values of such parameters. Names stay.
func Target(target string) string {
	path, query, found := strings.Cut(target, "?")
	if !found {
		return target
	}
	pairs := strings.FieldsFunc(query, func(r rune) bool { return r == '&' || r == ';' })
	for i, pair := range pairs {
		if name, value, _ := strings.Cut(pair, "="); value != "" && (isSecretParameter(name) || isTokenLike(value)) {
			pairs[i] = name + "=" + masked
		} else if isTokenLike(name) {
			pairs[i] = masked
		}
	}
	return path + "?" + strings.Join(pairs, "&")
}

// isSecretParameter reports whether a parameter's value is a secret, may hold one, or has a name that can't be read.
func isSecretParameter(escaped string) bool {
	name, err := url.QueryUnescape(escaped)
	if err != nil {
		return true
	}
	name = strings.ToLower(name)
	for _, prefix := range []string{"__", "_clerk", "clerk_"} { // the names of Clerk's cookies and parameters, with any suffix
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	for _, part := range []string{"token", "nonce", "ticket", "jwt", "secret", "password", "session"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return name == "code" || name == "state" || strings.HasSuffix(name, "_url")
}

// isTokenLike reports whether a value is a JWT, whatever its parameter is called, or is encoded so that it may hold one.
func isTokenLike(escaped string) bool {
	value, err := url.QueryUnescape(escaped)
	return err != nil || strings.Contains(value, "eyJ") && strings.Contains(value, ".") || strings.Contains(value, "__")
}
