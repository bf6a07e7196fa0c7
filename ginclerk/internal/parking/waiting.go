package parking

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/desk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/identity"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

// Waiting returns the forms that wait for the user who is signed in, in this browser and for this engine, the oldest first.
func Waiting(x *exchange.Exchange) ([]desk.Waiting, error) {
	d, err := deskOf(x)
	if err != nil {
		return nil, err
	}
	return d.List(x.Gin.Request.Context(), askerOf(x))
}

// holdTime is how long a visitor who has to sign in waits for the store to say whether a form waits.
const holdTime = 500 * time.Millisecond

// Holds is [Holds], for the guards.
func (k *Keeper) Holds(x *exchange.Exchange) bool { return Holds(x) }

// Holds reports whether a form waits in the browser of a request, whoever has sent it, so that a page can say so: that of this request, or
// an earlier one. Where the store does not say soon, nothing is promised.
func Holds(x *exchange.Exchange) bool {
	if keptNow(x) {
		return true
	}
	if !x.Visit().HasCookie(visit.Form.Name("")) {
		return false
	}
	ctx, cancel := context.WithTimeout(x.Gin.Request.Context(), holdTime)
	defer cancel()
	d, err := deskOf(x)
	if err != nil {
		return false
	}
	waits, err := d.Holds(ctx, x.Visit())
	if err != nil {
		_ = x.Gin.Error(err)
	}
	return waits
}

// keptNow reports whether the form of this request was kept.
func keptNow(x *exchange.Exchange) bool {
	response := http.Response{Header: x.Gin.Writer.Header()}
	return slices.ContainsFunc(response.Cookies(), func(c *http.Cookie) bool {
		return strings.HasPrefix(c.Name, visit.Form.Name("")) && c.MaxAge >= 0 && c.Value != ""
	})
}

// Send sends a form again, once, and answers the request with what the application answers. No form of that handle is
// [desk.ErrNotFound]: it has been sent, or discarded, or its time is over. With any error nothing was sent and nothing is written.
func Send(x *exchange.Exchange, handle string) error {
	asker := askerOf(x)
	if asker.Page == nil || asker.Page.Replay == nil {
		return desk.ErrNotFound
	}
	d, err := deskOf(x)
	if err != nil {
		return err
	}
	again, forgotten, err := d.Claim(x.Gin.Request.Context(), asker, handle, x.Gin.Writer.Header())
	if err != nil {
		return err
	}
	x.SetCookies(forgotten)
	x.Observe(observe.Event{Kind: observe.Replayed})
	unattached := exchange.WithIdentity(again.Context(), &identity.Identity{})
	asker.Page.Replay.ServeHTTP(x.Gin.Writer, again.WithContext(unattached))
	return nil
}

// Discard ends a form without sending it. Errors are those of [Send].
func Discard(x *exchange.Exchange, handle string) error {
	d, err := deskOf(x)
	if err != nil {
		return err
	}
	forgotten, err := d.Discard(x.Gin.Request.Context(), askerOf(x), handle)
	if err != nil {
		return err
	}
	x.SetCookies(forgotten)
	x.Observe(observe.Event{Kind: observe.Discarded})
	return nil
}

func askerOf(x *exchange.Exchange) desk.Asker {
	id := x.Identity()
	return desk.Asker{Visit: x.Visit(), Owner: desk.Owner(id.UserID(), id.Actor), Page: pageOf(x)}
}
