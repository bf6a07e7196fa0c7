package pages

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/internal/desk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/parking"
	"github.com/ginclerk/ginclerk/templates"
)

// Form fields of the page with waiting forms.
const (
	formField    = "form"
	accountField = "account"
)

// showForms lists the forms that wait for the signed-in person.
func (s *Site) showForms(c *gin.Context) {
	waiting, err := parking.Waiting(s.exchange(c))
	if err != nil {
		_ = c.Error(err)
		s.clerk.For(c).Answer(c, problemStoreUnavailable("What waits to be sent can’t be shown right now. It is still there."))
		return
	}
	view := templates.WaitingView{
		Page:     s.Frame(c, "Waiting to be sent"),
		Volatile: !s.lasting(c),
		SendURL:  s.link(c, s.base+pathSendForm), DiscardURL: s.link(c, s.base+pathDiscardForm), HomeURL: s.link(c, s.options.HomeURL),
	}
	for _, form := range waiting {
		shown := s.voice(c).waitingForm(form)
		shown.Path = s.at(c, form.Path)
		if form.Anonymous {
			shown.SendAsID = ginclerk.From(c).UserID
			shown.SendAs = cmp.Or(s.accountName(c), shown.SendAsID)
		}
		view.Forms = append(view.Forms, shown)
	}
	if len(waiting) >= desk.MaxInBrowser {
		view.Limit = strconv.Itoa(desk.MaxInBrowser)
	}
	s.Render(c, http.StatusOK, s.options.Templates.Waiting(view))
}

func (v voice) waitingForm(form desk.Waiting) templates.WaitingForm {
	shown := templates.WaitingForm{
		Handle: form.Handle, Method: form.Method, Path: form.Path,
		Sent: v.moment(form.Parked), Expires: v.exactly(form.Expires), Size: size(form.Size), More: form.MoreFields,
	}
	for _, field := range form.Fields {
		shown.Fields = append(shown.Fields, templates.WaitingField{Name: field.Name, About: aboutField(field)})
	}
	return shown
}

// aboutField describes what a field has, and keeps secrets out.
func aboutField(f forms.Field) string {
	switch {
	case f.Secret:
		return "(not shown)"
	case f.File:
		return f.FileName + ", " + size(f.Size)
	case f.Value != "":
		return f.Value
	case f.Size == 0:
		return "(empty)"
	default:
		return size(f.Size)
	}
}

// size writes a number of bytes in units that people read.
func size(n int) string {
	const kilo = 1000
	switch {
	case n < kilo:
		return count(n, "byte")
	case n < kilo*kilo:
		return strconv.FormatFloat(float64(n)/kilo, 'f', 1, 64) + " kB"
	default:
		return strconv.FormatFloat(float64(n)/kilo/kilo, 'f', 1, 64) + " MB"
	}
}

// sendForm sends a form again. The application answers the request.
func (s *Site) sendForm(c *gin.Context) {
	handle, ok := s.waitingHandle(c)
	if !ok {
		return
	}
	waiting, err := parking.Waiting(s.exchange(c))
	if err != nil {
		s.formRefused(c, err)
		return
	}
	for _, form := range waiting {
		if form.Handle == handle && form.Anonymous && c.Request.PostForm.Get(accountField) != ginclerk.From(c).UserID {
			s.done(c, s.FormsURL(), "warning", "You are signed in with another account now. Nothing was sent: say once more whether it is yours.")
			return
		}
	}
	if err := parking.Send(s.exchange(c), handle); err != nil {
		s.formRefused(c, err)
		return
	}
	c.Abort()
}

// discardForm drops a form without sending it.
func (s *Site) discardForm(c *gin.Context) {
	handle, ok := s.waitingHandle(c)
	if !ok {
		return
	}
	if err := parking.Discard(s.exchange(c), handle); err != nil {
		s.formRefused(c, err)
		return
	}
	s.done(c, s.FormsURL(), "success", "The form is discarded. Nothing was sent.")
}

func (s *Site) waitingHandle(c *gin.Context) (string, bool) {
	form, ok := formOf(c)
	if !ok || form.Get(formField) == "" {
		s.done(c, s.FormsURL(), "error", "The page did not say which form. Nothing was sent.")
		return "", false
	}
	return form.Get(formField), true
}

func (s *Site) formRefused(c *gin.Context, err error) {
	if errors.Is(err, forms.ErrNotFound) {
		s.done(c, s.FormsURL(), "warning", "That form is not waiting any more: it has been sent or discarded, or its time was over. Nothing was sent now.")
		return
	}
	_ = c.Error(err)
	s.done(c, s.FormsURL(), "error", "The form can’t be reached right now, so nothing was sent. Please try again in a few seconds.")
}
