package pages

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/desk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/parking"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
	"github.com/ginclerk/ginclerk/templates"
)

// Rows of sentences that have a page of their own, or that only these pages tell.
const (
	rowTooOld      = "too-old"
	rowForbidden   = "forbidden"
	rowNeedsOrg    = "organization-required"
	rowNotFound    = "not-found"
	rowWrongMethod = "wrong-method"
	rowActing      = "impersonation"
)

// problem shows a problem as a page.
func (s *Site) problem(c *gin.Context, p ginclerk.Problem) {
	signedIn := ginclerk.From(c).SignedIn()
	switch {
	case signedIn && p.Words.Row == rowTooOld:
		s.showTooOld(c, p)
	case signedIn && (p.Words.Row == rowForbidden || p.Words.Row == rowNeedsOrg):
		s.showForbidden(c, p)
	default:
		s.Render(c, p.Status, s.options.Templates.Problem(s.problemView(c, p)))
	}
}

func (s *Site) problemView(c *gin.Context, p ginclerk.Problem) templates.ProblemView {
	v := s.voice(c)
	told := v.told(p)
	view := templates.ProblemView{
		Page: s.Frame(c, told.title), What: told.what, Todo: told.todo, Reference: p.Words.Reference,
		Primary: templates.Link{Label: v.Text("problem.home"), URL: s.link(c, s.options.HomeURL)},
	}
	first := templates.Link{Label: told.step, URL: templ.SafeURL(p.Action)}
	if p.Action == "" {
		first = templates.Link{Label: v.Text("step.try-again"), URL: s.link(c, s.retryURL(c))}
	}
	if first.URL != "" && first.URL != view.Primary.URL {
		view.Primary, view.Secondary = first, view.Primary
	}
	return view
}

// showTooOld offers the one step that helps where the user signed in too long ago.
func (s *Site) showTooOld(c *gin.Context, p ginclerk.Problem) {
	v := s.voice(c)
	why := v.Text("again.recent")
	if p.Words.Within > 0 {
		why = v.Text("again.within", "duration", v.Duration(p.Words.Within))
	}
	leave := cmp.Or(p.Action, s.at(c, s.signInAgainURL(c, s.request(c).Visit.ReturnTo())))
	why = v.joined(why, s.kept(c, returnTo(leave), "forms.kept-sign-in"))
	s.renderSignInAgain(c, p.Status, templates.SignInAgainView{
		Page: s.Frame(c, v.Text("again.title")), Why: why, LeaveURL: templ.SafeURL(leave),
		BackURL: s.link(c, s.options.HomeURL), Reference: p.Words.Reference,
	})
}

// retryURL returns the address of the page if a GET can open it again, else "".
func (s *Site) retryURL(c *gin.Context) string {
	clerk := s.clerk.For(c)
	if clerk == nil || c.Request.Method != http.MethodGet || c.FullPath() == "" {
		return ""
	}
	return clerk.Links(c).Safe(c.Request.URL.RequestURI())
}

// NotFound answers a request for a page that the application does not have, such as in NoRoute of the engine: with a page for a person, and
// with problem JSON for a program.
func (s *Site) NotFound(c *gin.Context) {
	s.clerk.Answer(c, ginclerk.Problem{
		Status: http.StatusNotFound, Error: "Page not found", Detail: "There is no page at this address.",
		Remedy: "Check the address, or start again from the home page.", Reason: reasonNotFound,
		Words: answer.Words{Row: rowNotFound},
	})
}

// MethodNotAllowed is [Site.NotFound] for an address that can't be used with the method of the request, such as in NoMethod of the engine.
func (s *Site) MethodNotAllowed(c *gin.Context) {
	s.clerk.Answer(c, ginclerk.Problem{
		Status: http.StatusMethodNotAllowed, Error: "Method not allowed", Detail: "This address can’t be used in this way.",
		Remedy: "Start again from the home page.", Reason: reasonWrongMethod, Words: answer.Words{Row: rowWrongMethod},
	})
}

// kept says that a form of the browser waits, if the browser is to go on to the page that offers it; else it is empty.
func (s *Site) kept(c *gin.Context, goesOn, key string) string {
	if path, _, _ := strings.Cut(goesOn, "?"); path != s.FormsURL() && path != s.at(c, s.FormsURL()) || !parking.Holds(s.exchange(c)) {
		return ""
	}
	return s.voice(c).Text(key)
}

// told is a problem in the language of a person.
type told struct{ title, what, todo, step string }

// told tells a problem. That of an application has words of its own.
func (v voice) told(p ginclerk.Problem) told {
	t := told{title: p.Error, what: p.Detail, todo: p.Remedy, step: p.ActionLabel}
	if row := "problem." + p.Words.Row; p.Words.Row != "" {
		t = told{title: v.Text(row + ".title"), what: v.Text(row + ".what"), todo: v.Text(row + ".todo")}
		if p.RetryAfter > 0 {
			t.todo = v.Text("problem.wait", "duration", v.Duration(p.RetryAfter))
		}
	}
	if p.Words.Form != "" {
		t.what = v.joined(t.what, v.sentence(fateKey+p.Words.Form))
	}
	if p.Words.Step != "" {
		t.step = v.Text("step." + string(p.Words.Step))
	}
	return t
}

// fateKey begins the keys of what became of a form.
const fateKey = "problem.form."

// sentence is the sentence of a key that ginclerk has set, with the number that it needs.
func (v voice) sentence(key string) string {
	return v.Text(key, "count", formLimit(strings.TrimPrefix(key, fateKey)))
}

// formLimit is the limit because of which a form has this fate, as the sentence writes it.
func formLimit(fate string) int {
	const kilo = 1000
	switch fate {
	case answer.FormLostTooLarge:
		return desk.MaxSize / kilo
	case answer.FormLostTooManyHere:
		return desk.MaxInBrowser
	case answer.FormLostTooManyOfAll:
		return desk.MaxOfUser
	default:
		return 0
	}
}

// said is the result of an action in words.
func (v voice) said(flash serving.Flash) string {
	if flash.Keys != ([3]string{}) {
		return v.sentences(flash.Keys)
	}
	return flash.Text
}

// sentences are those of some keys, one after the other. An empty key is left out.
func (v voice) sentences(keys [3]string) string {
	text := ""
	for _, key := range keys {
		if key != "" {
			text = v.joined(text, v.sentence(key))
		}
	}
	return text
}

// joined are two sentences, one after the other. Either may be empty.
func (v voice) joined(first, second string) string {
	if first == "" || second == "" {
		return first + second
	}
	return v.Text("problem.joined", "first", first, "second", second)
}

// returnTo is where an action of a problem leads back to, as its address says.
func returnTo(action string) string {
	u, err := url.Parse(action)
	if err != nil {
		return ""
	}
	return u.Query().Get(answer.RedirectParameter)
}
