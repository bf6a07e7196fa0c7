// Package sentinel has the errors of packages that not every program links. Those packages export them under names of their own; package
// answer knows here what each error is answered with, and links none of them.
package sentinel

import "errors"

// Of package forms, which says what each means.
var (
	ErrFormNotFound = errors.New("forms: no such form")
	ErrFormTooLarge = errors.New("forms: form is too large")
	ErrTooManyForms = errors.New("forms: too many forms of this owner are waiting")
	ErrFormsFull    = errors.New("forms: parking is full")
	ErrFormInvalid  = errors.New("forms: invalid form")
)

// ErrFormCookieDropped is of package desk: the browser would drop the cookie that names the form.
var ErrFormCookieDropped = errors.New("desk: this browser drops the cookies that a form is found with: the application is served over plain http")

// Of package signout, which says what each means.
var (
	ErrSignOutNotFound     = errors.New("no such job")
	ErrSignOutRequest      = errors.New("not a request to sign out")
	ErrSignOutsUnavailable = errors.New("jobs are unavailable")
	ErrSignOutsClosed      = errors.New("runner is closed")
)
