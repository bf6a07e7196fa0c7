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
func (k *Keeper) NotKept(x *exchange.Exchange, err error, step answer.Step) answer.Problem {
	p, first := rowOf(err), step.Label()
	p.Words.Form = fateOf(err)
	switch {
	case errors.Is(err, desk.ErrTooLarge):
		p.Detail = "This form can’t be taken yet, and it is too large to be kept until it can: at most " + maxFormText + " are kept. Nothing was sent."
		p.Remedy = first + ", go back to the form, and send it again."
		return p
	case isTooMany(err):
		p.Detail = "This form can’t be taken yet, and it was not kept, because " + tooManyText(err) + ". Nothing was sent."
		if page := k.pageFor(x.Gin); page != nil {
			p = p.WithAction(answer.ShowForms, page.URL)
		}
		return p
	default:
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
	case err != nil:
		p.Words.Form = fateOf(err)
	case page != "":
		p.Words.Form = answer.FormKept
	}
	switch {
	case errors.Is(err, desk.ErrTooLarge):
		p.Detail += " Your form was not kept: it is larger than " + maxFormText + "."
	case isTooMany(err):
		p.Detail += " Your form was not kept, because " + tooManyText(err) + "."
	case err != nil:
		p.Detail += " Your form could not be kept."
	case page != "":
		p.Detail += " Your form was kept."
		return p.WithAction(answer.SendLater, page)
	}
	if err != nil {
		p.Remedy = copyIt + p.Remedy
	}
	return p
}

// rowOf is the row of a form that was not kept because of this error.
func rowOf(err error) answer.Problem {
	switch {
	case errors.Is(err, desk.ErrTooLarge):
		return answer.Of(answer.FormTooLarge)
	case isTooMany(err):
		return answer.Of(answer.TooManyForms)
	default:
		return answer.Of(answer.FormNotKept)
	}
}

// fateOf is what became of a form that was not kept because of this error.
func fateOf(err error) string {
	switch {
	case errors.Is(err, desk.ErrTooLarge):
		return answer.FormLostTooLarge
	case errors.Is(err, desk.ErrTooManyOfUser):
		return answer.FormLostTooManyOfAll
	case errors.Is(err, desk.ErrTooManyInBrowser):
		return answer.FormLostTooManyHere
	default:
		return answer.FormLost
	}
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
