package ginclerk

import (
	"crypto/rand"
	"errors"
	"io"
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sentpath"
)

// A form that arrives when nobody can be signed in is parked, the browser goes through a handshake or sign-in, and a page
// offers to send it again.
const (
	// MaxParkedForms is how many forms wait in a browser for one account. One more is not kept, and its sender is told. Forms
	// that come at the same moment can be more: what is kept is offered, too.
	MaxParkedForms = forms.DefaultPerOwner
	// maxFormsOfUser is the same for a user's browsers together, which can't see each other's forms.
	maxFormsOfUser = 30
)

// keepNoFormsKey marks, in Gin's context, a route whose forms are not worth keeping.
type keepNoFormsKey struct{}

// KeepNoForms returns a handler that marks its routes: forms for them are not parked. Put it in front of the guards, on
// actions that nobody would want to find waiting, such as signing out.
func KeepNoForms() gin.HandlerFunc {
	return func(c *gin.Context) { c.Set(keepNoFormsKey{}, true) }
}

// detour is where a browser has to go before a form of it can be taken.
type detour struct {
	// label names what is to be done there: Sign in.
	label string
	// to returns its address, from which the browser comes back to a target.
	to func(returnTo string) string
}

func (k *Clerk) toSignIn(c *gin.Context) detour {
	return detour{label: "Sign in", to: func(returnTo string) string { return k.SignInURL(c, returnTo) }}
}

// comeBack is where the browser shall be after a detour: where it is now or, where that can't be opened with GET, the page
// that offers the parked form again. The request has ended where that was to be told at once.
func (k *Clerk) comeBack(c *gin.Context, way detour) string {
	if parked := k.parkForm(c, way); parked != "" || c.IsAborted() {
		return parked
	}
	if kindOf(c) == visit.HTMX {
		return k.ReturnTarget(c, c.GetHeader("HX-Current-URL"))
	}
	return k.visit(c).ReturnTo()
}

// parkForm keeps the form that a request sends and returns the page that offers it again; "" where there is nothing to keep.
// Where a form can't be kept, the request ends with a page that says so, and how it goes on.
func (k *Clerk) parkForm(c *gin.Context, way detour) string {
	parked, err := k.tryToPark(c)
	if err == nil {
		return parked
	}
	p := problemNotParked(way.label)
	p.Action, p.ActionLabel = way.to(k.visit(c).ReturnTo()), way.label
	switch {
	case errors.Is(err, forms.ErrTooLarge):
		c.Header("Connection", "close") // instead of reading it
		p = problemTooLargeToPark(p, way.label)
	case errors.Is(err, errTooManyForms), errors.Is(err, forms.ErrTooMany):
		p = problemTooManyParked(err)
		p.Action, p.ActionLabel = k.guardsOf(c).formsPages.of(c).URL, "Show what is waiting"
	}
	if kindOf(c) == visit.HTMX { // the page stays as it is, with what was typed; the next one tells why nothing happened
		k.SetFlash(c, Flash{Kind: "warning", Text: p.Detail + " " + p.Remedy})
	}
	k.Answer(c, p)
	return ""
}

// answerKeeping turns a form away for now, and keeps it, if it can, for when it can be sent. That is a guard's to do: no
// handler has seen the form. A script still has what it sent, and has no page that could tell of a copy; not so with one that
// is sent again, which is nowhere else.
func (k *Clerk) answerKeeping(c *gin.Context, p Problem) {
	if kindOf(c) != visit.Page && !visit.IsReplay(c.Request) {
		k.Answer(c, p)
		return
	}
	kept, err := k.tryToPark(c)
	switch {
	case err != nil:
		p.Detail += " " + notKept(err)
		p.Remedy = "Go back to the form and copy what you have typed. " + p.Remedy
		if errors.Is(err, forms.ErrTooLarge) {
			c.Header("Connection", "close")
		}
	case kept != "":
		p.Detail += " Your form was kept."
		p.Action, p.ActionLabel = kept, "Send it later"
	}
	k.Answer(c, p)
}

// Why a form is not kept, beside what package forms says.
var (
	errTooManyForms = errors.New("as many forms as a browser can have are waiting")
	errFormConsumed = errors.New("the body was read before the guard ran")
	errNoFormCookie = errors.New("this browser drops the cookies that a form is found with: the application is served over plain http")
)

// tryToPark is parkForm for who has something else to say when that fails. A form that is too large is not even read.
func (k *Clerk) tryToPark(c *gin.Context) (string, error) {
	page := k.guardsOf(c).formsPages.of(c)
	if page == nil || c.FullPath() == "" || page.excepts(c.FullPath()) || !k.parkable(c) {
		return "", nil
	}
	err := k.park(c, page)
	switch {
	case err == nil:
		return page.URL, nil
	case !errors.Is(err, errTooManyForms):
		k.config.Logger.WarnContext(c.Request.Context(), "ginclerk: a form could not be parked", "route", c.FullPath(), "error", err.Error())
	}
	return "", err
}

func (k *Clerk) park(c *gin.Context, page *routerPage) error {
	if k.visit(c).DropsHostCookies() && c.GetHeader("Sec-Fetch-Site") == "" { // which browsers send where they keep such cookies
		k.warnInsecureOrigin(c)
		return errNoFormCookie
	}
	if c.Request.ContentLength > forms.DefaultMaxForm {
		return forms.ErrTooLarge
	}
	kept := keptForm{}
	owner := k.formOwner(c)
	if owner == (forms.Owner{}) {
		kept.secret = rand.Text()
		owner = forms.Browser(kept.secret)
	}
	if err := k.findPlace(c, owner); err != nil {
		return err
	}
	form, err := readForm(c)
	if err != nil {
		return err
	}
	form.Owner, form.Router = owner, page.router
	if kept.id, err = k.lot.Park(c.Request.Context(), form); err != nil {
		return err
	}
	k.keepForm(c, kept)
	return nil
}

// findPlace returns errTooManyForms where as many forms wait in this browser, for the owner of a new one or for whoever holds
// the browser, as it can have. Cookies may outlive their forms, so those that seem too many are looked for.
func (k *Clerk) findPlace(c *gin.Context, owner forms.Owner) error {
	cookies := k.keptForms(c)
	if len(cookies) < MaxParkedForms || visit.IsReplay(c.Request) {
		return nil
	}
	if owner.IsBrowser() {
		owner = forms.Owner{} // a new one has none yet
	}
	waiting := 0
	for _, kept := range cookies {
		_, err := k.peekForm(c, kept, owner)
		if err != nil && !errors.Is(err, forms.ErrNotFound) {
			return err
		}
		if err == nil {
			waiting++
		}
	}
	if waiting >= MaxParkedForms || len(cookies) >= maxFormCookies {
		return errTooManyForms
	}
	return nil
}

// parkable reports whether a request is a form of an own page, proven to be (a form of another site must not be found waiting).
func (k *Clerk) parkable(c *gin.Context) bool {
	_, unwanted := c.Get(keepNoFormsKey{})
	return !unwanted && !visit.IsSafe(c.Request.Method) && kindOf(c) != visit.API && !c.Writer.Written() &&
		From(c).carrier != authn.CarrierHeader && From(c).Reason != reason.SelectionEnded && k.visit(c).Foreign == nil
}

func readForm(c *gin.Context) (forms.Form, error) {
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, forms.DefaultMaxForm))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return forms.Form{}, forms.ErrTooLarge
	case err != nil:
		return forms.Form{}, err
	case int64(len(body)) != c.Request.ContentLength && (c.Request.ContentLength >= 0 || len(body) == 0):
		return forms.Form{}, errFormConsumed
	}
	return forms.Form{
		Method: c.Request.Method, Path: sentpath.Target(c.Request.URL), ContentType: c.GetHeader("Content-Type"), Body: body,
	}, nil
}

// formOwner is who a form belongs to: the user who is signed in, or was with the token that the request has. The zero
// Owner: nobody's name is known.
func (k *Clerk) formOwner(c *gin.Context) forms.Owner {
	if auth := From(c); !auth.SignedIn() {
		return k.lastOwner(c, auth)
	}
	return formOwnerOf(From(c))
}

// formOwnerOf is who owns what is sent by whoever is signed in. What somebody sends who acts as a user is not the user's.
func formOwnerOf(auth *Auth) forms.Owner {
	switch {
	case !auth.SignedIn():
		return forms.Owner{}
	case auth.Impersonated():
		return forms.Actor(auth.UserID, auth.Actor.Subject)
	default:
		return forms.User(auth.UserID)
	}
}

// lastOwner is the user of an expired token that this instance has signed for this application, or whom the browser had
// switched to beside it; zero where a selection that is no good any more leaves open which of them it was.
func (k *Clerk) lastOwner(c *gin.Context, auth *Auth) forms.Owner {
	if auth.stale == nil {
		return forms.Owner{}
	}
	claims, err := k.lapsed.Verify(c.Request.Context(), auth.stale)
	if err != nil {
		return forms.Owner{}
	}
	last := &Auth{UserID: claims.UserID, Actor: claims.Actor}
	if k.visit(c).Kept(visit.Selection, "") != "" {
		chosen, readable := k.selector.Open(k.visit(c))
		if !readable || chosen.BaseID != claims.SessionID {
			return forms.Owner{}
		}
		last = &Auth{UserID: chosen.UserID, Actor: chosen.Actor()}
	}
	return formOwnerOf(last)
}
