package authn

import "strings"

// RefreshRefused reports whether the reason is an expired session token that Clerk itself refused to renew, with an error
// code of its own: most likely because the session has ended. That the browser or the network could not even ask is no
// such reason.
func (r Reason) RefreshRefused() bool {
	code, expired := strings.CutPrefix(string(r), string(reasonSessionTokenExpired))
	if !expired {
		return false
	}
	switch code {
	case refreshNoCookie, refreshNonGet, refreshInvalidSessionToken, refreshMissingToken, refreshDecodeFailed,
		refreshMissingSessionID, refreshFetchError, refreshUnexpectedSDK, refreshUnexpectedBackend:
		return false
	default:
		return code != ""
	}
}
