package answer

import "time"

// Words say in which sentences of package localization pages tell a problem. The zero value: the problem has words of its own.
type Words struct {
	// Row names problem.<Row>.title, .what and .todo.
	Row string
	// Form names problem.form.<Form>, which says what became of the form of the request; empty: it had none.
	Form string
	// Step names step.<Step>, the label of the action; empty: the problem has its own label, or no action.
	Step Step
	// Within is how long ago a user may have signed in; 0 where that is not the problem.
	Within time.Duration
	// Role and Permission are what the active organization has to give the user, as the application wrote them; empty: something else is
	// missing.
	Role, Permission string
	// Reference is what the log calls the request; empty: a program asked.
	Reference string
}

// Keys are the sentences that say what happened and what to do, one after the other.
func (w Words) Keys() [3]string {
	keys := [3]string{"problem." + w.Row + ".what", "", "problem." + w.Row + ".todo"}
	if w.Form != "" {
		keys[1] = "problem.form." + w.Form
	}
	return keys
}

// Step is something that a person can do about a problem.
type Step string

// All steps.
const (
	TryAgain           Step = "try-again"
	GoToSignIn         Step = "sign-in"
	SignInAgain        Step = "sign-in-again"
	OpenAgain          Step = "open-again"
	Confirm            Step = "confirm"
	ChooseOrganization Step = "choose-organization"
	ShowForms          Step = "show-forms"
	SendLater          Step = "send-later"
	ShowAccounts       Step = "show-accounts"
)

// Steps returns all steps.
func Steps() []Step {
	return []Step{
		TryAgain, GoToSignIn, SignInAgain, OpenAgain, Confirm, ChooseOrganization, ShowForms, SendLater, ShowAccounts,
	}
}

// Label is the step in English.
func (s Step) Label() string {
	switch s {
	case TryAgain:
		return "Try again"
	case GoToSignIn:
		return "Sign in"
	case SignInAgain:
		return "Sign in again"
	case OpenAgain:
		return "Open the page again"
	case Confirm:
		return "Verify your identity"
	case ChooseOrganization:
		return "Choose an organization"
	case ShowForms:
		return "Show what is waiting"
	case SendLater:
		return "Send it later"
	case ShowAccounts:
		return "Accounts on this browser"
	}
	return string(s)
}

// What can become of a form that can't be taken yet.
const (
	FormKept             = "kept"
	FormLost             = "not-kept"
	FormLostTooLarge     = "too-large"
	FormLostTooManyHere  = "too-many-in-browser"
	FormLostTooManyOfAll = "too-many-of-account"
)

// Fates returns all of that.
func Fates() []string {
	return []string{FormKept, FormLost, FormLostTooLarge, FormLostTooManyHere, FormLostTooManyOfAll}
}

// row names the sentences of a row. What only a program or a developer can be told in detail shares those of a bad request or a mistake.
func (n Name) row() string {
	switch n {
	case NoTenant:
		return "not-found"
	case NoClerk:
		return "not-configured"
	case SignedOut:
		return "signed-out"
	case Forbidden:
		return "forbidden"
	case OrganizationRequired:
		return "organization-required"
	case AccountNotHere:
		return "account-not-here"
	case CrossOrigin:
		return "cross-origin"
	case MalformedPath, PathTooLong:
		return "bad-address"
	case MembershipChanged:
		return "membership-changed"
	case TokenTooOld, SessionTooOld:
		return "too-old"
	case Reverification:
		return "confirm"
	case RedirectLoop:
		return "sign-in-loop"
	case CookiesRefused:
		return "cookies"
	case SignInGuarded:
		return "sign-in-guarded"
	case Prefetch:
		return "not-loaded"
	case ClerkUnavailable, FrontendUnavailable:
		return "unavailable"
	case StoreUnavailable, RateLimitUnavailable:
		return "store-unavailable"
	default:
		return n.rowOfThing()
	}
}

// rowOfThing is row for what concerns limits, forms, sessions and organizations.
func (n Name) rowOfThing() string {
	switch n {
	case RateLimited:
		return "limit-never"
	case FormNotKept:
		return "form-not-kept"
	case FormTooLarge:
		return "form-too-large"
	case TooManyForms:
		return "form-too-many"
	case SessionNotFound:
		return "session-not-found"
	case SessionNotActive:
		return "session-not-active"
	case NoCredential:
		return "no-credential"
	case OrganizationNotFound:
		return "organization-not-found"
	case SessionNotOfBrowser:
		return "organization-fixed"
	case UserNotFound:
		return "user-not-found"
	case SignOutNotFound:
		return "sign-out-not-found"
	case FormNotFound:
		return "form-not-found"
	case FormInvalid:
		return "form-invalid"
	case FormUnkeepable, BodyTooLarge:
		return "too-large"
	case OrganizationChanged:
		return "organization-changed"
	case ProofIncorrect:
		return "proof-incorrect"
	case CodeOver:
		return "code-over"
	case TooManyAttempts:
		return "too-many-attempts"
	case AccountLocked:
		return "account-locked"
	case VerificationOver:
		return "verification-over"
	case BadSignOut, NoSession, TokenRequestHeader, TokenByCookieOnly, TokenRequest, TemplateNotListed, TemplateUnknown, TokenStaysOnServer:
		return "bad-request"
	default:
		return "internal"
	}
}
