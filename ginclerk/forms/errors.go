package forms

import "errors"

// Errors of a [Parking]. Beside them, errors of the store are passed on, wrapped: storage.ErrUnavailable where it can't be
// reached.
var (
	// ErrNotFound: no such form, or not of this owner, or taken, or its time is over, or its record is none of ours. Which
	// of these is not told.
	ErrNotFound = errors.New("forms: no such form")
	// ErrTooLarge: a body of more than Config.MaxForm bytes.
	ErrTooLarge = errors.New("forms: form is too large")
	// ErrTooMany: the owner has as many forms waiting as Config.PerOwner, or as much as one owner may have.
	ErrTooMany = errors.New("forms: too many forms of this owner are waiting")
	// ErrFull: all forms together would take more than Config.MaxTotal, or the store is full.
	ErrFull = errors.New("forms: parking is full")
	// ErrInvalid: a form that could not be replayed: a method that is none for forms, a path that leads elsewhere, no owner.
	ErrInvalid = errors.New("forms: invalid form")
)
