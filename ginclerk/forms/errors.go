package forms

import "errors"

// Errors of a [Parking]. It also returns the errors of the store, wrapped: storage.ErrUnavailable if the store can't be reached.
var (
	// ErrNotFound: the form does not exist, belongs to another owner, was claimed before, has expired, or its record can't be
	// opened. The error does not tell which.
	ErrNotFound = errors.New("forms: no such form")
	// ErrTooLarge: a body of more than Config.MaxForm bytes.
	ErrTooLarge = errors.New("forms: form is too large")
	// ErrTooMany: the owner has Config.PerOwner forms waiting, or forms of as many bytes as one owner may have.
	ErrTooMany = errors.New("forms: too many forms of this owner are waiting")
	// ErrFull: all forms together would take more than Config.MaxTotal, or the store is full.
	ErrFull = errors.New("forms: parking is full")
	// ErrInvalid: the form can never be replayed. Its method is not that of a form, its path leads to another site, or it has no
	// owner.
	ErrInvalid = errors.New("forms: invalid form")
)
