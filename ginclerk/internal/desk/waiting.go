package desk

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// Waiting is a form that waits to be sent again.
type Waiting struct {
	forms.Summary

	// Handle names the form to [Desk.Claim] and [Desk.Discard]. It is no secret and opens nothing.
	Handle string
	// Anonymous says that nobody knows who filled the form in on this browser: ask before it is sent in this user's name.
	Anonymous bool
}

// found is a form that waits, with what gives it out.
type found struct {
	Waiting

	ticket ticket
	owner  forms.Owner
}

// List returns the forms that wait for the asker in this browser, the oldest first. Errors are those of the store.
func (d *Desk) List(ctx context.Context, asker Asker) ([]Waiting, error) {
	list := []Waiting{}
	for _, t := range ticketsOf(asker.Visit) {
		form, err := d.peek(ctx, t, asker.Owner)
		switch {
		case errors.Is(err, ErrNotFound):
		case err != nil:
			return nil, err
		case asker.offered(form.Summary):
			list = append(list, form.Waiting)
		}
	}
	slices.SortStableFunc(list, func(a, b Waiting) int { return a.Parked.Compare(b.Parked) })
	return list, nil
}

// Holds reports whether a form waits in the browser of a request, whoever has sent it. A cookie may outlive its form. Errors are those of the
// store.
func (d *Desk) Holds(ctx context.Context, v visit.Visit) (bool, error) {
	for _, t := range ticketsOf(v) {
		if waits, err := d.parking.Waits(ctx, t.id); waits || err != nil {
			return waits, err
		}
	}
	return false, nil
}

// Claim gives out one of the forms that [Desk.List] returns, once: it returns the request that sends the form again, and the cookie that
// has the browser forget it. Response is the header of the response so far: the browser would send the cookies that are set there with
// the form. Errors are [ErrNotFound] and those of the store; then the form was not given out.
func (d *Desk) Claim(ctx context.Context, asker Asker, handle string, response http.Header) (*http.Request, *http.Cookie, error) {
	waiting, err := d.find(ctx, asker, handle)
	if err != nil {
		return nil, nil, err
	}
	form, err := d.parking.Claim(ctx, waiting.ticket.id, waiting.owner)
	if err != nil {
		return nil, nil, err
	}
	again, err := replay(asker.Visit.Request, form)
	if err != nil {
		return nil, nil, err
	}
	forgotten := waiting.ticket.drop(asker.Visit)
	renewCookies(again, append((&http.Response{Header: response}).Cookies(), forgotten))
	return again, forgotten, nil
}

// Discard ends one of the forms that [Desk.List] returns without sending it, and returns the cookie that has the browser forget it.
// Errors are those of [Desk.Claim].
func (d *Desk) Discard(ctx context.Context, asker Asker, handle string) (*http.Cookie, error) {
	waiting, err := d.find(ctx, asker, handle)
	if err != nil {
		return nil, err
	}
	err = d.parking.Discard(ctx, waiting.ticket.id, waiting.owner)
	if err != nil && !errors.Is(err, ErrNotFound) { // not found: a quicker request has ended it
		return nil, err
	}
	return waiting.ticket.drop(asker.Visit), nil
}

// find looks for one of the forms that [Desk.List] returns.
func (d *Desk) find(ctx context.Context, asker Asker, handle string) (found, error) {
	for _, t := range ticketsOf(asker.Visit) {
		if handleOf(t.id) != handle {
			continue
		}
		form, err := d.peek(ctx, t, asker.Owner)
		if err == nil && !asker.offered(form.Summary) {
			break
		}
		return form, err
	}
	return found{}, ErrNotFound
}

// peek looks for a form of the given owner, and then for one of the browser.
func (d *Desk) peek(ctx context.Context, t ticket, signedIn forms.Owner) (found, error) {
	for _, owner := range t.owners(signedIn) {
		summary, err := d.parking.Peek(ctx, t.id, owner)
		switch {
		case errors.Is(err, ErrNotFound):
			continue
		case err != nil:
			return found{}, err
		}
		waiting := Waiting{Summary: summary, Handle: handleOf(t.id), Anonymous: owner.IsBrowser()}
		return found{Waiting: waiting, ticket: t, owner: owner}, nil
	}
	return found{}, ErrNotFound
}
