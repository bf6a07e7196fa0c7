package forms

import "github.com/ginclerk/ginclerk/ginclerk/internal/sentinel"

// Errors of a [Parking]. Beside them, errors of the store are passed on, wrapped: storage.ErrUnavailable where it can't be
// reached.
var (
	// ErrNotFound: the form does not exist, belongs to another owner, was claimed before, has expired, or its record can't be
	// opened. The error does not tell which.
	ErrNotFound = sentinel.ErrFormNotFound
	// ErrTooLarge: a body of more than Config.MaxForm bytes.
	ErrTooLarge = sentinel.ErrFormTooLarge
	// ErrTooMany: the owner has as many forms waiting as Config.PerOwner, or as much as one owner may have.
	ErrTooMany = sentinel.ErrTooManyForms
	// ErrFull: all forms together would take more than Config.MaxTotal, or the store is full.
	ErrFull = sentinel.ErrFormsFull
	// ErrInvalid: a form that can never be replayed: its method is not one of forms, its path leads elsewhere, or it has no owner.
	ErrInvalid = sentinel.ErrFormInvalid
)
