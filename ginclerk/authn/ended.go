package authn

import "strings"

// RefreshRefused reports whether the reason is an expired session token that Clerk refused to renew with one of its error codes, most
// likely because the session has ended. It is false when the request could not be renewed for another reason, such as a missing refresh
// token or an unreachable Clerk.
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
