package ginclerk

import (
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sentpath"
)

// A form that arrives when nobody can be signed in is parked, the browser goes through a handshake or sign-in, and a page
// offers to send it again. One cookie has the ids of the browser's forms, another the random value that owns those for which
// nobody's name is known.
const (
	parkedCookie      = "__Host-ginclerk_forms"
	parkedOwnerCookie = "__Host-ginclerk_forms_owner"
	parkedSeparator   = "."
	parkedSeconds     = int(forms.DefaultLifetime / 1e9)
)

// FormsPage is where forms wait that could not be sent.
type FormsPage struct {
	// URL is the path of a page that offers them again ([Clerk.ParkedForms]). It must need a session.
	URL string
	// Replay is what a form is sent to again: the application's whole router, so that the form passes every guard once more.
	Replay http.Handler
	// Except are paths at or below which no form is kept, whichever guard turns it away: [KeepNoForms] can speak only to
	// guards behind it, and [Guards.Protect] is in front of everything. They are matched against the route, as Gin names it.
	Except []string
}

func (p *FormsPage) excepts(route string) bool {
	return slices.ContainsFunc(p.Except, func(prefix string) bool {
		rest, below := strings.CutPrefix(route, prefix)
		return below && (rest == "" || rest[0] == '/')
	})
}

// UseFormsPage has forms kept that guards would otherwise lose; package pages does so when it is mounted on a whole engine.
// Without it a form that arrives with an expired token which can't be renewed is lost. It may be called at any time.
func (g *Guards) UseFormsPage(page FormsPage) { g.formsPage.Store(&page) }

// keepNoFormsKey marks, in Gin's context, a route whose forms are not worth keeping.
type keepNoFormsKey struct{}

// KeepNoForms returns a handler that marks its routes: forms for them are not parked. Put it in front of the guards, on
// actions that nobody would want to find waiting, such as signing out.
func KeepNoForms() gin.HandlerFunc {
	return func(c *gin.Context) { c.Set(keepNoFormsKey{}, true) }
}

// comeBack is where the browser shall be after a detour: where it is now or, where that can't be opened with GET, the page
// that offers the parked form again. The request has ended where that was to be told at once.
func (k *Clerk) comeBack(c *gin.Context) string {
	if parked := k.parkForm(c); parked != "" || c.IsAborted() {
		return parked
	}
	if kindOf(c) == kindHTMX {
		return k.ReturnTarget(c, c.GetHeader("HX-Current-URL"))
	}
	return k.returnTo(c)
}

// parkForm keeps the form that a request sends and returns the page that offers it again; "" where there is nothing to keep.
// Where a form can't be kept, the request ends with a page that says so.
func (k *Clerk) parkForm(c *gin.Context) string {
	parked, err := k.tryToPark(c)
	switch {
	case errors.Is(err, forms.ErrTooLarge):
		k.refuseUpload(c)
	case err != nil:
		k.refuseForm(c, problemNotParked())
	}
	return parked
}

// answerKeeping turns a form away for now, and keeps it, if it can, for when it can be sent. That is a guard's to do: no
// handler has seen the form. A script still has what it sent, and has no page that could tell of a copy.
func (k *Clerk) answerKeeping(c *gin.Context, p Problem) {
	if kindOf(c) == kindPage {
		if kept, err := k.tryToPark(c); err == nil && kept != "" {
			p.Detail += " Your form was kept."
			p.Action, p.ActionLabel = kept, "Send it later"
		}
	}
	k.Answer(c, p)
}

// tryToPark is parkForm for who has something else to say when that fails. A form that is too large is not even read.
func (k *Clerk) tryToPark(c *gin.Context) (string, error) {
	page := k.guardsOf(c).formsPage.Load()
	if page == nil || page.excepts(c.FullPath()) || !k.parkable(c) {
		return "", nil
	}
	if c.Request.ContentLength > forms.DefaultMaxForm {
		return "", forms.ErrTooLarge
	}
	form, err := k.readForm(c)
	var id string
	if err == nil {
		id, err = k.lot.Park(c.Request.Context(), form)
	}
	if err != nil {
		k.config.Logger.WarnContext(c.Request.Context(), "ginclerk: a form could not be parked", "route", c.FullPath(), "error", err.Error())
		return "", err
	}
	k.writeParked(c, append(k.parkedIDs(c), id))
	return page.URL, nil
}

// parkable reports whether a request is a form of an own page, proven to be (a form of another site must not be found waiting).
func (k *Clerk) parkable(c *gin.Context) bool {
	_, unwanted := c.Get(keepNoFormsKey{})
	return !unwanted && !safeMethod(c.Request.Method) && kindOf(c) != kindAPI && !c.Writer.Written() &&
		From(c).carrier != authn.CarrierHeader && From(c).Reason != ReasonSelectionEnded && k.checkOwnPage(c) == nil
}

// refuseUpload says that a form can't be kept, and has the connection closed instead of reading it.
func (k *Clerk) refuseUpload(c *gin.Context) {
	c.Header("Connection", "close")
	k.refuseForm(c, problemTooLargeToPark())
}

func (k *Clerk) refuseForm(c *gin.Context, p Problem) {
	p.Action, p.ActionLabel = k.SignInURL(c, k.returnTo(c)), "Sign in"
	k.Answer(c, p)
}

// errFormConsumed says that something before the guard has read the form.
var errFormConsumed = errors.New("the body was read before the guard ran")

func (k *Clerk) readForm(c *gin.Context) (forms.Form, error) {
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
		Owner: k.formOwner(c),
	}, nil
}

// formOwner is who the form belongs to: the user who is signed in, or was with the token that the request has, else whoever
// holds the browser.
func (k *Clerk) formOwner(c *gin.Context) forms.Owner {
	auth := From(c)
	if auth.SignedIn() {
		return forms.User(auth.UserID)
	}
	if userID := k.lastUser(c, auth); userID != "" {
		return forms.User(userID)
	}
	secret := cookie(c.Request, parkedOwnerCookie)
	if secret == "" {
		secret = rand.Text()
	}
	setHostCookie(c, parkedOwnerCookie, secret, parkedSeconds)
	return forms.Browser(secret)
}

// lastUser is the user of an expired token that this instance has signed for this application, or whom the browser had
// switched to beside it; "" where a selection that is no good any more leaves open which of them it was.
func (k *Clerk) lastUser(c *gin.Context, auth *Auth) string {
	if auth.stale == nil {
		return ""
	}
	claims, err := k.lapsed.Verify(c.Request.Context(), auth.stale.raw)
	if err != nil {
		return ""
	}
	if cookie(c.Request, selectionCookie) == "" {
		return claims.UserID
	}
	if chosen, readable := k.openSelection(c); readable && chosen.BaseID == claims.SessionID {
		return chosen.UserID
	}
	return ""
}

func (k *Clerk) parkedIDs(c *gin.Context) []string {
	ids := strings.FieldsFunc(cookie(c.Request, parkedCookie), func(r rune) bool { return string(r) == parkedSeparator })
	return ids[max(0, len(ids)-forms.DefaultPerOwner):]
}

func (k *Clerk) forgetForm(c *gin.Context, id string) {
	k.writeParked(c, slices.DeleteFunc(k.parkedIDs(c), func(one string) bool { return one == id }))
}

func (k *Clerk) writeParked(c *gin.Context, ids []string) {
	ids = ids[max(0, len(ids)-forms.DefaultPerOwner):]
	if len(ids) == 0 {
		setHostCookie(c, parkedCookie, "", -1)
		return
	}
	k.warnInsecureOrigin(c)
	setHostCookie(c, parkedCookie, strings.Join(ids, parkedSeparator), parkedSeconds)
}
