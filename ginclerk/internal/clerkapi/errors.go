package clerkapi

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Categories of errors. Every error of this package that is not the end of the caller's context, and not a mistake in
// the arguments, matches at most one of them by errors.Is.
var (
	// ErrNotFound: Clerk does not know it (404 with a code such as resource_not_found), or the id has a form that no id of
	// Clerk has.
	ErrNotFound = errors.New("not found")
	// ErrUnauthorized: Clerk refuses the secret key (401, 403 in Clerk's words).
	ErrUnauthorized = errors.New("the secret key is refused")
	// ErrCredential: Clerk refuses what belongs to the browser, or the browser has no such thing: a refresh token, a dev
	// browser, a client.
	ErrCredential = errors.New("the browser's credential is refused")
	// ErrInactive: Clerk knows the machine token and says that it is revoked, expired or not active.
	ErrInactive = errors.New("the machine token is revoked, expired or inactive")
	// ErrUnavailable: Clerk could not be asked, or gave no usable answer: network failure, timeout, 429, 5xx, a redirect,
	// an answer that is too long or not what was asked for, an error of any status that is not in Clerk's words.
	ErrUnavailable = errors.New("clerk is unavailable")
)

// codeUnexpected is the code that @clerk/backend gives to a request that failed without an answer from Clerk.
const codeUnexpected = "unexpected_error"

// Error is a call that Clerk refused or that did not reach it. It is immutable and safe for concurrent use.
type Error struct {
	// Op names the call, such as "revoke session".
	Op string
	// Status is the HTTP status, 0 where there was no answer.
	Status int
	// Code is the code of Clerk's first error, "unexpected_error" where there was no usable answer, empty where the answer
	// had no code.
	Code string
	// Message is the message of Clerk's first error. It is not part of [Error.Error], and is not for logs: it may quote
	// what was sent. Where there was no answer (Status 0) it is the cause in words of this package, and part of Error.
	Message string
	// TraceID identifies the answer to Clerk's support. It may be empty.
	TraceID string
	// RetryAfter is how long Clerk asked to wait; 0 where it did not say.
	RetryAfter time.Duration

	byClerk bool // the answer is Clerk's own error envelope
	kind    error
}

// FromElsewhere reports whether an error is a refusal (4xx, but for 429) without a code of Clerk's: something else may be at the
// address.
func FromElsewhere(err error) bool {
	answered, ok := errors.AsType[*Error](err)
	return ok && answered.Code == "" && answered.Status/100 == 4 && answered.Status != http.StatusTooManyRequests
}

// ErrorCode returns the code of Clerk's first error; see [Error.Code].
func (e *Error) ErrorCode() string { return e.Code }

// ErrorRetryAfter returns how long Clerk asked to wait; see [Error.RetryAfter].
func (e *Error) ErrorRetryAfter() time.Duration { return e.RetryAfter }

// Error returns the operation, the status, the code, the cause where there was no answer, and the trace id. It never holds a token or a key.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("clerkapi: ")
	if e.Op != "" {
		b.WriteString(e.Op + ": ")
	}
	if e.Status != 0 {
		b.WriteString("status " + strconv.Itoa(e.Status) + ": ")
	}
	if e.Code != "" {
		b.WriteString(e.Code + ": ")
	}
	if kind := e.Unwrap(); kind != nil {
		b.WriteString(kind.Error())
	} else {
		b.WriteString("refused")
	}
	if e.Status == 0 && e.Message != "" { // no answer: the cause in words of this package
		b.WriteString(": " + e.Message)
	}
	if e.TraceID != "" {
		b.WriteString(" (trace " + e.TraceID + ")")
	}
	return b.String()
}

// Unwrap returns the category of the error, or nil where it has none (400, 409, 422 and the like).
func (e *Error) Unwrap() error {
	if e.kind != nil {
		return e.kind
	}
	return e.category()
}

// notFoundPart is in the codes with which Clerk says that it does not know something: at the end, but for
// organization_not_found_or_unauthorized.
const notFoundPart = "_not_found"

// category reads what Clerk itself has answered. Gateways, proxies and captive portals answer 401, 403, 404 and 410 too; what
// they say is not about a session, a token or a key.
func (e *Error) category() error {
	switch {
	case !e.byClerk:
		return ErrUnavailable
	case e.Status == http.StatusNotFound && strings.Contains(e.Code, notFoundPart):
		return ErrNotFound
	case e.Status == http.StatusNotFound:
		return ErrUnavailable
	case e.Status == http.StatusUnauthorized, e.Status == http.StatusForbidden:
		return ErrUnauthorized
	case e.Status == http.StatusTooManyRequests, e.Status == http.StatusRequestTimeout:
		return ErrUnavailable
	case e.Status < http.StatusBadRequest, e.Status >= http.StatusInternalServerError:
		return ErrUnavailable
	default:
		return nil
	}
}
