package parking

import (
	"errors"
	"strconv"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/desk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
)

const (
	maxFormText = "256 KB"
	copyIt      = "Go back to the form and copy what you have typed. "
)

// NotKept implements [exchange.Forms].
func (k *Keeper) NotKept(x *exchange.Exchange, err error, first string) answer.Problem {
	switch {
	case errors.Is(err, desk.ErrTooLarge):
		p := answer.Of(answer.FormTooLarge)
		p.Detail = "This form can’t be taken yet, and it is too large to be kept until it can: at most " + maxFormText + " are kept. Nothing was sent."
		p.Remedy = first + ", go back to the form, and send it again."
		return p
	case isTooMany(err):
		p := answer.Of(answer.TooManyForms)
		p.Detail = "This form can’t be taken yet, and it was not kept, because " + tooManyText(err) + ". Nothing was sent."
		if page := k.pageFor(x.Gin); page != nil {
			p = p.WithAction("Show what is waiting", page.URL)
		}
		return p
	default:
		p := answer.Of(answer.FormNotKept)
		p.Remedy = copyIt + first + ", and send it again."
		if !errors.Is(err, desk.ErrConsumed) && !errors.Is(err, desk.ErrNoCookie) { // it is the store, and passes
			outage := answer.Because(answer.StoreUnavailable, err)
			p.Status, p.RetryAfter = outage.Status, outage.RetryAfter
		}
		return p
	}
}

// Keeping implements [exchange.Forms].
func (k *Keeper) Keeping(p answer.Problem, page string, err error) answer.Problem {
	switch {
	case errors.Is(err, desk.ErrTooLarge):
		p.Detail += " Your form was not kept: it is larger than " + maxFormText + "."
	case isTooMany(err):
		p.Detail += " Your form was not kept, because " + tooManyText(err) + "."
	case err != nil:
		p.Detail += " Your form could not be kept."
	case page != "":
		p.Detail += " Your form was kept."
		return p.WithAction("Send it later", page)
	}
	if err != nil {
		p.Remedy = copyIt + p.Remedy
	}
	return p
}

func isTooMany(err error) bool {
	return errors.Is(err, desk.ErrTooManyInBrowser) || errors.Is(err, desk.ErrTooManyOfUser)
}

// tooManyText tells the limit that was reached.
func tooManyText(err error) string {
	if errors.Is(err, desk.ErrTooManyOfUser) {
		return strconv.Itoa(desk.MaxOfUser) + " forms of your account are waiting already, here or in other browsers"
	}
	return strconv.Itoa(desk.MaxInBrowser) + " forms are waiting in this browser already, and it can’t have more"
}
