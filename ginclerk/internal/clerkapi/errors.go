package clerkapi

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Categories of errors. By errors.Is, an error of this package matches at most one of them. It matches none if the caller's
// context has ended or an argument is wrong.
var (
	// ErrNotFound: Clerk does not have the resource (404 with a code such as resource_not_found), or the id does not have the
	// form of Clerk's ids.
	ErrNotFound = errors.New("not found")
	// ErrUnauthorized: Clerk refuses the secret key (401 or 403, with a code of Clerk).
	ErrUnauthorized = errors.New("the secret key is refused")
	// ErrCredential: Clerk refuses the browser's refresh token, dev browser or client, or the browser has none.
	ErrCredential = errors.New("the browser's credential is refused")
	// ErrInactive: Clerk says that the machine token is revoked, expired or not active.
	ErrInactive = errors.New("the machine token is revoked, expired or inactive")
	// ErrUnavailable: Clerk could not be asked, or gave no usable answer: network failure, timeout, 429, 5xx, a redirect, an
	// answer that is too long or unreadable, or an error of any status without Clerk's envelope.
	ErrUnavailable = errors.New("clerk is unavailable")
)

// codeUnexpected is the code that @clerk/backend gives to a request that failed without an answer from Clerk.
const codeUnexpected = "unexpected_error"

// Error describes a call that Clerk refused or that did not reach Clerk. It is immutable and safe for concurrent use.
type Error struct {
	// Op names the call, such as "revoke session".
	Op string
	// Status is the HTTP status; 0 without an answer.
	Status int
	// Code is the code of Clerk's first error. It is "unexpected_error" without a usable answer, and empty if the answer has no
	// code.
	Code string
	// Message is the message of Clerk's first error. It may quote the request, so it must not be logged and is not part of
	// [Error.Error]. Without an answer (Status 0), it is the cause in words of this package, and part of [Error.Error].
	Message string
	// TraceID identifies the answer for Clerk's support. It may be empty.
	TraceID string
	// RetryAfter is how long Clerk asked to wait; 0 if it did not say.
	RetryAfter time.Duration

	byClerk bool // the answer has Clerk's error envelope
	down    bool // see Down
	kind    error
}

// Down reports whether an error says that Clerk is down: no connection came about, no answer came in time, or the answer is a failure of
// the server or of a gateway in front of it (5xx). Nothing else does: no refusal, no answer that can't be read, no end of the
// caller's context, and no want of this machine, such as of file descriptors.
func Down(err error) bool {
	failed, ok := errors.AsType[*Error](err)
	return ok && (failed.down || failed.Status >= http.StatusInternalServerError)
}

// FromElsewhere reports whether an error is a refusal (4xx except 429) without a code of Clerk: another server may have the
// address.
func FromElsewhere(err error) bool {
	answered, ok := errors.AsType[*Error](err)
	return ok && answered.Code == "" && answered.Status/100 == 4 && answered.Status != http.StatusTooManyRequests
}

// ErrorCode returns the code of Clerk's first error; see [Error.Code].
func (e *Error) ErrorCode() string { return e.Code }

// ErrorRetryAfter returns how long Clerk asked to wait; see [Error.RetryAfter].
func (e *Error) ErrorRetryAfter() time.Duration { return e.RetryAfter }

// Error returns the operation, the status, the code, the cause if Clerk did not answer, and the trace id. It never has a token or
// a key.
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

// Unwrap returns the category of the error, or nil for an error without one (400, 409, 422 and the like).
func (e *Error) Unwrap() error {
	if e.kind != nil {
		return e.kind
	}
	return e.category()
}

// notFoundPart is a part of the codes for resources that Clerk does not have. It is at the end of the code, except in
// organization_not_found_or_unauthorized.
const notFoundPart = "_not_found"

// category returns the category of an answer of Clerk. Gateways, proxies and captive portals answer 401, 403, 404 and 410, too,
// but these answers say nothing about a session, a token or a key.
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
