package forms

import (
	"context"
	"errors"
	"time"
)

// Summary is what a page may show about a form when it offers to send it again.
type Summary struct {
	// Method is POST, PUT, PATCH or DELETE.
	Method string
	// Path is the path that the form was sent to, without the query.
	Path string
	// ContentType is the value of the header.
	ContentType string
	// Router is [Form].Router.
	Router string
	// Size is the size of the body, in bytes.
	Size int
	// Parked is when the form was sent. Expires is when the parking drops it.
	Parked, Expires time.Time
	// Fields are the fields of a URL-encoded or multipart form, in their order. It is nil for other bodies, and for a body that
	// cannot be read to its end.
	Fields []Field
	// MoreFields says that the form has more than MaxFields fields.
	MoreFields bool
}

// Peek returns the summary of a form and leaves the form parked. Errors are [ErrNotFound] and those of the store.
func (pk *Parking) Peek(ctx context.Context, id string, owner Owner) (Summary, error) {
	p, _, err := pk.find(ctx, id, owner)
	if err != nil {
		return Summary{}, err
	}
	fields, more := readFields(p.form.ContentType, p.form.Body)
	for i, field := range fields {
		if !pk.mayShow(p.form, field) {
			fields[i].Value = ""
		}
	}
	return Summary{
		Method: p.form.Method, Path: p.form.route(), ContentType: p.form.ContentType,
		Router: p.form.Router, Size: len(p.form.Body),
		Parked: p.at, Expires: p.expires, Fields: fields, MoreFields: more,
	}, nil
}

// Waits reports whether a form is parked, whoever its owner is. It tells nothing else of it. Errors are those of the store.
func (pk *Parking) Waits(ctx context.Context, id string) (bool, error) {
	_, err := pk.load(ctx, key(id))
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// mayShow reports whether the summary may tell the value of a field. readFields does not read the values of files and secrets.
func (pk *Parking) mayShow(form Form, field Field) bool {
	show := pk.config.Show
	return show != nil && !form.Owner.IsBrowser() && show(form.route(), field.Name)
}
