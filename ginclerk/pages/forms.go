package pages

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
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
		s.clerk.For(c).Answer(c, ginclerk.Problem(answer.Because(answer.StoreUnavailable, err)))
		return
	}
	v := s.voice(c)
	view := templates.WaitingView{
		Page:     s.Frame(c, v.Text("forms.title")),
		Volatile: !s.lasting(c),
		SendURL:  s.link(c, s.base+pathSendForm), DiscardURL: s.link(c, s.base+pathDiscardForm), HomeURL: s.link(c, s.options.HomeURL),
		AccountsURL: s.link(c, s.AccountsURL()),
	}
	for _, form := range waiting {
		shown := shownForm(v, form, wordsAbout(s.options.Forms, form.Method, form.Path).in(v.Language))
		if form.Anonymous {
			shown.SendAsID = ginclerk.From(c).UserID
			shown.SendAs = cmp.Or(s.accountName(c), shown.SendAsID)
		}
		view.Forms = append(view.Forms, shown)
	}
	if len(waiting) >= desk.MaxInBrowser {
		view.Limit = v.Text("forms.full", "count", len(waiting))
	}
	s.Render(c, http.StatusOK, s.options.Templates.Waiting(view))
}

func shownForm(v voice, form desk.Waiting, words FormWords) templates.WaitingForm {
	shown := templates.WaitingForm{
		Handle: form.Handle, Name: cmp.Or(words.Name, v.Text("forms.form")), Action: words.Action, Consequence: words.Consequence,
		Sent: v.moment(form.Parked), Expires: keptUntil(v, form.Expires),
		Size: v.Text("forms.size", "size", v.Size(form.Size)), More: form.MoreFields,
	}
	shown.Sent.Text = v.Text("forms.saved", "ago", shown.Sent.Text)
	for _, field := range form.Fields {
		label, named := words.Labels[field.Name]
		if words.Labels != nil && !named {
			continue
		}
		one := templates.WaitingField{Label: cmp.Or(label, labelOf(field.Name))}
		switch {
		case field.Secret, slices.Contains(words.Hide, field.Name):
			one.About = v.Text("forms.hidden")
		case field.Value != "":
			one.Value = field.Value
		default:
			one.About = aboutField(v, field)
		}
		shown.Fields = append(shown.Fields, one)
	}
	return shown
}

// keptUntil says until when a form is kept: the time of day, and the whole date where that is another day.
func keptUntil(v voice, t time.Time) templates.Time {
	shown := v.exactly(t)
	local, now := t.In(v.zone), v.now.In(v.zone)
	at := shown.Text
	if local.YearDay() == now.YearDay() && local.Year() == now.Year() {
		at = v.Time(local)
		if v.zone == time.UTC {
			at = v.Text("time.in-utc", "time", at)
		}
	}
	shown.Text = v.Text("forms.until", "time", at)
	return shown
}

// labelOf makes words of the name of a field: "delivery_address" is "Delivery address".
func labelOf(name string) string {
	words := strings.Join(strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("_-.[]", r) }), " ")
	first, size := utf8.DecodeRuneInString(words)
	if size == 0 {
		return name
	}
	return string(unicode.ToUpper(first)) + words[size:]
}

// aboutField describes a field whose value is not told.
func aboutField(v voice, f forms.Field) string {
	switch {
	case f.File:
		return v.Text("forms.file", "file", f.FileName, "size", v.Size(f.Size))
	case f.Size > 0:
		return v.Size(f.Size)
	default:
		return v.Text("forms.empty")
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
			s.done(c, s.FormsURL(), "warning", s.voice(c).Text("forms.other-account"))
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
	s.done(c, s.FormsURL(), "success", s.voice(c).Text("forms.discarded"))
}

func (s *Site) waitingHandle(c *gin.Context) (string, bool) {
	form, ok := formOf(c)
	if !ok || form.Get(formField) == "" {
		s.done(c, s.FormsURL(), "error", s.voice(c).Text("forms.not-named"))
		return "", false
	}
	return form.Get(formField), true
}

func (s *Site) formRefused(c *gin.Context, err error) {
	v := s.voice(c)
	if errors.Is(err, forms.ErrNotFound) {
		s.done(c, s.FormsURL(), "warning", v.Text("forms.gone"))
		return
	}
	_ = c.Error(err)
	s.done(c, s.FormsURL(), "error", v.Text("forms.unreachable", "duration", v.Duration(ginclerk.Unavailable(err).RetryAfter)))
}
