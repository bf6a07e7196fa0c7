package forms

import "github.com/ginclerk/ginclerk/ginclerk/internal/sentinel"

// Errors of a [Parking]. It also returns the errors of the store, wrapped: storage.ErrUnavailable if the store can't be reached.
var (
	// ErrNotFound: the form does not exist, belongs to another owner, was claimed before, has expired, or its record can't be
	// opened. The error does not tell which.
	ErrNotFound = sentinel.ErrFormNotFound
	// ErrTooLarge: a body of more than Config.MaxForm bytes.
	ErrTooLarge = sentinel.ErrFormTooLarge
	// ErrTooMany: the owner has Config.PerOwner forms waiting, or forms of as many bytes as one owner may have.
	ErrTooMany = sentinel.ErrTooManyForms
	// ErrFull: all forms together would take more than Config.MaxTotal, or the store is full.
	ErrFull = sentinel.ErrFormsFull
	// ErrInvalid: the form can never be replayed. Its method is not that of a form, its path leads to another site, or it has no
	// owner.
	ErrInvalid = sentinel.ErrFormInvalid
)
