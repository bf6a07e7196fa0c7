package forms

import (
	"context"
	"time"
)

// Summary is what a page may show about a form when it offers to send it again.
type Summary struct {
	// Method is POST, PUT, PATCH or DELETE.
	Method string
	// Path is where it was sent, without the query.
	Path string
	// ContentType is the header's value.
	ContentType string
	// Router is [Form].Router.
	Router string
	// Size is that of the body, in bytes.
	Size int
	// Parked is when the form was sent, and Expires when it will be gone.
	Parked, Expires time.Time
	// Fields are those of a URL-encoded or multipart form, in their order. It is nil for other bodies, and for one that cannot be
	// read to its end.
	Fields []Field
	// MoreFields: there are more of them than MaxFields.
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

// mayShow reports whether the value of a field may be told. Those of files and secrets were not even read.
func (pk *Parking) mayShow(form Form, field Field) bool {
	show := pk.config.Show
	return show != nil && !form.Owner.IsBrowser() && show(form.route(), field.Name)
}
