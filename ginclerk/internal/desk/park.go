package desk

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sentpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// Keepable reports whether a request is a form that may be kept: it changes something, its sender expects a page, and it provably comes
// from one of the application's own pages. A form of another site must not be found waiting.
func Keepable(v visit.Visit) bool {
	return !v.Safe() && v.Kind() != visit.API && v.Foreign() == nil
}

// Park keeps the form that a request sends and returns the cookie with which the browser finds it again. The zero owner means that
// nobody knows who has sent the form: then the browser owns it. Router names the router that takes the form. What is refused for
// other reasons than its body is not read.
//
// Errors are those of this package and of [forms.Parking.Park]; then nothing is kept.
func (d *Desk) Park(ctx context.Context, v visit.Visit, owner forms.Owner, router string) (*http.Cookie, error) {
	if err := check(v); err != nil {
		return nil, err
	}
	if err := d.findPlace(ctx, v, owner); err != nil {
		return nil, err
	}
	form, err := read(v.Request)
	if err != nil {
		return nil, err
	}
	var kept ticket
	if owner == (forms.Owner{}) {
		kept.secret = rand.Text()
		owner = forms.Browser(kept.secret)
	}
	form.Owner, form.Router = owner, router
	if kept.id, err = d.parking.Park(ctx, form); err != nil {
		return nil, err
	}
	return kept.keep(v), nil
}

// check returns why a form can't be kept, as far as the header of its request tells.
func check(v visit.Visit) error {
	switch {
	case !Keepable(v):
		return ErrNotKeepable
	case v.DropsHostCookies() && v.Request.Header.Get("Sec-Fetch-Site") == "": // browsers send it where they keep such cookies
		return ErrNoCookie
	case v.Request.ContentLength > MaxSize:
		return ErrTooLarge
	default:
		return nil
	}
}

// findPlace returns [ErrTooManyInBrowser] where as many forms wait in this browser, for the owner of a new one or for the browser itself, as
// it can have. Cookies may outlive their forms, so where there seem to be too many, their forms are looked for. A form that is sent
// again had a place.
func (d *Desk) findPlace(ctx context.Context, v visit.Visit, owner forms.Owner) error {
	tickets := ticketsOf(v)
	if len(tickets) < MaxInBrowser || visit.IsReplay(v.Request) {
		return nil
	}
	waiting := 0
	for _, t := range tickets {
		_, err := d.peek(ctx, t, owner)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if err == nil {
			waiting++
		}
	}
	if waiting >= MaxInBrowser || len(tickets) >= maxCookies {
		return ErrTooManyInBrowser
	}
	return nil
}

// read reads the form of a request; its owner and router are left open.
func read(r *http.Request) (forms.Form, error) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, MaxSize)) // the caller answers, and says that the connection ends
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return forms.Form{}, ErrTooLarge
	case err != nil:
		return forms.Form{}, err
	case int64(len(body)) != r.ContentLength && (r.ContentLength >= 0 || len(body) == 0):
		return forms.Form{}, ErrConsumed
	}
	return forms.Form{Method: r.Method, Path: sentpath.Target(r.URL), ContentType: r.Header.Get("Content-Type"), Body: body}, nil
}
