package ginclerk

import (
	"context"
	"errors"
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/internal/routematcher"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/reverify"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// ProblemFor returns the problem to answer with ([Clerk.Answer]) for an error that a handler got from this package or those below it:
// session, reverify, signout, outgoing, forms, storage, ratelimit, token. An outage is 503, whatever else the error says: nobody is signed out
// by it. An error that is none of theirs is 500. The problem never has the error's own text, which is for the log.
func ProblemFor(err error) Problem {
	for _, known := range []func(error) (Problem, bool){
		problemOfOutage, problemOfSession, problemOfToken, problemOfVerification, problemOfSignOut, problemOfForm, problemOfRequest,
	} {
		if p, found := known(err); found {
			return p
		}
	}
	return problemInternal()
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

// problemOfOutage comes first: where something could not be asked, nothing else that the error says is certain.
func problemOfOutage(err error) (Problem, bool) {
	p := UnavailableFor(err)
	switch {
	case isAnyOf(err, signout.ErrUnavailable, signout.ErrClosed, storage.ErrUnavailable, storage.ErrFull, forms.ErrFull):
		p.Reason = reason.StoreUnavailable
		p.Detail = "This site can’t keep what you sent right now, so nothing was done. You have not been signed out."
	case isAnyOf(err, ratelimit.ErrUnavailable):
		p.Reason = reason.RateLimitUnavailable
	case isAnyOf(err, ErrClerkUnreachable, ErrSessionUnknown, session.ErrUnavailable, outgoing.ErrUnavailable, token.ErrKeysUnavailable,
		authn.ErrUnreachable, context.Canceled, context.DeadlineExceeded):
	default:
		return Problem{}, false
	}
	return p, true
}

func problemOfSession(err error) (Problem, bool) {
	switch {
	case errors.Is(err, session.ErrNotFound):
		return Problem{
			Status: http.StatusNotFound,
			Error:  "Session not found",
			Detail: "There is no such session here; it may have ended already. Nothing was done.",
			Remedy: "Load the list of sessions again.",
			Reason: reason.SessionNotFound,
		}, true
	case errors.Is(err, session.ErrNotActive):
		return Problem{
			Status: http.StatusConflict,
			Error:  "Session not active",
			Detail: "That session is not active any more. Nothing was done.",
			Remedy: "Choose another session, or sign in again.",
			Reason: reason.SessionNotActive,
		}, true
	case errors.Is(err, session.ErrNoCredential):
		return Problem{
			Status: http.StatusForbidden,
			Error:  "Not possible here",
			Detail: "This site can’t speak to Clerk for your browser, so it can’t do this. You are still signed in.",
			Remedy: "Sign in again: that proves who you are, too.",
			Reason: reason.NoCredential,
		}, true
	case isAnyOf(err, ErrSessionEnded, outgoing.ErrSessionEnded):
		return problemSignedOut(reason.SessionEnded), true
	case errors.Is(err, ErrSignedOut):
		return problemSignedOut(reason.SignedOut), true
	default:
		return Problem{}, false
	}
}

func problemOfToken(err error) (Problem, bool) {
	switch {
	case errors.Is(err, ErrNoSession):
		return Problem{
			Status: http.StatusForbidden,
			Error:  "Forbidden",
			Detail: "This needs a session, and the request has none: it came with a machine token, or with a token that names no session.",
			Remedy: "Send the session token of a user.",
			Reason: reason.NoSession,
		}, true
	case errors.Is(err, outgoing.ErrOrganizationChanged):
		return problemOrganizationChanged(), true
	case errors.Is(err, outgoing.ErrUnknownTemplate):
		return problemTemplateUnknown(), true
	case errors.Is(err, outgoing.ErrShortLived):
		p := problemInternal()
		p.Reason = reason.TokenShortLived
		return p, true
	}
	if reason := token.ReasonOf(err); reason != "" {
		return problemSignedOut(authn.Reason(reason)), true
	}
	return Problem{}, false
}

func problemOfVerification(err error) (Problem, bool) {
	p := Problem{Reason: reason.Reverification}
	switch {
	case errors.Is(err, reverify.ErrProofIncorrect):
		p.Status, p.Error = http.StatusUnprocessableEntity, "Not right"
		p.Detail, p.Remedy = "The password or the code is not right.", "Try again."
	case errors.Is(err, reverify.ErrCodeOver):
		p.Status, p.Error = http.StatusUnprocessableEntity, "Code expired"
		p.Detail, p.Remedy = "The code has expired, or was tried too often.", "Have a new one sent."
	case errors.Is(err, reverify.ErrTooManyAttempts):
		p.Status, p.Error = http.StatusTooManyRequests, "Too many attempts"
		p.Detail, p.Remedy = "There were too many attempts.", "Wait a little, then try again."
		p.RetryAfter = max(retryAfter, retryAfterOf(err))
	case errors.Is(err, reverify.ErrAccountLocked):
		p.Status, p.Error = http.StatusForbidden, "Account locked"
		p.Detail, p.Remedy = "Your account is locked.", "Wait an hour and try again, or ask for help."
	case errors.Is(err, reverify.ErrVerificationOver):
		p.Status, p.Error = http.StatusConflict, "Verification over"
		p.Detail, p.Remedy = "That took too long, or was begun again elsewhere.", "Verify from the start."
	default:
		return Problem{}, false
	}
	return p, true
}

func problemOfSignOut(err error) (Problem, bool) {
	switch {
	case errors.Is(err, signout.ErrNotFound):
		return Problem{
			Status: http.StatusNotFound,
			Error:  "Not found",
			Detail: "There is no such sign-out, or it was too long ago to be remembered.",
			Remedy: "Look at your devices to see where you are signed in.",
			Reason: reason.SignOutNotFound,
		}, true
	case errors.Is(err, signout.ErrRequest):
		return Problem{
			Status: http.StatusBadRequest,
			Error:  "Bad request",
			Detail: "What was selected can’t be signed out like that. Nothing was done.",
			Remedy: "Load your devices again and select anew.",
			Reason: reason.BadRequest,
		}, true
	default:
		return Problem{}, false
	}
}

func problemOfForm(err error) (Problem, bool) {
	switch {
	case isAnyOf(err, forms.ErrNotFound, storage.ErrNotFound):
		return Problem{
			Status: http.StatusNotFound,
			Error:  "Not found",
			Detail: "That form is not waiting any more: it has been sent or discarded, or its time was over. Nothing was sent now.",
			Remedy: "Look at the forms that wait.",
			Reason: reason.FormNotFound,
		}, true
	case errors.Is(err, forms.ErrTooLarge):
		return Problem{
			Status: http.StatusRequestEntityTooLarge,
			Error:  "Too large",
			Detail: "This form is too large to be kept. Nothing was sent.",
			Remedy: "Send less at once.",
			Reason: reason.FormTooLarge,
		}, true
	case errors.Is(err, forms.ErrTooMany):
		p := problemTooManyParked(err)
		p.Status = http.StatusConflict // who asks is known; the forms that wait are in the way
		return p, true
	case errors.Is(err, forms.ErrInvalid):
		return Problem{
			Status: http.StatusBadRequest,
			Error:  "Bad request",
			Detail: "This form can’t be sent again, so it was not kept.",
			Remedy: "Go back to the form and send it from there.",
			Reason: reason.FormNotKept,
		}, true
	default:
		return Problem{}, false
	}
}

// problemOfRequest is for requests that can't be read or belong to nobody.
func problemOfRequest(err error) (Problem, bool) {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return Problem{
			Status: http.StatusRequestEntityTooLarge,
			Error:  "Too large",
			Detail: "The request is larger than this site takes. Nothing was done.",
			Remedy: "Send less at once.",
			Reason: reason.BadRequest,
		}, true
	}
	switch {
	case errors.Is(err, routematcher.ErrMalformedPath):
		return problemMalformedPath(), true
	case errors.Is(err, ErrNoTenant):
		return problemNoTenant(), true
	default:
		return Problem{}, false
	}
}

func problemInternal() Problem {
	return Problem{
		Status: http.StatusInternalServerError,
		Error:  "Something went wrong",
		Detail: "This site has made a mistake. You have not been signed out.",
		Remedy: "Try again. If it happens again, tell whoever runs this site.",
		Reason: reason.Internal,
	}
}
