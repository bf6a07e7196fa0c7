package guard

import (
	"errors"

	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/desk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
)

// detour is where a browser has to go before a form of it can be taken.
type detour struct {
	// label names what the user does there: Sign in.
	label string
	// to returns its address, from which the browser comes back to a target.
	to func(returnTo string) string
}

func (r Request) toSignIn() detour { return detour{label: "Sign in", to: r.SignInURL} }

// comeBack returns where the browser is to be after a detour: where it is now or, where that can't be opened with GET, the page
// that offers the kept form. The request has been answered where the form can't be kept.
func (r Request) comeBack(way detour) string {
	if parked := r.parkForm(way); parked != "" || r.Aborted() {
		return parked
	}
	v := r.Visit()
	if v.Kind == visit.HTMX {
		return v.ReturnTarget(v.Request.Header.Get("Hx-Current-Url"))
	}
	return v.ReturnTo()
}

// parkForm keeps the form that a request sends and returns the page that offers it again; "" where the request sends none.
// Where a form can't be kept, it answers the request with a page that says so, and how to go on.
func (r Request) parkForm(way detour) string {
	parked, err := r.tryToPark()
	if err == nil {
		return parked
	}
	p := answer.NotKept(err, way.label)
	if p.Reason == reason.TooManyForms {
		p = p.WithAction("Show what is waiting", r.FormsPage().URL)
	} else {
		p = p.WithAction(way.label, way.to(r.Visit().ReturnTo()))
	}
	if r.Kind() == visit.HTMX { // the page stays as it is, with what was typed; the next one tells why nothing happened
		r.Serving().SetFlash(serving.Flash{Kind: "warning", Text: p.Detail + " " + p.Remedy})
	}
	r.Answer(p)
	return ""
}

// AnswerKeeping turns a form away for now, and keeps it, if it can, until it can be taken. A script still has what it sent, and has no
// page that could tell of a copy. A form that is sent again is nowhere else, so it is kept whatever has sent it.
func (r Request) AnswerKeeping(p answer.Problem) {
	if r.Kind() == visit.Page || visit.IsReplay(r.Gin.Request) {
		p = p.Keeping(r.tryToPark())
	}
	r.Answer(p)
}

// tryToPark keeps the form that a request sends and returns the page that offers it again; "" where the request sends none. The
// caller tells its user why a form can't be kept.
func (r Request) tryToPark() (string, error) {
	v, page := r.Visit(), r.FormsPage()
	if !desk.Keepable(v) || page == nil || !r.keepsForms(page) {
		return "", nil
	}
	cookie, err := r.Core().Desk.Park(r.Gin.Request.Context(), v, r.formOwner(), page.Name)
	r.Observe(parked(err))
	if err == nil {
		r.SetCookies(cookie)
		return page.URL, nil
	}
	switch {
	case errors.Is(err, desk.ErrTooLarge):
		r.Gin.Header("Connection", "close") // the rest of the body is not read
	case errors.Is(err, desk.ErrNoCookie):
		r.Core().WarnInsecureOrigin(v)
	}
	return "", err
}

// parked is the event of a form that was kept, or was not because of the error.
func parked(err error) observe.Event {
	event := observe.Event{Kind: observe.Parked}
	switch {
	case errors.Is(err, desk.ErrTooManyInBrowser), errors.Is(err, desk.ErrTooManyOfUser):
		event.Reason = string(reason.TooManyForms)
	case errors.Is(err, desk.ErrTooLarge):
		event.Reason = string(reason.FormTooLarge)
	default:
		event.Err = err
	}
	return event
}

// keepsForms reports whether a form of this request is kept for a page, whatever the form itself is like.
func (r Request) keepsForms(page *desk.Page) bool {
	route, id := r.Gin.FullPath(), r.Identity()
	return !r.SkipsForms() && route != "" && !page.Excepts(route) && !r.Gin.Writer.Written() &&
		!id.ByHeader() && id.Reason != reason.SelectionEnded
}

// formOwner returns who owns a form: the user who is signed in, or who was with the expired token of the request, or whom the
// browser had switched to beside it. It is the zero Owner where a selection that can't be used leaves open which of them it was.
func (r Request) formOwner() forms.Owner {
	id, v := r.Identity(), r.Visit()
	if id.SignedIn() || id.Stale == nil {
		return desk.Owner(id.UserID(), id.Actor)
	}
	claims, err := r.Core().Lapsed.Verify(r.Gin.Request.Context(), id.Stale)
	if err != nil {
		return forms.Owner{}
	}
	if v.Kept(visit.Selection, "") == "" {
		return desk.Owner(claims.UserID, claims.Actor)
	}
	if chosen, readable := r.Core().Selector.Open(v); readable && chosen.BaseID == claims.SessionID {
		return desk.Owner(chosen.UserID, chosen.Actor())
	}
	return forms.Owner{}
}
