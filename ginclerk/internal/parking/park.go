package parking

import (
	"errors"
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/internal/desk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/parts"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
)

// Park implements [exchange.Forms].
func (k *Keeper) Park(x *exchange.Exchange, whose func() exchange.Sender) (string, error) {
	v, page := x.Visit(), k.pageFor(x.Gin)
	if !desk.Keepable(v) || page == nil || !keeps(x, page) {
		return "", nil
	}
	sender := whose()
	if v.Account != "" && sender.UserID == "" { // the browser must not own it: it has other accounts
		return "", nil
	}
	cookie, err := leave(x, v, sender, page)
	x.Observe(parked(err))
	switch {
	case err == nil:
		x.SetCookies(cookie)
		return page.URL, nil
	case errors.Is(err, desk.ErrTooLarge):
		x.Gin.Header("Connection", "close") // the rest of the body is not read
	}
	return "", err
}

// leave leaves the form of a request at the desk, and returns the cookie with which its browser finds it again.
func leave(x *exchange.Exchange, v visit.Visit, sender exchange.Sender, page *desk.Page) (*http.Cookie, error) {
	d, err := deskOf(x)
	if err != nil {
		return nil, err
	}
	return d.Park(x.Gin.Request.Context(), v, desk.Owner(sender.UserID, sender.Actor), page.Name)
}

// deskOf returns the desk of the request's instance.
func deskOf(x *exchange.Exchange) (*desk.Desk, error) {
	p := x.Parts
	return parts.Of(p, func() (*desk.Desk, error) {
		return desk.New(forms.Config{Store: p.Records, Keys: p.Keys.Keys, SecretKey: p.Keys.SecretKey, Now: p.Now, Observer: p.Observer, Logger: p.Logger})
	})
}

// keeps reports whether a form of this request is kept for a page, whatever the form itself is like.
func keeps(x *exchange.Exchange, page *desk.Page) bool {
	route, id := x.Gin.FullPath(), x.Identity()
	return !x.SkipsForms() && route != "" && !page.Excepts(route) && !x.Gin.Writer.Written() &&
		!id.ByHeader() && id.Reason != reason.SelectionEnded
}

// parked is the event of a form that was kept, or was not because of the error.
func parked(err error) observe.Event {
	event := observe.Event{Kind: observe.Parked}
	switch {
	case isTooMany(err):
		event.Reason = string(reason.TooManyForms)
	case errors.Is(err, desk.ErrTooLarge):
		event.Reason = string(reason.FormTooLarge)
	default:
		event.Err = err
	}
	return event
}
