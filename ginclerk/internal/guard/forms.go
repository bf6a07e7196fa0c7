package guard

import (
	"errors"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sentinel"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// detour is where a browser has to go before a form of it can be taken.
type detour struct {
	// step is what the user does there.
	step answer.Step
	// to returns its address, from which the browser comes back to a target.
	to func(returnTo string) string
}

// comeBack returns where the browser is to be after a detour: the page that the route names, else where it is now or, where that can't be
// opened with GET, the page that offers the kept form. The request has been answered where the form can't be kept.
func (r Request) comeBack(way detour) string {
	if parked := r.parkForm(way); parked != "" || r.Aborted() {
		return parked
	}
	if page := r.ComesBackTo(); page != "" {
		return page
	}
	v := r.Visit()
	if v.Kind() == visit.HTMX {
		return v.ReturnTarget(v.Request.Header.Get("Hx-Current-Url"))
	}
	return v.ReturnTo()
}

// parkForm keeps the form that a request sends and returns the page that offers it again; "" where the request sends none.
// Where a form can't be kept, it answers the request with a page that says so, and how to go on.
func (r Request) parkForm(way detour) string {
	forms := r.Front().Pages().Forms
	if forms == nil {
		return ""
	}
	page, err := r.tryToPark(forms)
	if err == nil {
		return page
	}
	p := forms.NotKept(r.Exchange, err, way.step)
	if p.Action == "" {
		p = p.WithAction(way.step, way.to(r.Visit().ReturnTo()))
	}
	if r.Kind() == visit.HTMX { // the page stays as it is, with what was typed; the next one tells why nothing happened
		r.Serving().SetFlash(serving.Flash{Kind: "warning", Keys: p.Words.Keys()})
	}
	r.Answer(p)
	return ""
}

// AnswerKeeping answers with a problem that passes, and keeps the form of the request until then, if it can. A script still has what it sent, and has no
// page that could tell of a copy. A form that is sent again is nowhere else, so it is kept whatever has sent it.
func (r Request) AnswerKeeping(p answer.Problem) {
	if forms := r.Front().Pages().Forms; forms != nil && (r.Kind() == visit.Page || visit.IsReplay(r.Gin.Request)) {
		page, err := r.tryToPark(forms)
		p = forms.Keeping(p, page, err)
	}
	r.Answer(p)
}

// tryToPark keeps the form that a request sends; see [exchange.Forms]. The caller tells its user why a form can't be kept.
func (r Request) tryToPark(forms exchange.Forms) (page string, err error) {
	page, err = forms.Park(r.Exchange, r.sender)
	if errors.Is(err, sentinel.ErrFormCookieDropped) {
		r.Core().WarnInsecureOrigin(r.Visit())
	}
	return page, err
}

// sender returns who has sent a form: the user who is signed in, or who was with the expired token of the request, or whom the
// browser had switched to beside it. Below the path of an account it is that account. It is the zero Sender where a selection that can't be used leaves open which of them it was.
func (r Request) sender() exchange.Sender {
	id, v := r.Identity(), r.Visit()
	if v.Account != "" { // whoever else is signed in, the page was that account's
		selected, _ := r.Core().Selector.OpenAccount(v)
		return exchange.Sender{UserID: selected.UserID, Actor: selected.Actor()}
	}
	if id.SignedIn() || id.Stale == nil {
		return exchange.Sender{UserID: id.UserID(), Actor: id.Actor}
	}
	claims, err := r.Core().Lapsed.Verify(r.Gin.Request.Context(), id.Stale)
	if err != nil {
		return exchange.Sender{}
	}
	if v.Kept(visit.Selection, "") == "" {
		return exchange.Sender{UserID: claims.UserID, Actor: claims.Actor}
	}
	if chosen, readable := r.Core().Selector.Open(v); readable && chosen.BaseID == claims.SessionID {
		return exchange.Sender{UserID: chosen.UserID, Actor: chosen.Actor()}
	}
	return exchange.Sender{}
}
