package ginclerk

import "github.com/ginclerk/ginclerk/ginclerk/authn"

// Reasons that only this package knows, beside Clerk's own.
const (
	ReasonSessionPending  authn.Reason = "ginclerk-session-pending"  // the session has an unfinished task
	ReasonSessionRevoked  authn.Reason = "ginclerk-session-revoked"  // it was ended although its token is still good
	ReasonSessionEnded    authn.Reason = "ginclerk-session-ended"    // Clerk says that it is over
	ReasonSessionTooOld   authn.Reason = "ginclerk-session-too-old"  // somebody signed in longer ago than a route allows
	ReasonSessionSwitched authn.Reason = "ginclerk-session-switched" // the browser goes for the cookies of another account
	ReasonSelectionEnded  authn.Reason = "ginclerk-selection-ended"  // the account that was switched to can't be used any more
	ReasonTokenTooOld     authn.Reason = "ginclerk-token-too-old"    // the token is older than a route allows

	ReasonRequirementNotMet  authn.Reason = "ginclerk-requirement-not-met"
	ReasonReverification     authn.Reason = "ginclerk-reverification-required" // who is there has to prove it once more
	ReasonCrossOriginRequest authn.Reason = "ginclerk-cross-origin-request"    // another site may have caused a cookie's unsafe request

	ReasonFormTooLarge authn.Reason = "ginclerk-form-too-large" // to be kept while somebody signs in
	ReasonTooManyForms authn.Reason = "ginclerk-too-many-forms" // are waiting, so that another one is not kept
	ReasonFormNotKept  authn.Reason = "ginclerk-form-not-kept"  // because the store can't be reached or is full, or the body was read before

	ReasonRateLimited          authn.Reason = "ginclerk-rate-limited"
	ReasonRateLimitUnavailable authn.Reason = "ginclerk-rate-limit-unavailable" // the store can't count
	ReasonClerkUnavailable     authn.Reason = "ginclerk-clerk-unavailable"
	ReasonFrontendUnavailable  authn.Reason = "ginclerk-frontend-api-unavailable" // to the proxy

	ReasonPathTooLong       authn.Reason = "ginclerk-path-too-long"
	ReasonHandshakeNotBegun authn.Reason = "ginclerk-handshake-not-begun" // an answer was brought that this browser was not sent for
	ReasonCookiesRefused    authn.Reason = "ginclerk-cookies-refused"     // the browser was sent on handshakes and kept no cookie of them
	ReasonPrefetch          authn.Reason = "ginclerk-prefetch"            // only a visit could tell who it is

	ReasonSignedOut        authn.Reason = "ginclerk-signed-out"         // a call needed somebody who is signed in
	ReasonNoSession        authn.Reason = "ginclerk-no-session"         // who is there has no session, as machines
	ReasonNoCredential     authn.Reason = "ginclerk-no-credential"      // of the browser for the Frontend API
	ReasonSessionNotFound  authn.Reason = "ginclerk-session-not-found"  // or it is somebody else's
	ReasonSessionNotActive authn.Reason = "ginclerk-session-not-active" // it has ended, or can't be used yet
	ReasonSignOutNotFound  authn.Reason = "ginclerk-sign-out-not-found" // a job, or it is somebody else's
	ReasonFormNotFound     authn.Reason = "ginclerk-form-not-found"     // it has been sent or discarded, or its time was over
	ReasonStoreUnavailable authn.Reason = "ginclerk-store-unavailable"  // [Config.Store], or it is full
	ReasonTokenShortLived  authn.Reason = "ginclerk-token-short-lived"  // a handler asked for a token that lives longer than such tokens do
	ReasonBadRequest       authn.Reason = "ginclerk-bad-request"
	ReasonInternal         authn.Reason = "ginclerk-internal" // an error that nobody expected

	ReasonMalformedPath      authn.Reason = "ginclerk-malformed-path"
	ReasonNoTenant           authn.Reason = "ginclerk-no-tenant"            // no Clerk instance is the request's ([ErrNoTenant])
	ReasonHeadersAlreadySent authn.Reason = "ginclerk-headers-already-sent" // a response was begun before ginclerk ran
)
