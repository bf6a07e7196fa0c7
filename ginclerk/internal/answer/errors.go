package answer

import (
	"context"
	"errors"
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/routematcher"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sentinel"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
	"github.com/ginclerk/ginclerk/ginclerk/reverify"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/ginclerk/token"
	"github.com/ginclerk/ginclerk/ginclerk/user"
)

// Errors of calls about the request at hand. Package ginclerk says what each means.
var (
	ErrSignedOut         = errors.New("nobody is signed in")
	ErrNoSession         = errors.New("the request has no session to make tokens for")
	ErrSessionEnded      = errors.New("ginclerk: the session has ended")
	ErrMembershipChanged = errors.New("ginclerk: the user's membership in the active organization has ended or changed")
	ErrSessionUnknown    = errors.New("ginclerk: nobody can tell whether the session still lives")
	//lint:ignore ST1005 Clerk is a name
	ErrClerkUnreachable = errors.New("Clerk could not be reached") //nolint:staticcheck // ST1005: Clerk is a name
	ErrNoTenant         = errors.New("ginclerk: no tenant for this request")
)

// For returns the problem to answer with for an error of ginclerk's packages: an outage is 503, whatever else the error says, and an
// error that none of them makes is 500. It never has the error's own text.
func For(err error) Problem {
	if p, outage := ofOutage(err); outage { // where something could not be asked, nothing else that the error says is certain
		return p
	}
	if p, found := ofState(err); found {
		return p
	}
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return Of(BodyTooLarge)
	}
	if name, found := nameOf(err); found {
		return Of(name)
	}
	if p, found := ofToken(err); found {
		return p
	}
	return Of(Internal)
}

func ofOutage(err error) (Problem, bool) {
	name := ClerkUnavailable
	switch {
	case isAnyOf(err, sentinel.ErrSignOutsUnavailable, sentinel.ErrSignOutsClosed, sentinel.ErrFormsFull, storage.ErrUnavailable, storage.ErrFull):
		name = StoreUnavailable
	case isAnyOf(err, ratelimit.ErrUnavailable):
		return Because(ClerkUnavailable, err).WithReason(reason.RateLimitUnavailable), true
	case isAnyOf(err, ErrClerkUnreachable, ErrSessionUnknown, session.ErrUnavailable, outgoing.ErrUnavailable, user.ErrUnavailable,
		token.ErrKeysUnavailable, authn.ErrUnreachable, authn.ErrNoAnswer, context.Canceled, context.DeadlineExceeded):
	default:
		return Problem{}, false
	}
	return Because(name, err), true
}

// nameOf is the row of an error that says what is wrong.
func nameOf(err error) (Name, bool) {
	for _, row := range []struct {
		err  error
		name Name
	}{
		{session.ErrNotFound, SessionNotFound},
		{session.ErrNotActive, SessionNotActive},
		{session.ErrNoCredential, NoCredential},
		{session.ErrOrganizationNotFound, OrganizationNotFound},
		{session.ErrNotOfBrowser, SessionNotOfBrowser},
		{ErrNoSession, NoSession},
		{ErrMembershipChanged, MembershipChanged},
		{user.ErrNotFound, UserNotFound},
		{outgoing.ErrOrganizationChanged, OrganizationChanged},
		{outgoing.ErrUnknownTemplate, TemplateUnknown},
		{outgoing.ErrShortLived, TokenShortLived},
		{reverify.ErrProofIncorrect, ProofIncorrect},
		{reverify.ErrCodeOver, CodeOver},
		{reverify.ErrAccountLocked, AccountLocked},
		{reverify.ErrVerificationOver, VerificationOver},
		{sentinel.ErrSignOutNotFound, SignOutNotFound},
		{sentinel.ErrSignOutRequest, BadSignOut},
		{sentinel.ErrFormNotFound, FormNotFound},
		{storage.ErrNotFound, FormNotFound},
		{sentinel.ErrFormTooLarge, FormUnkeepable},
		{sentinel.ErrFormInvalid, FormInvalid},
		{routematcher.ErrMalformedPath, MalformedPath},
		{ErrNoTenant, NoTenant},
	} {
		if errors.Is(err, row.err) {
			return row.name, true
		}
	}
	return 0, false
}

// ofState are the errors to which the error itself, or Clerk, adds something.
func ofState(err error) (Problem, bool) {
	switch {
	case isAnyOf(err, ErrSessionEnded, outgoing.ErrSessionEnded):
		return Of(SignedOut).WithReason(reason.SessionEnded), true
	case errors.Is(err, ErrSignedOut):
		return Of(SignedOut), true
	case errors.Is(err, reverify.ErrTooManyAttempts):
		p := Of(TooManyAttempts)
		p.RetryAfter = max(shortWait, Because(ClerkUnavailable, err).RetryAfter)
		return p, true
	case errors.Is(err, sentinel.ErrTooManyForms):
		p := Of(TooManyForms)
		p.Status = http.StatusConflict // it is known who asks; the forms that wait are in the way
		return p, true
	default:
		return Problem{}, false
	}
}

// isAnyOf reports whether an error is one of some.
func isAnyOf(err error, targets ...error) bool {
	for _, target := range targets {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}
