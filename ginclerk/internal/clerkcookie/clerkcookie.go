// Package clerkcookie knows the cookies that Clerk sets.
package clerkcookie

import (
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// Is reports whether a cookie is one of Clerk's by its name: with an instance's suffix, or without.
func Is(name string) bool {
	if strings.HasPrefix(name, "__clerk") || strings.HasPrefix(name, "clerk_") {
		return true
	}
	for _, own := range []string{instance.CookieSession, instance.CookieClientUAT, instance.CookieClient, instance.CookieRefresh} {
		if name == own || strings.HasPrefix(name, own+"_") {
			return true
		}
	}
	return false
}
