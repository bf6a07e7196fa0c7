package authn

// Reason says why a request is not signed in, in Clerk's spelling (@clerk/backend, authStatus.ts and errors.ts). Reasons
// of token verification have the type [github.com/ginclerk/ginclerk/ginclerk/token.Reason] and appear here unchanged.
type Reason string

// Reasons of the decision table.
const (
	ReasonClientUATWithoutSessionToken Reason = "client-uat-but-no-session-token"
	ReasonDevBrowserMissing            Reason = "dev-browser-missing"
	ReasonDevBrowserSync               Reason = "dev-browser-sync"
	ReasonPrimaryRespondsToSyncing     Reason = "primary-responds-to-syncing"
	ReasonPrimaryDomainCrossOriginSync Reason = "primary-domain-cross-origin-sync"
	ReasonSatelliteNeedsSyncing        Reason = "satellite-needs-syncing"
	ReasonSessionTokenAndUATMissing    Reason = "session-token-and-uat-missing"
	ReasonSessionTokenMissing          Reason = "session-token-missing"
	ReasonSessionTokenIATBeforeUAT     Reason = "session-token-iat-before-client-uat"
	ReasonSessionTokenNotBefore        Reason = "session-token-nbf"
	ReasonSessionTokenIATInFuture      Reason = "session-token-iat-in-the-future"
	ReasonSessionTokenWithoutClientUAT Reason = "session-token-but-no-client-uat"
	ReasonActiveOrganizationMismatch   Reason = "active-organization-mismatch"
	ReasonTokenTypeMismatch            Reason = "token-type-mismatch"
	ReasonUnexpectedError              Reason = "unexpected-error"

	// ReasonNoTokenInHeader has Clerk's spelling, although it looks unlike the others.
	ReasonNoTokenInHeader Reason = "No token in header"

	// reasonSessionTokenExpired is a prefix: why the token could not be renewed follows.
	reasonSessionTokenExpired Reason = "session-token-expired-refresh-"
)

// Why an expired session token could not be renewed.
const (
	refreshNoCookie            = "non-eligible-no-refresh-cookie"
	refreshNonGet              = "non-eligible-non-get"
	refreshInvalidSessionToken = "invalid-session-token"
	refreshMissingToken        = "missing-session-token"
	refreshDecodeFailed        = "expired-session-token-decode-failed"
	refreshMissingSessionID    = "expired-session-token-missing-sid-claim"
	refreshFetchError          = "fetch-error"
	refreshUnexpectedSDK       = "unexpected-sdk-error"
	refreshUnexpectedBackend   = "unexpected-bapi-error"
)

// Expired reports whether the reason is a session token that has expired and could not be renewed.
func (r Reason) Expired() bool {
	return len(r) > len(reasonSessionTokenExpired) && r[:len(reasonSessionTokenExpired)] == reasonSessionTokenExpired
}
