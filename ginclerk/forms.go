package ginclerk

import (
	"errors"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/desk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
)

// skipFormsKey marks, in Gin's context, a route whose forms are not worth keeping.
type skipFormsKey struct{}

// SkipForms returns a handler that marks its routes: forms for them are not kept. Put it in front of the guards, on actions
// that users would not want to find waiting, such as signing out.
func SkipForms() gin.HandlerFunc {
	return func(c *gin.Context) { c.Set(skipFormsKey{}, true) }
}

// detour is where a browser has to go before a form of it can be taken.
type detour struct {
	// label names what is to be done there: Sign in.
	label string
	// to returns its address, from which the browser comes back to a target.
	to func(returnTo string) string
}

func (k *tenant) toSignIn(c *gin.Context) detour {
	return detour{label: "Sign in", to: func(returnTo string) string { return k.signInURL(c, returnTo) }}
}

// comeBack returns where the browser is to be after a detour: where it is now or, where that can't be opened with GET, the page
// that offers the kept form. The request has been answered where the form can't be kept.
func (k *tenant) comeBack(c *gin.Context, way detour) string {
	if parked := k.parkForm(c, way); parked != "" || c.IsAborted() {
		return parked
	}
	if kindOf(c) == visit.HTMX {
		return k.visit(c).ReturnTarget(c.GetHeader("HX-Current-URL"))
	}
	return k.visit(c).ReturnTo()
}

// parkForm keeps the form that a request sends and returns the page that offers it again; "" where there is nothing to keep.
// Where a form can't be kept, it answers the request with a page that says so, and how to go on.
func (k *tenant) parkForm(c *gin.Context, way detour) string {
	parked, err := k.tryToPark(c)
	if err == nil {
		return parked
	}
	p := answer.NotKept(err, way.label)
	if p.Reason == reason.TooManyForms {
		p = p.WithAction("Show what is waiting", k.formsPage(c).URL)
	} else {
		p = p.WithAction(way.label, way.to(k.visit(c).ReturnTo()))
	}
	if kindOf(c) == visit.HTMX { // the page stays as it is, with what was typed; the next one tells why nothing happened
		k.serving(c).SetFlash(serving.Flash{Kind: "warning", Text: p.Detail + " " + p.Remedy})
	}
	k.answer(c, p)
	return ""
}

// answerKeeping turns a form away for now, and keeps it, if it can, until it can be taken. A script still has what it sent, and has no
// page that could tell of a copy. A form that is sent again is nowhere else, so it is kept whatever has sent it.
func (k *tenant) answerKeeping(c *gin.Context, p answer.Problem) {
	if kindOf(c) == visit.Page || visit.IsReplay(c.Request) {
		p = p.Keeping(k.tryToPark(c))
	}
	k.answer(c, p)
}

// tryToPark keeps the form that a request sends and returns the page that offers it again; "" where there is nothing to keep. The
// caller tells its user why a form can't be kept.
func (k *tenant) tryToPark(c *gin.Context) (string, error) {
	v, page := k.visit(c), k.formsPage(c)
	if !desk.Keepable(v) || page == nil || !keepsForms(c, page) {
		return "", nil
	}
	ctx := c.Request.Context()
	cookie, err := k.core.Desk.Park(ctx, v, k.formOwner(c), page.Name)
	k.observe(c, parked(err))
	if err == nil {
		setCookie(c, cookie)
		return page.URL, nil
	}
	switch {
	case errors.Is(err, desk.ErrTooLarge):
		c.Header("Connection", "close") // the rest of the body is not read
	case errors.Is(err, desk.ErrNoCookie):
		k.core.WarnInsecureOrigin(k.visit(c))
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
func keepsForms(c *gin.Context, page *desk.Page) bool {
	_, skipped := c.Get(skipFormsKey{})
	return !skipped && c.FullPath() != "" && !page.Excepts(c.FullPath()) && !c.Writer.Written() &&
		From(c).carrier != authn.CarrierHeader && From(c).Reason != reason.SelectionEnded
}

// formOwner returns who owns a form: the user who is signed in, or who was with the expired token of the request, or whom the
// browser had switched to beside it. It is the zero Owner where a selection that can't be used leaves open which of them it was.
func (k *tenant) formOwner(c *gin.Context) forms.Owner {
	auth := From(c)
	if auth.SignedIn() || auth.stale == nil {
		return desk.Owner(auth.UserID, auth.Actor)
	}
	claims, err := k.lapsed.Verify(c.Request.Context(), auth.stale)
	if err != nil {
		return forms.Owner{}
	}
	if k.visit(c).Kept(visit.Selection, "") == "" {
		return desk.Owner(claims.UserID, claims.Actor)
	}
	if chosen, readable := k.core.Selector.Open(k.visit(c)); readable && chosen.BaseID == claims.SessionID {
		return desk.Owner(chosen.UserID, chosen.Actor())
	}
	return forms.Owner{}
}
