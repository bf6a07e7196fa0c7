package authn

import "github.com/ginclerk/ginclerk/ginclerk/internal/clerkcookie"

// usesSuffixedCookies decides whether the request's cookies of this instance are those with its suffix or those without. The rules
// and their order are Clerk's (@clerk/backend, authenticateContext.ts): another application on the same domain may have set the cookies
// without a suffix.
func (f *facts) usesSuffixedCookies(plain, suffixed presented) bool {
	clientUAT, clientUATSuffixed := f.jar.Value(clerkcookie.ClientUAT), f.jar.Value(clerkcookie.ClientUATSuffixed)
	switch {
	case plain.raw != "" && !plain.hasIssuer():
		return false
	case plain.raw != "" && !plain.issuedBy(f.by.issuerHost):
		return true
	case clientUATSuffixed == "" && suffixed.raw == "":
		return false
	case clientUATSuffixed != "0" && clientUAT != "0" && plain.issuedAfter(suffixed):
		return false
	case clientUATSuffixed == "0" && clientUAT != "0":
		return false
	case !f.by.production() && clientUATSuffixed != "0" && clientUAT == "0" && suffixed.expired(f.by.now()):
		return false
	default:
		return clientUATSuffixed != "" || suffixed.raw == ""
	}
}
