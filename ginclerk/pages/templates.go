package pages

import (
	"github.com/a-h/templ"

	"github.com/ginclerk/ginclerk/templates"
)

// Templates replace single pages: each function gets the view of a page and returns the component that shows it. A component begins with
// [templates.Layout], which puts it into the frame, unless it brings a document of its own. A nil function is the built-in page. The
// functions must be safe for concurrent use.
type Templates struct {
	Session       func(templates.SessionView) templ.Component
	Accounts      func(templates.AccountsView) templ.Component
	Devices       func(templates.DevicesView) templ.Component
	Device        func(templates.DeviceView) templ.Component
	Confirm       func(templates.ConfirmView) templ.Component
	Activity      func(templates.ActivityView) templ.Component
	FindUser      func(templates.FindUserView) templ.Component
	ManagedUser   func(templates.ManagedUserView) templ.Component
	NotMe         func(templates.NotMeView) templ.Component
	Language      func(templates.LanguageView) templ.Component
	Organizations func(templates.OrganizationsView) templ.Component
	SignOut       func(templates.SignOutView) templ.Component
	Verify        func(templates.VerifyView) templ.Component
	SignInAgain   func(templates.SignInAgainView) templ.Component
	Waiting       func(templates.WaitingView) templ.Component
	Problem       func(templates.ProblemView) templ.Component
	Unauthorized  func(templates.UnauthorizedView) templ.Component
	Routes        func(templates.RoutesView) templ.Component
}

// withDefaults fills in the built-in pages.
func (t Templates) withDefaults() Templates {
	builtIn(&t.Session, templates.SessionPage)
	builtIn(&t.Accounts, templates.AccountsPage)
	builtIn(&t.Devices, templates.DevicesPage)
	builtIn(&t.Device, templates.DevicePage)
	builtIn(&t.Confirm, templates.ConfirmPage)
	builtIn(&t.Activity, templates.ActivityPage)
	builtIn(&t.FindUser, templates.FindUserPage)
	builtIn(&t.ManagedUser, templates.ManagedUserPage)
	builtIn(&t.NotMe, templates.NotMePage)
	builtIn(&t.Language, templates.LanguagePage)
	builtIn(&t.Organizations, templates.OrganizationsPage)
	builtIn(&t.SignOut, templates.SignOutPage)
	builtIn(&t.Verify, templates.VerifyPage)
	builtIn(&t.SignInAgain, templates.SignInAgainPage)
	builtIn(&t.Waiting, templates.WaitingPage)
	builtIn(&t.Problem, templates.ProblemPage)
	builtIn(&t.Unauthorized, templates.UnauthorizedPage)
	builtIn(&t.Routes, templates.RoutesPage)
	return t
}

func builtIn[View any](page *func(View) templ.Component, standard func(View) templ.Component) {
	if *page == nil {
		*page = standard
	}
}
