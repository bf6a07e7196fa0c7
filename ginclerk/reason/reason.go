// Package reason names why ginclerk turns a request away, or takes it for signed out, where Clerk has no word for it. The names have
// the prefix ginclerk-; they stand beside Clerk's own reasons in an answer's member "reason", in logs, and in Auth.Reason.
package reason

import "github.com/ginclerk/ginclerk/ginclerk/authn"

// The reasons that ginclerk knows beside Clerk's own ([authn.Reason]).
const (
	SessionPending       authn.Reason = "ginclerk-session-pending"       // the session has an unfinished task
	SessionRevoked       authn.Reason = "ginclerk-session-revoked"       // it was ended although its token is still good
	SessionEnded         authn.Reason = "ginclerk-session-ended"         // Clerk says that it is over
	SessionTooOld        authn.Reason = "ginclerk-session-too-old"       // the user signed in longer ago than a route allows
	SessionSwitched      authn.Reason = "ginclerk-session-switched"      // the browser goes for the cookies of another account
	OrganizationSwitched authn.Reason = "ginclerk-organization-switched" // the browser goes for the cookies of another organization
	SelectionEnded       authn.Reason = "ginclerk-selection-ended"       // the account that was switched to can't be used any more
	AccountNotHere       authn.Reason = "ginclerk-account-not-here"      // the number in the path is of no account that is signed in on this browser
	TokenTooOld          authn.Reason = "ginclerk-token-too-old"         // the token is older than a route allows

	MembershipChanged authn.Reason = "ginclerk-membership-changed" // the token was made before the user's membership has ended or changed

	RequirementNotMet    authn.Reason = "ginclerk-requirement-not-met"
	OrganizationRequired authn.Reason = "ginclerk-organization-required"   // what is required is of an organization, and none is active
	Reverification       authn.Reason = "ginclerk-reverification-required" // the user has to prove once more who they are
	CrossOriginRequest   authn.Reason = "ginclerk-cross-origin-request"    // another site may have caused a cookie's unsafe request

	FormTooLarge authn.Reason = "ginclerk-form-too-large" // to be kept while its sender signs in
	TooManyForms authn.Reason = "ginclerk-too-many-forms" // are waiting, so that another one is not kept
	FormNotKept  authn.Reason = "ginclerk-form-not-kept"  // because the store can't be reached or is full, or the body was read before

	RateLimited          authn.Reason = "ginclerk-rate-limited"
	RateLimitUnavailable authn.Reason = "ginclerk-rate-limit-unavailable" // the store can't count
	ClerkUnavailable     authn.Reason = "ginclerk-clerk-unavailable"
	OutageReading        authn.Reason = "ginclerk-outage-reading"           // a page may be read with a token that has ended, because Clerk is down
	FrontendUnavailable  authn.Reason = "ginclerk-frontend-api-unavailable" // to the proxy

	PathTooLong       authn.Reason = "ginclerk-path-too-long"
	HandshakeNotBegun authn.Reason = "ginclerk-handshake-not-begun" // an answer was brought that this browser was not sent for
	CookiesRefused    authn.Reason = "ginclerk-cookies-refused"     // the browser was sent on handshakes and kept no cookie of them
	SignInGuarded     authn.Reason = "ginclerk-sign-in-guarded"     // the sign-in page needs a session itself
	Prefetch          authn.Reason = "ginclerk-prefetch"            // only a visit could tell who it is

	SignedOut            authn.Reason = "ginclerk-signed-out"             // a call needed a signed-in user
	NoSession            authn.Reason = "ginclerk-no-session"             // the request has no session: a machine sent it
	NoCredential         authn.Reason = "ginclerk-no-credential"          // of the browser for the Frontend API
	SessionNotFound      authn.Reason = "ginclerk-session-not-found"      // or it belongs to another user
	SessionNotActive     authn.Reason = "ginclerk-session-not-active"     // it has ended, or can't be used yet
	OrganizationNotFound authn.Reason = "ginclerk-organization-not-found" // or the user is not a member of it
	SessionNotOfBrowser  authn.Reason = "ginclerk-session-not-of-browser" // so that the browser can't have Clerk change it
	UserNotFound         authn.Reason = "ginclerk-user-not-found"         // the user was deleted
	SignOutNotFound      authn.Reason = "ginclerk-sign-out-not-found"     // a job, or it belongs to another user
	FormNotFound         authn.Reason = "ginclerk-form-not-found"         // it has been sent or discarded, or its time was over
	StoreUnavailable     authn.Reason = "ginclerk-store-unavailable"      // Config.Stores.Records, or it is full
	TokenShortLived      authn.Reason = "ginclerk-token-short-lived"      // a handler asked for a token that lives longer than such tokens do
	BadRequest           authn.Reason = "ginclerk-bad-request"
	Internal             authn.Reason = "ginclerk-internal" // an unexpected error

	MalformedPath      authn.Reason = "ginclerk-malformed-path"
	NoTenant           authn.Reason = "ginclerk-no-tenant"            // no Clerk instance is the request's ([ErrNoTenant])
	NoClerk            authn.Reason = "ginclerk-no-clerk"             // the application uses a Clerk that is nil
	NotAttached        authn.Reason = "ginclerk-not-attached"         // no Attach and no guard is in front, or the path is exempt
	HeadersAlreadySent authn.Reason = "ginclerk-headers-already-sent" // a response was begun before ginclerk ran

	TokenDelegated      authn.Reason = "ginclerk-token-delegated" // another party acts for the user with it, and the route does not take such tokens
	TokenRequest        authn.Reason = "ginclerk-token-request"   // one to the token endpoint that can't be answered
	TemplateNotListed   authn.Reason = "ginclerk-template-not-listed"
	TemplateUnknown     authn.Reason = "ginclerk-template-unknown" // to Clerk
	OrganizationChanged authn.Reason = "ginclerk-organization-changed"
	TokenStaysOnServer  authn.Reason = "ginclerk-token-stays-on-server" // the browser has switched to another account
)
