// Package mask removes secrets from what a log shows: the values of query parameters that carry tokens in Clerk's protocol, or
// that name another address, which may have such parameters, too.
package mask

import (
	"net/url"
	"strings"
)

// masked replaces a value that no log may show.
const masked = "…"

// Target returns a request's target, a path with or without a query, with these values masked. It keeps the names.
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

// isSecretParameter reports whether a parameter's value is a secret or may contain one, or whether its name can't be read.
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

// isTokenLike reports whether a value is a JWT, whatever the parameter's name is, or has an encoding that may hide one.
func isTokenLike(escaped string) bool {
	value, err := url.QueryUnescape(escaped)
	return err != nil || strings.Contains(value, "eyJ") && strings.Contains(value, ".") || strings.Contains(value, "__")
}
