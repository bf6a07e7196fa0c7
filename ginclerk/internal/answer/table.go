package answer

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/reason"
)

// Name names a row of the table of problems.
type Name int

// All rows of the table.
const (
	NoTenant             Name = iota // the request belongs to no Clerk instance
	NoClerk                          // the application has no Clerk
	SignedOut                        // no user is signed in
	Forbidden                        // a requirement is not met
	OrganizationRequired             // what is required is of an organization, and none is active
	AccountNotHere                   // the account whose path it is, is not signed in on this browser
	CrossOrigin                      // another site may have caused the request
	MalformedPath                    // the path can't be read
	PathTooLong                      // the path is too long to be matched
	MembershipChanged                // the token was made before the user's membership has ended or changed
	TokenTooOld                      // the token is older than a route allows
	SessionTooOld                    // the user signed in longer ago than a route allows
	Reverification                   // the user has to prove once more who they are
	RedirectLoop                     // signing in does not hold; the reason is why
	CookiesRefused                   // the browser keeps no cookies
	SignInGuarded                    // the sign-in page needs a session itself
	Prefetch                         // only a visit could tell who it is; without Retry-After, so that a server declines one prefetch, and not those of its other pages
	ClerkUnavailable                 // Clerk, or its keys, can't be reached
	FrontendUnavailable              // the proxy can't reach the Frontend API
	StoreUnavailable                 // the store can't be reached or is full
	RateLimited                      // a limit refuses the request; with a wait, see [RateLimit]
	RateLimitUnavailable             // the store of limits can't count
	FormNotKept                      // a form can't be taken yet, and could not be kept
	FormTooLarge                     // a form can't be taken yet, and is too large to be kept
	TooManyForms                     // a form can't be taken yet, and as many as can be are waiting
	SessionNotFound                  // a session that does not exist, or is another user's
	SessionNotActive                 // a session that can't be used
	NoCredential                     // the browser's credential for the Frontend API is not to be seen here
	NoSession                        // the request has no session
	OrganizationNotFound             // an organization that does not exist, or that the user is not a member of
	SessionNotOfBrowser              // the browser can't have Clerk change the session
	UserNotFound                     // a user who was deleted
	SignOutNotFound                  // a sign-out job that does not exist, or is another user's
	BadSignOut                       // a sign-out that can't be
	FormNotFound                     // a form that waits no more
	FormUnkeepable                   // a form that is too large, for a caller that keeps forms itself
	FormInvalid                      // a form that can't be sent again
	BodyTooLarge                     // a body that is larger than the site takes
	Internal                         // a mistake of this site
	TokenDelegated                   // another party acts for the user with the token, and the route does not take such tokens
	TokenShortLived                  // a handler asked for a token that lives longer than such tokens do
	TokenRequestHeader               // a request for a token without its header
	TokenByCookieOnly                // a request for a token that has one of its own
	TokenRequest                     // a request for a token that can't be read
	TemplateNotListed                // a template that browsers may not ask for
	TemplateUnknown                  // a template that Clerk does not know
	OrganizationChanged              // another organization has become the active one
	TokenStaysOnServer               // the browser has switched to another account
	ProofIncorrect                   // a verification: the password or the code is not right
	CodeOver                         // a verification: the code has expired, or was tried too often
	TooManyAttempts                  // a verification: there were too many attempts
	AccountLocked                    // a verification: your account is locked
	VerificationOver                 // a verification: that took too long, or was begun again elsewhere
	countOfNames
)

// Names returns all rows.
func Names() []Name {
	all := make([]Name, 0, countOfNames)
	for name := range countOfNames {
		all = append(all, name)
	}
	return all
}

// Of returns the problem of a row: the one table of what ginclerk tells people when it turns them away. Where only the request can say more,
// the functions of this package add it.
func Of(name Name) Problem {
	p := problemOf(name)
	p.Words.Row = name.row()
	return p
}

func problemOf(name Name) Problem {
	switch name {
	case NoTenant:
		return Problem{
			Status: http.StatusNotFound,
			Error:  "Not found",
			Detail: "There is nothing at this address.",
			Remedy: "Check the address that brought you here.",
			Reason: reason.NoTenant,
		}
	case NoClerk:
		return Problem{
			Status: http.StatusInternalServerError,
			Error:  "Not configured",
			Detail: "This site is not configured, so it can't tell who you are.",
			Remedy: "If you run this site: the Clerk that its code uses is nil. Look at the error that ginclerk.New returns.",
			Reason: reason.NoClerk,
		}
	case SignedOut:
		return Problem{
			Status: http.StatusUnauthorized,
			Error:  "Unauthorized",
			Detail: "You are not signed in.",
			Remedy: "Sign in and try again.",
			Reason: reason.SignedOut,
		}
	case Forbidden:
		return Problem{
			Status: http.StatusForbidden,
			Error:  "Forbidden",
			Detail: "You are signed in, but this account may not do this.",
			Remedy: "Switch to an account or an organization that may, or ask an administrator for access.",
			Reason: reason.RequirementNotMet,
		}
	case OrganizationRequired:
		return Problem{
			Status: http.StatusForbidden,
			Error:  "Choose an organization",
			Detail: "This needs a right in an organization, and none of your organizations is active: you are using your personal account.",
			Remedy: "Choose an organization and try again.",
			Reason: reason.OrganizationRequired,
		}
	case AccountNotHere:
		return Problem{
			Status: http.StatusUnauthorized,
			Error:  "Account not signed in",
			Detail: "The account of this address is not signed in on this browser. Nothing was done.",
			Remedy: "Sign in to it, or open another account.",
			Reason: reason.AccountNotHere,
		}
	case CrossOrigin:
		return Problem{
			Status: http.StatusForbidden,
			Error:  "Cross-origin request refused",
			Detail: "This request did not come from a page of this site, so nothing was done.",
			Remedy: "Open the page here and send the form again.",
			Reason: reason.CrossOriginRequest,
		}
	case MalformedPath:
		return Problem{
			Status: http.StatusBadRequest,
			Error:  "Bad request",
			Detail: "The address of this page cannot be read: its percent-encoding is broken, or it has control characters in it.",
			Remedy: "Check the link that brought you here.",
			Reason: reason.MalformedPath,
		}
	case PathTooLong:
		return Problem{
			Status: http.StatusRequestURITooLong,
			Error:  "Address too long",
			Detail: "The address of this page is too long to be read.",
			Remedy: "Check the link that brought you here.",
			Reason: reason.PathTooLong,
		}
	case MembershipChanged:
		return Problem{
			Status: http.StatusUnauthorized,
			Error:  "Membership changed",
			Detail: "Your membership in the organization has changed since your session token was made. You have not been signed out.",
			Remedy: "Get a fresh session token, or load the page again.",
			Reason: reason.MembershipChanged,
		}
	case TokenTooOld:
		return Problem{
			Status: http.StatusUnauthorized,
			Error:  "Session expired",
			Detail: "Your session token is older than this action allows.",
			Remedy: "Get a fresh session token, or sign in again.",
			Reason: reason.TokenTooOld,
		}
	case SessionTooOld:
		return Problem{
			Status: http.StatusUnauthorized,
			Error:  "Session expired",
			Detail: "You signed in too long ago for this. You are still signed in everywhere else.",
			Remedy: "Sign in again to go on.",
			Reason: reason.SessionTooOld,
		}
	case Reverification:
		return Problem{
			Status: http.StatusForbidden,
			Error:  "Reverification required",
			Detail: "For this you have to prove once more that it is you.",
			Remedy: "Verify your identity and try again.",
			Reason: reason.Reverification,
		}
	case RedirectLoop:
		return Problem{
			Status: http.StatusUnauthorized,
			Error:  "Signing in does not hold",
			Detail: "You were sent to sign in several times, and each time this site still could not see your session. To stop going round in circles, it stopped here.",
			Remedy: "Delete this site's cookies, check that cookies are allowed for this site and that the clock of your device is right, then try again. If you run this site: check the clock of the server, that the publishable key and the secret key belong to the same Clerk instance, and that the origin of the site is configured.",
			Reason: reason.SignedOut,
		}
	case CookiesRefused:
		return Problem{
			Status: http.StatusUnauthorized,
			Error:  "Cookies are needed",
			Detail: "This site asked your browser to remember that it is being signed in, and the browser did not. To stop going round in circles, it stopped here.",
			Remedy: "Allow cookies for this site. If you see it inside another site, open it in a tab by itself. If you run this site: serve it over https.",
			Reason: reason.CookiesRefused,
		}
	case SignInGuarded:
		return Problem{
			Status: http.StatusUnauthorized,
			Error:  "The sign-in page is closed",
			Detail: "You have to be signed in to see this page, and it is the page where people sign in here.",
			Remedy: "If you run this site: serve the sign-in page (SignInURL) without a guard, and list it in Rules.Public.",
			Reason: reason.SignInGuarded,
		}
	case Prefetch:
		return Problem{
			Status: http.StatusServiceUnavailable,
			Error:  "Not prefetched",
			Detail: "This page was asked for before anybody opened it. Who is signed in can be told when it is opened.",
			Remedy: "Open the page.",
			Reason: reason.Prefetch,
		}
	case ClerkUnavailable:
		return Problem{
			Status: http.StatusServiceUnavailable,
			Error:  "Service unavailable",
			Detail: "We cannot check your session right now. You have not been signed out.",
			Remedy: "Please try again in a few seconds.",
			Reason: reason.ClerkUnavailable, RetryAfter: shortWait,
		}
	case FrontendUnavailable:
		return Problem{
			Status: http.StatusServiceUnavailable,
			Error:  "Service unavailable",
			Detail: "We cannot check your session right now. You have not been signed out.",
			Remedy: "Please try again in a few seconds.",
			Reason: reason.FrontendUnavailable, RetryAfter: shortWait,
		}
	case StoreUnavailable:
		return Problem{
			Status: http.StatusServiceUnavailable,
			Error:  "Service unavailable",
			Detail: "This site can’t keep what you sent right now, so nothing was done. You have not been signed out.",
			Remedy: "Please try again in a few seconds.",
			Reason: reason.StoreUnavailable, RetryAfter: shortWait,
		}
	case RateLimited:
		return Problem{
			Status: http.StatusTooManyRequests,
			Error:  "Rate limited",
			Detail: "You have made too many requests in a short time.",
			Remedy: "This request is larger than the limit allows at all. Ask for less at a time.",
			Reason: reason.RateLimited,
		}
	case RateLimitUnavailable:
		return Problem{
			Status: http.StatusServiceUnavailable,
			Error:  "Service unavailable",
			Detail: "This request can’t be taken right now. Nothing was done.",
			Remedy: "Please try again in a few seconds.",
			Reason: reason.RateLimitUnavailable, RetryAfter: shortWait,
		}
	case FormNotKept:
		return Problem{
			Status: http.StatusUnauthorized,
			Error:  "Not sent",
			Detail: "This form can’t be taken yet, and it could not be kept until it can. Nothing was sent.",
			Remedy: "Go back to the form and copy what you have typed. Then send it again.",
			Reason: reason.FormNotKept,
		}
	case FormTooLarge:
		return Problem{
			Status: http.StatusUnauthorized,
			Error:  "Not sent",
			Detail: "This form can’t be taken yet, and it is too large to be kept until it can. Nothing was sent.",
			Remedy: "Go back to the form, and send it again.",
			Reason: reason.FormTooLarge,
		}
	case TooManyForms:
		return Problem{
			Status: http.StatusUnauthorized,
			Error:  "Not sent",
			Detail: "This form can’t be taken yet, and it was not kept, because too many are waiting already. Nothing was sent.",
			Remedy: "Send or discard one that is waiting, then go back to this form and send it again.",
			Reason: reason.TooManyForms,
		}
	case SessionNotFound:
		return Problem{
			Status: http.StatusNotFound,
			Error:  "Session not found",
			Detail: "There is no such session here; it may have ended already. Nothing was done.",
			Remedy: "Load the list of sessions again.",
			Reason: reason.SessionNotFound,
		}
	case SessionNotActive:
		return Problem{
			Status: http.StatusConflict,
			Error:  "Session not active",
			Detail: "That session is not active any more. Nothing was done.",
			Remedy: "Choose another session, or sign in again.",
			Reason: reason.SessionNotActive,
		}
	case NoCredential:
		return Problem{
			Status: http.StatusForbidden,
			Error:  "Not possible here",
			Detail: "This site can’t speak to Clerk for your browser, so it can’t do this. You are still signed in.",
			Remedy: "Sign in again: that proves who you are, too.",
			Reason: reason.NoCredential,
		}
	case NoSession:
		return Problem{
			Status: http.StatusForbidden,
			Error:  "Forbidden",
			Detail: "This needs a session, and the request has none: it came with a machine token, or with a token that names no session.",
			Remedy: "Send the session token of a user.",
			Reason: reason.NoSession,
		}
	case OrganizationNotFound:
		return Problem{
			Status: http.StatusNotFound,
			Error:  "Organization not found",
			Detail: "There is no such organization here, or you are not a member of it. Nothing was done.",
			Remedy: "Load the list of organizations again.",
			Reason: reason.OrganizationNotFound,
		}
	case SessionNotOfBrowser:
		return Problem{
			Status: http.StatusConflict,
			Error:  "Not possible here",
			Detail: "This site can’t have Clerk change the organization of this session: you have switched to it from another account, or the request came with a token of its own. Nothing was done.",
			Remedy: "Switch back to the account that this browser is signed in to with Clerk, or sign in to this one again.",
			Reason: reason.SessionNotOfBrowser,
		}
	case UserNotFound:
		return Problem{
			Status: http.StatusNotFound,
			Error:  "User not found",
			Detail: "There is no such user any more: the account was deleted.",
			Remedy: "If it was yours, sign in with another account.",
			Reason: reason.UserNotFound,
		}
	case SignOutNotFound:
		return Problem{
			Status: http.StatusNotFound,
			Error:  "Not found",
			Detail: "There is no such sign-out, or it was too long ago to be remembered.",
			Remedy: "Look at your devices to see where you are signed in.",
			Reason: reason.SignOutNotFound,
		}
	case BadSignOut:
		return Problem{
			Status: http.StatusBadRequest,
			Error:  "Bad request",
			Detail: "What was selected can’t be signed out like that. Nothing was done.",
			Remedy: "Load your devices again and select anew.",
			Reason: reason.BadRequest,
		}
	case FormNotFound:
		return Problem{
			Status: http.StatusNotFound,
			Error:  "Not found",
			Detail: "That form is not waiting any more: it has been sent or discarded, or its time was over. Nothing was sent now.",
			Remedy: "Look at the forms that wait.",
			Reason: reason.FormNotFound,
		}
	case FormUnkeepable:
		return Problem{
			Status: http.StatusRequestEntityTooLarge,
			Error:  "Too large",
			Detail: "This form is too large to be kept. Nothing was sent.",
			Remedy: "Send less at once.",
			Reason: reason.FormTooLarge,
		}
	case FormInvalid:
		return Problem{
			Status: http.StatusBadRequest,
			Error:  "Bad request",
			Detail: "This form can’t be sent again, so it was not kept.",
			Remedy: "Go back to the form and send it from there.",
			Reason: reason.FormNotKept,
		}
	case BodyTooLarge:
		return Problem{
			Status: http.StatusRequestEntityTooLarge,
			Error:  "Too large",
			Detail: "The request is larger than this site takes. Nothing was done.",
			Remedy: "Send less at once.",
			Reason: reason.BadRequest,
		}
	case Internal:
		return Problem{
			Status: http.StatusInternalServerError,
			Error:  "Something went wrong",
			Detail: "This site has made a mistake. You have not been signed out.",
			Remedy: "Try again. If it happens again, tell whoever runs this site.",
			Reason: reason.Internal,
		}
	case TokenDelegated:
		return Problem{
			Status: http.StatusForbidden,
			Error:  "Forbidden",
			Detail: "With this token another party acts for the user. This address does not take such tokens.",
			Remedy: "Send the token that the user gave to your own program.",
			Reason: reason.TokenDelegated,
		}
	case TokenShortLived:
		return Problem{
			Status: http.StatusInternalServerError,
			Error:  "Something went wrong",
			Detail: "This site has made a mistake. You have not been signed out.",
			Remedy: "Try again. If it happens again, tell whoever runs this site.",
			Reason: reason.TokenShortLived,
		}
	case TokenRequestHeader:
		return Problem{
			Status: http.StatusForbidden,
			Error:  "Forbidden",
			Detail: "A request for a token must have the header X-Requested-With: ginclerk.",
			Remedy: "Use the script that comes with the pages of this site.",
			Reason: reason.TokenRequest,
		}
	case TokenByCookieOnly:
		return Problem{
			Status: http.StatusForbidden,
			Error:  "Forbidden",
			Detail: "Tokens are handed out to browsers by their cookies. This request came with a token of its own.",
			Remedy: "Use that token, or get a new one from Clerk.",
			Reason: reason.TokenRequest,
		}
	case TokenRequest:
		return Problem{
			Status: http.StatusBadRequest,
			Error:  "Bad request",
			Detail: "A request for a token is a JSON object that has a member template, or none.",
			Remedy: "Use the script that comes with the pages of this site.",
			Reason: reason.TokenRequest,
		}
	case TemplateNotListed:
		return Problem{
			Status: http.StatusForbidden,
			Error:  "Template not allowed",
			Detail: "Browsers may not ask for tokens of this template.",
			Remedy: "Whoever runs this site can list the template for its token endpoint.",
			Reason: reason.TemplateNotListed,
		}
	case TemplateUnknown:
		return Problem{
			Status: http.StatusNotFound,
			Error:  "Template not found",
			Detail: "Clerk has no JWT template of this name.",
			Remedy: "Whoever runs this site can make it in the Clerk dashboard.",
			Reason: reason.TemplateUnknown,
		}
	case OrganizationChanged:
		return Problem{
			Status: http.StatusConflict,
			Error:  "Organization changed",
			Detail: "Another organization has become the active one of your session, so nothing was done.",
			Remedy: "Load the page again.",
			Reason: reason.OrganizationChanged,
		}
	case TokenStaysOnServer:
		return Problem{
			Status: http.StatusConflict,
			Error:  "No token for this account",
			Detail: "You have switched to another account here. Its session token stays on the server.",
			Remedy: "Switch back to the account that this browser is signed in to with Clerk.",
			Reason: reason.TokenStaysOnServer,
		}
	case ProofIncorrect:
		return Problem{
			Status: http.StatusUnprocessableEntity,
			Error:  "Not right",
			Detail: "The password or the code is not right.",
			Remedy: "Try again.",
			Reason: reason.Reverification,
		}
	case CodeOver:
		return Problem{
			Status: http.StatusUnprocessableEntity,
			Error:  "Code expired",
			Detail: "The code has expired, or was tried too often.",
			Remedy: "Have a new one sent.",
			Reason: reason.Reverification,
		}
	case TooManyAttempts:
		return Problem{
			Status: http.StatusTooManyRequests,
			Error:  "Too many attempts",
			Detail: "There were too many attempts.",
			Remedy: "Wait a little, then try again.",
			Reason: reason.Reverification, RetryAfter: shortWait,
		}
	case AccountLocked:
		return Problem{
			Status: http.StatusForbidden,
			Error:  "Account locked",
			Detail: "Your account is locked.",
			Remedy: "Wait an hour and try again, or ask for help.",
			Reason: reason.Reverification,
		}
	case VerificationOver:
		return Problem{
			Status: http.StatusConflict,
			Error:  "Verification over",
			Detail: "That took too long, or was begun again elsewhere.",
			Remedy: "Verify from the start.",
			Reason: reason.Reverification,
		}
	default:
		return problemOf(Internal)
	}
}
