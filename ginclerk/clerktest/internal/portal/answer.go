package portal

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/localization"
)

// answer is the response of a handler: a page, or a redirect.
type answer struct {
	status   int // of a page; 0 = 200
	view     view
	location string // of a redirect; "" means a page
	cookies  []*http.Cookie
}

// view is a page with everything on it, ready to be shown.
type view struct {
	Application, Home, Stylesheet  string
	Heading, Lead, Notice, Problem string
	Accounts                       []account
	ContinueAction                 string
	Form, Alternative              *form
	Links                          []link
	Seeded                         []Account
	Words                          *localization.Language
}

// account is an account that is signed in on this browser.
type account struct {
	SessionID, Name, Email, Initial string
	Current                         bool
}

// form is a form with its fields and its only button.
type form struct {
	Action, Submit string
	Fields         []field
	Choices        []choice // buttons instead of the only one
}

// field is an input with its label.
type field struct {
	Name, Label, Type, Value, Autocomplete, Hint, Problem string
	InputMode                                             string
	Required, Autofocus, Hidden                           bool
}

// choice is a button with a value.
type choice struct{ Name, Value, Text string }

type link struct{ Text, URL string }

// notice is the sentence that the parameters of a link choose: why the visitor has to sign in, and what waits until then. The pages never
// show a caller's text.
func (v *visit) notice() string {
	link, text := v.request.URL.Query(), ""
	switch link.Get("notice") {
	case "session-ended":
		text = v.ended(link.Get("cause"))
	case "signed-out":
		text = v.say("portal.signed-out")
	}
	if link.Get("saved") == "form" {
		text = strings.TrimSpace(text + " " + v.say("portal.form-saved"))
	}
	return text
}

// ended says how a session ended.
func (v *visit) ended(cause string) string {
	switch cause {
	case "signed-out":
		return v.say("portal.session-signed-out")
	case "expired":
		return v.say("portal.session-expired")
	default:
		return v.say("portal.session-ended")
	}
}

// write sends the answer. It completes the page before it sends the first byte.
func (p *portal) write(w http.ResponseWriter, v *visit, a answer) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "same-origin")
	for _, cookie := range a.cookies {
		h.Add("Set-Cookie", cookie.String())
	}
	if a.location != "" {
		// The target was validated by visit.target, or is a path of the portal.
		http.Redirect(w, v.request, a.location, http.StatusSeeOther)
		return
	}
	a.view.Application, a.view.Home, a.view.Words = p.ApplicationName, p.Home, v.words
	a.view.Stylesheet = v.stylesheet
	var page bytes.Buffer
	if err := p.page.Execute(&page, a.view); err != nil {
		p.Logger.ErrorContext(v.request.Context(), "portal page failed", slog.Any("error", err))
		http.Error(w, "The embedded Clerk could not show this page.", http.StatusInternalServerError)
		return
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", v.words.Tag())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", p.contentSecurityPolicy(v))
	if a.status == 0 {
		a.status = http.StatusOK
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(page.Bytes()) // the client may have left
}

// contentSecurityPolicy allows forms to end where signing in may lead. Browsers check every redirect after a form, and so the
// way back to the application and its handshake.
func (p *portal) contentSecurityPolicy(v *visit) string {
	targets := append([]string{"'self'"}, p.Origins.Listed()...)
	for _, text := range []string{p.FrontendURL, v.back} {
		if u, err := url.Parse(text); err == nil && u.Host != "" && !slices.Contains(targets, core.OriginOf(u)) {
			targets = append(targets, core.OriginOf(u))
		}
	}
	return "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action " + strings.Join(targets, " ")
}

func (p *portal) notFound(v *visit) (answer, error) {
	return answer{status: http.StatusNotFound, view: view{
		Heading: v.say("portal.not-found"), Links: []link{{Text: v.say("portal.sign-in"), URL: v.link(p.SignInPath)}},
	}}, nil
}

func (v *visit) unavailable() answer {
	return answer{status: http.StatusServiceUnavailable, view: view{
		Heading: v.say("portal.unavailable"), Problem: v.say("portal.unavailable-hint"),
	}}
}
