package authn

import (
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkcookie"
)

// clerkCookies returns the Set-Cookie values that set Clerk's own cookies. An answer of Clerk must never set cookies of the
// application.
func clerkCookies(setCookie []string, key instance.PublishableKey) []string {
	kept := make([]string, 0, len(setCookie))
	for _, directive := range setCookie {
		if clerkcookie.SetByClerk(directiveName(directive), key.CookieSuffix()) && wellFormed(directive) {
			kept = append(kept, directive)
		}
	}
	return kept
}

// wellFormed reports whether a Set-Cookie value sets a cookie, has no control characters, which could end the header, and has no
// attribute that Clerk's cookies lack.
func wellFormed(directive string) bool {
	for _, c := range []byte(directive) {
		if c < ' ' || c == 0x7f {
			return false
		}
	}
	pair, attributes, _ := strings.Cut(directive, ";")
	if !strings.Contains(pair, "=") {
		return false
	}
	for attribute := range strings.SplitSeq(attributes, ";") {
		name, _, _ := strings.Cut(attribute, "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "", "path", "domain", "max-age", "expires", "samesite", "secure", "httponly", "partitioned", "priority":
		default:
			return false
		}
	}
	return true
}

// sessionTokenOf returns the session token that the Set-Cookie values set. As in Clerk's SDKs it is the value of the last cookie whose
// name begins with __session, up to the next "=".
func sessionTokenOf(setCookie []string) string {
	raw := ""
	for _, directive := range setCookie {
		if strings.HasPrefix(directiveName(directive), instance.CookieSession) {
			raw = directiveValue(directive)
		}
	}
	return raw
}

func directiveName(directive string) string {
	pair, _, _ := strings.Cut(directive, ";")
	name, _, _ := strings.Cut(pair, "=")
	return name
}

func directiveValue(directive string) string {
	pair, _, _ := strings.Cut(directive, ";")
	_, value, _ := strings.Cut(pair, "=")
	value, _, _ = strings.Cut(value, "=")
	return value
}
