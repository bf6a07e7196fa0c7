package templates_test

import (
	"github.com/ginclerk/ginclerk/templates"
	"github.com/ginclerk/ginclerk/templates/internal/pagetest"
)

func verifyCases() []pagetest.Case {
	view := func(p templates.Proof, choices ...templates.FactorChoice) templates.VerifyView {
		return templates.VerifyView{
			Page: pagetest.Page("Confirm it’s you to continue", "", pagetest.Ada()), Why: "This action asks for your password or a code again. You stay signed in.",
			State: "AbCd_-", Proof: p, ProofURL: "/sessions/verify/proof?level=first_factor", Choices: choices,
			FactorURL: "/sessions/verify/factor?level=first_factor", BackURL: "/",
		}
	}
	code := templates.FactorChoice{Label: "Send a code to a**@example.com", Factor: "1"}
	password := templates.Proof{Label: "Your password", Factor: "0", Password: true, Username: "ada@example.com"}
	wrong := password
	wrong.Error = "Wrong password."
	sent := templates.Proof{Label: "Code", Factor: "1", Digits: true, Hint: "We sent a code to a**@example.com. It may take a minute.", Error: "Wrong code."}
	backup := templates.Proof{Label: "Backup code", Factor: "1", Hint: "Enter one of your backup codes. You can use each code once."}
	strange := view(templates.Proof{Label: "Code", Hint: "We sent it to " + pagetest.Markup + ".", Factor: pagetest.Markup, Error: pagetest.Long + pagetest.Mail}, templates.FactorChoice{Label: "Send a code to " + pagetest.Mail, Factor: "1"}, templates.FactorChoice{Label: pagetest.Arabic})
	strange.Why, strange.State = pagetest.Hebrew+pagetest.Markup, pagetest.Markup
	return []pagetest.Case{
		{Name: "verify-password", Page: templates.VerifyPage(view(password, code))},
		{Name: "verify-wrong-password", Page: templates.VerifyPage(view(wrong, code))},
		{Name: "verify-code", Page: templates.VerifyPage(view(sent, templates.FactorChoice{Label: "Use your password", Factor: "0"}, templates.FactorChoice{Label: "Send a new code", Factor: "1"}))},
		{Name: "verify-backup-code", Page: templates.VerifyPage(view(backup, templates.FactorChoice{Label: "Use your authenticator app", Factor: "0"}))},
		{Name: "verify-choose", Page: templates.VerifyPage(view(templates.Proof{}, code, templates.FactorChoice{Label: "Send a code to +1 *** *** 01", Factor: "2"}))},
		{Name: "verify-unusual-text", Page: templates.VerifyPage(strange)},
		{Name: "zero-verify", Page: templates.VerifyPage(templates.VerifyView{Page: pagetest.Empty()})},
	}
}

func signInAgainCases() []pagetest.Case {
	p := pagetest.Page("Sign in again to continue", "", pagetest.Ada())
	return []pagetest.Case{
		{Name: "sign-in-again", Page: templates.SignInAgainPage(templates.SignInAgainView{
			Page: p, Why: "This action needs a sign-in from the last 24 hours.", Account: "ada@example.com",
			LeaveURL: "/sessions/sign-in-again?redirect_url=%2Fadmin", BackURL: "/", Reference: "K7QM-2FXP",
		})},
		{Name: "sign-in-again-beside", Page: templates.SignInAgainPage(templates.SignInAgainView{
			Page:      pagetest.Page("Another account is signed in here", "", pagetest.Ada()),
			Why:       "You signed out of the account you used before. Sign in to it again, or continue as ada@example.com.",
			SignInURL: "/sign-in/add-account?redirect_url=%2F", BackURL: "/admin", BackLabel: "Continue with this account",
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
			Page: pagetest.Page("Saved forms", "", pagetest.Ada()), Forms: forms, SendURL: "/sessions/forms/send", DiscardURL: "/sessions/forms/discard",
			HomeURL: "/", AccountsURL: "/sessions/accounts",
		}
	}
	order := templates.WaitingForm{
		Handle: "0123456789abcdef", Name: "Order", Action: "Place order", Consequence: "This orders two engines.", Size: "Size: 1.2 kB",
		Sent:    templates.Time{Text: "Saved 2 minutes ago", Full: "Thursday, March 12, 2026, 2:05 pm UTC", RFC3339: "2026-03-12T14:05:13Z"},
		Expires: templates.Time{Text: "Saved until 3:05 pm UTC", Full: "Thursday, March 12, 2026, 3:05 pm UTC", RFC3339: "2026-03-12T15:05:13Z"},
		Fields: []templates.WaitingField{
			{Label: "Title", Value: "Two engines"},
			{Label: "Note", Value: "Please deliver them to the back door.\nRing twice."},
			{Label: "PIN", About: "Hidden for your security"},
			{Label: "Drawing", About: "engine.png, 40.2 kB"},
			{Label: "Coupon", About: "Empty"},
		},
	}
	other := order
	other.Handle, other.Name, other.Action, other.Consequence, other.Fields = "fedcba9876543210", "Form", "", "", nil
	own := other
	other.SendAs, other.SendAsID = "ada@example.com", "user_1"
	strange := templates.WaitingForm{
		Handle: "00", Name: pagetest.Long + pagetest.Mail, Action: pagetest.Markup, Consequence: pagetest.Hebrew, More: true,
		Fields: []templates.WaitingField{
			{Label: pagetest.Markup, Value: pagetest.Markup}, {Label: pagetest.Mail + pagetest.Long, Value: pagetest.Mail}, {Label: pagetest.Arabic, About: pagetest.Hebrew},
		},
	}
	anonymous := strange
	anonymous.Handle, anonymous.SendAs, anonymous.SendAsID = "01", pagetest.Mail, pagetest.Markup
	third := own
	third.Handle = "00112233aabbccdd"
	full := view(order, other, third)
	full.Limit, full.Volatile = "This browser has 3 saved forms, and that is the limit. Send or discard one before you send another form.", true
	return []pagetest.Case{
		{Name: "waiting-full", Page: templates.WaitingPage(full)},
		{Name: "waiting-none", Page: templates.WaitingPage(view())},
		{Name: "waiting-one", Page: templates.WaitingPage(view(order))},
		{Name: "waiting-two", Page: templates.WaitingPage(view(order, other))},
		{Name: "waiting-unusual-text", Page: templates.WaitingPage(view(strange, anonymous))},
		{Name: "zero-waiting", Page: templates.WaitingPage(templates.WaitingView{Page: pagetest.Empty()})},
	}
}
