package authn

import (
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// usesSuffixedCookies decides whether this instance's cookies are those with its suffix or those without. The rules and
// their order are Clerk's (@clerk/backend, authenticateContext.ts): another application on the same domain may have set
// the plain ones.
func usesSuffixedCookies(jar cookieJar, plain, suffixed glimpse, instanceType instance.Type, issuerHost string, now time.Time) bool {
	switch {
	case jar.session != "" && !plain.hasIssuer():
		return false
	case jar.session != "" && !plain.issuedBy(issuerHost):
		return true
	case jar.clientUATSuffixed == "" && jar.sessionSuffixed == "":
		return false
	case jar.clientUATSuffixed != "0" && jar.clientUAT != "0" && plain.issuedAfter(suffixed):
		return false
	case jar.clientUATSuffixed == "0" && jar.clientUAT != "0":
		return false
	case instanceType != instance.Production && jar.clientUATSuffixed != "0" && jar.clientUAT == "0" && suffixed.expired(now):
		return false
	default:
		return jar.clientUATSuffixed != "" || jar.sessionSuffixed == ""
	}
}
