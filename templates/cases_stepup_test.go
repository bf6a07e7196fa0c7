package templates_test

import (
	"github.com/ginclerk/ginclerk/templates"
	"github.com/ginclerk/ginclerk/templates/internal/pagetest"
)

func verifyCases() []pagetest.Case {
	view := func(p templates.Proof, choices ...templates.FactorChoice) templates.VerifyView {
		return templates.VerifyView{
			Page: pagetest.Page("Verify it’s you", "", pagetest.Ada()), Why: "This part of ginclerk demo asks for it. You stay signed in either way.",
			State: "AbCd_-", Proof: p, ProofURL: "/sessions/verify/proof?level=first_factor", Choices: choices,
			FactorURL: "/sessions/verify/factor?level=first_factor", BackURL: "/",
		}
	}
	code := templates.FactorChoice{Label: "Send a code to a**@example.com", Factor: "1"}
	password := templates.Proof{Label: "Your password", Factor: "0", Password: true, Username: "ada@example.com"}
	wrong := password
	wrong.Error = "The password is not right."
	sent := templates.Proof{Label: "Code", Factor: "1", Digits: true, Hint: "We sent it to a**@example.com. It may take a minute.", Error: "The code is not right."}
	backup := templates.Proof{Label: "Backup code", Factor: "1", Hint: "One of the codes that you kept for this. Each is good once."}
	problem := view(templates.Proof{})
	problem.Problem, problem.SignInAgainURL = "This can’t be done on this page", "/sessions/sign-in-again?redirect_url=%2Fadmin"
	problem.Todo = "This site can’t speak to Clerk for your browser, so it can’t check a password or a code itself. Sign in again instead: that proves it, too."
	strange := view(templates.Proof{Label: "Code", Hint: "We sent it to " + pagetest.Markup + ".", Factor: pagetest.Markup, Error: pagetest.Long + pagetest.Mail}, templates.FactorChoice{Label: "Send a code to " + pagetest.Mail, Factor: "1"}, templates.FactorChoice{Label: pagetest.Arabic})
	strange.Why, strange.State = pagetest.Hebrew+pagetest.Markup, pagetest.Markup
	return []pagetest.Case{
		{Name: "verify-password", Page: templates.VerifyPage(view(password, code))},
		{Name: "verify-wrong-password", Page: templates.VerifyPage(view(wrong, code))},
		{Name: "verify-code", Page: templates.VerifyPage(view(sent, templates.FactorChoice{Label: "Use your password", Factor: "0"}, templates.FactorChoice{Label: "Send a new code", Factor: "1"}))},
		{Name: "verify-backup-code", Page: templates.VerifyPage(view(backup, templates.FactorChoice{Label: "Use your authenticator app", Factor: "0"}))},
		{Name: "verify-choose", Page: templates.VerifyPage(view(templates.Proof{}, code, templates.FactorChoice{Label: "Send a code to +1 *** *** 01", Factor: "2"}))},
		{Name: "verify-elsewhere", Page: templates.VerifyPage(problem)},
		{Name: "verify-unusual-text", Page: templates.VerifyPage(strange)},
		{Name: "zero-verify", Page: templates.VerifyPage(templates.VerifyView{Page: pagetest.Empty()})},
	}
}

func signInAgainCases() []pagetest.Case {
	p := pagetest.Page("Sign in again", "", pagetest.Ada())
	return []pagetest.Case{
		{Name: "sign-in-again", Page: templates.SignInAgainPage(templates.SignInAgainView{
			Page: p, Why: "You signed in too long ago for what you want to do, or it needs proof that it is you.",
			Account: "ada@example.com", LeaveURL: "/sessions/sign-in-again?redirect_url=%2Fadmin", BackURL: "/",
		})},
		{Name: "sign-in-again-beside", Page: templates.SignInAgainPage(templates.SignInAgainView{
			Page: p, Why: "You are signed out of the account you used. Another one is still signed in on this browser.",
			Account: "ada@example.com", SignInURL: "/sign-in/add-account?redirect_url=%2F", BackURL: "/admin", BackLabel: "Go on with this account",
		})},
		{Name: "sign-in-again-unusual-text", Page: templates.SignInAgainPage(templates.SignInAgainView{
			Page: p, Why: pagetest.Markup, Account: pagetest.Mail, LeaveURL: "/?a=1&b=%22", BackURL: "/", BackLabel: pagetest.Hebrew,
		})},
		{Name: "zero-sign-in-again", Page: templates.SignInAgainPage(templates.SignInAgainView{Page: pagetest.Empty()})},
	}
}

func waitingCases() []pagetest.Case {
	view := func(forms ...templates.WaitingForm) templates.WaitingView {
		return templates.WaitingView{
			Page: pagetest.Page("Waiting to be sent", "", pagetest.Ada()), Forms: forms, SendURL: "/sessions/forms/send", DiscardURL: "/sessions/forms/discard", HomeURL: "/",
		}
	}
	order := templates.WaitingForm{
		Handle: "0123456789abcdef", Method: "POST", Path: "/orders/new", Size: "1.2 kB",
		Sent:    templates.Time{Text: "12 Mar 2026, 14:05 UTC", RFC3339: "2026-03-12T14:05:13Z"},
		Expires: templates.Time{Text: "13 Mar 2026, 14:05 UTC", RFC3339: "2026-03-13T14:05:13Z"},
		Fields:  []templates.WaitingField{{Name: "title", About: "Two engines"}, {Name: "note", About: "1.1 kB"}, {Name: "pin", About: "(not shown)"}, {Name: "drawing", About: "engine.png, 40.2 kB"}},
	}
	other := order
	other.Handle, other.Path, other.Fields, other.SendAs, other.SendAsID = "fedcba9876543210", "/notes", nil, "ada@example.com", "user_1"
	strange := templates.WaitingForm{
		Handle: "00", Method: pagetest.Markup, Path: "/" + pagetest.Long + pagetest.Mail, Size: "3 bytes", More: true, SendAs: pagetest.Mail, SendAsID: pagetest.Markup,
		Fields: []templates.WaitingField{{Name: pagetest.Markup, About: pagetest.Markup}, {Name: pagetest.Mail + pagetest.Long, About: pagetest.Mail}, {Name: pagetest.Arabic, About: pagetest.Hebrew}},
	}
	third := order
	third.Handle, third.Path = "00112233aabbccdd", "/settings"
	full := view(order, other, third)
	full.Limit, full.Volatile = "3", true
	return []pagetest.Case{
		{Name: "waiting-full", Page: templates.WaitingPage(full)},
		{Name: "waiting-none", Page: templates.WaitingPage(view())},
		{Name: "waiting-one", Page: templates.WaitingPage(view(order))},
		{Name: "waiting-two", Page: templates.WaitingPage(view(order, other))},
		{Name: "waiting-unusual-text", Page: templates.WaitingPage(view(strange))},
		{Name: "zero-waiting", Page: templates.WaitingPage(templates.WaitingView{Page: pagetest.Empty()})},
	}
}
