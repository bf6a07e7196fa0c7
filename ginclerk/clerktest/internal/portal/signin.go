package portal

import (
	"errors"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// chooseAccount lists the accounts that are signed in on this browser. Without any, it shows the sign-in form.
func (p *portal) chooseAccount(v *visit) (answer, error) {
	if v.request.URL.Query().Has(paramTicket) {
		return p.useTicket(v)
	}
	if v.browser.Client == nil || len(v.browser.Client.SignedIn()) == 0 {
		return p.askIdentifier(v)
	}
	page := view{
		Heading: v.say("portal.choose-account"), Lead: v.say("portal.accounts-lead"),
		Notice:         v.notice(),
		ContinueAction: v.link(p.SignInPath + "/continue"),
		Links:          []link{{Text: v.say("portal.add-another"), URL: v.link(p.SignInPath + "/add-account")}},
	}
	if p.World.SingleSession {
		page.Links = nil
	}
	for _, s := range v.browser.Client.SignedIn() {
		page.Accounts = append(page.Accounts, account{
			SessionID: s.ID, Name: s.User.FullName(), Email: s.User.PrimaryEmail(),
			Initial: strings.ToUpper(string([]rune(s.User.FullName())[:1])), Current: s == v.browser.Client.LastActive(),
		})
	}
	return answer{view: page}, nil
}

// continueAs makes one of these accounts the current one.
func (p *portal) continueAs(v *visit) (answer, error) {
	if v.browser.Client != nil {
		if s := v.browser.Client.Session(v.form.Get("session_id")); s != nil && s.SignedIn() {
			return p.arrive(v, s)
		}
	}
	return v.to(p.SignInPath), nil
}

func (p *portal) askIdentifier(v *visit) (answer, error) { return p.identifierPage(v, "", nil), nil }

func (p *portal) postIdentifier(v *visit) (answer, error) {
	identifier := strings.TrimSpace(v.form.Get("identifier"))
	if identifier == "" {
		return p.identifierPage(v, "", apierr.Param("form_param_nil", "identifier", "Enter your e-mail address.")), nil
	}
	attempt, err := p.World.NewSignIn(v.client(), identifier)
	if known, ok := errors.AsType[*apierr.Error](err); ok {
		if id, ok := known.Meta["session_id"].(string); ok {
			return p.arrive(v, p.World.Session(id))
		}
		return p.identifierPage(v, identifier, known), nil
	}
	if err != nil {
		return answer{}, err
	}
	if !attempt.User.PasswordEnabled() {
		return p.sendCode(v, attempt)
	}
	return v.to(p.SignInPath + "/factor-one"), nil
}

func (p *portal) identifierPage(v *visit, identifier string, problem *apierr.Error) answer {
	page := view{
		Heading: v.say("portal.sign-in"), Lead: v.say("portal.continue-to", "application", p.ApplicationName),
		Notice: v.notice(),
		Form: &form{Action: v.link(p.SignInPath), Submit: v.say("portal.continue"), Fields: []field{{
			Name: "identifier", Label: v.say("portal.email"), Type: "email", Value: identifier, Autocomplete: "username",
			Required: true, Autofocus: true,
		}}},
		Links:  []link{{Text: v.say("portal.no-account"), URL: v.link(p.SignUpPath)}},
		Seeded: p.seeded,
	}
	if v.browser.Client != nil && len(v.browser.Client.SignedIn()) > 0 {
		page.Heading = v.say("portal.add-account")
		page.Links = append(page.Links, link{Text: v.say("portal.back-to-accounts"), URL: v.link(p.SignInPath)})
	}
	return show(page, problem)
}

// show puts an error at its field, or above the form if it has no field. The page has a form.
func show(page view, problem *apierr.Error) answer {
	if problem == nil {
		return answer{view: page}
	}
	page.Notice = ""
	shown := false
	for i := range page.Form.Fields {
		f := &page.Form.Fields[i]
		f.Autofocus = f.Name == problem.Param()
		if f.Autofocus {
			f.Problem, shown = problem.LongMessage, true
		}
	}
	if !shown {
		page.Problem = problem.LongMessage
	}
	return answer{status: problem.Status, view: page}
}

// arrive makes the session the browser's current one and redirects: to the task of a pending session, or back.
func (p *portal) arrive(v *visit, s *world.Session) (answer, error) {
	p.World.Touch(s)
	if s.Status == world.StatusPending {
		return v.to(p.SignInPath + "/tasks"), nil
	}
	return v.finish()
}

// attempt returns the browser's sign-in if it has the status, or nil.
func (v *visit) attempt(status string) *world.SignIn {
	if v.browser.Client == nil || v.browser.Client.SignIn == nil || v.browser.Client.SignIn.User == nil {
		return nil
	}
	if v.browser.Client.SignIn.Status(v.portal.World.Now()) != status {
		return nil
	}
	return v.browser.Client.SignIn
}
