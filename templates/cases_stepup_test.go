package templates_test

import "github.com/ginclerk/ginclerk/templates"

func verifyCases() []testCase {
	view := func(p templates.Proof, choices ...templates.FactorChoice) templates.VerifyView {
		return templates.VerifyView{
			Page: page("Verify it’s you", "", ada()), Why: "This part of ginclerk demo asks for it. You stay signed in either way.",
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
	strange := view(templates.Proof{Label: "Code", Hint: "We sent it to " + markup + ".", Factor: markup, Error: long + mail}, templates.FactorChoice{Label: "Send a code to " + mail, Factor: "1"}, templates.FactorChoice{Label: arabic})
	strange.Why, strange.State = hebrew+markup, markup
	return []testCase{
		{"verify-password", templates.VerifyPage(view(password, code))},
		{"verify-wrong-password", templates.VerifyPage(view(wrong, code))},
		{"verify-code", templates.VerifyPage(view(sent, templates.FactorChoice{Label: "Use your password", Factor: "0"}, templates.FactorChoice{Label: "Send a new code", Factor: "1"}))},
		{"verify-backup-code", templates.VerifyPage(view(backup, templates.FactorChoice{Label: "Use your authenticator app", Factor: "0"}))},
		{"verify-choose", templates.VerifyPage(view(templates.Proof{}, code, templates.FactorChoice{Label: "Send a code to +1 *** *** 01", Factor: "2"}))},
		{"verify-elsewhere", templates.VerifyPage(problem)},
		{"verify-unusual-text", templates.VerifyPage(strange)},
		{"zero-verify", templates.VerifyPage(templates.VerifyView{Page: templates.Page{Title: "Empty", HomeURL: "/", StylesheetURL: stylesheet}})},
	}
}

func signInAgainCases() []testCase {
	p := page("Sign in again", "", ada())
	return []testCase{
		{"sign-in-again", templates.SignInAgainPage(templates.SignInAgainView{
			Page: p, Why: "You signed in too long ago for what you want to do, or it needs proof that it is you.",
			Account: "ada@example.com", LeaveURL: "/sessions/sign-in-again?redirect_url=%2Fadmin", BackURL: "/",
		})},
		{"sign-in-again-beside", templates.SignInAgainPage(templates.SignInAgainView{
			Page: p, Why: "You are signed out of the account you used. Another one is still signed in on this browser.",
			Account: "ada@example.com", SignInURL: "/sign-in/add-account?redirect_url=%2F", BackURL: "/admin", BackLabel: "Go on with this account",
		})},
		{"sign-in-again-unusual-text", templates.SignInAgainPage(templates.SignInAgainView{
			Page: p, Why: markup, Account: mail, LeaveURL: "/?a=1&b=%22", BackURL: "/", BackLabel: hebrew,
		})},
		{"zero-sign-in-again", templates.SignInAgainPage(templates.SignInAgainView{Page: templates.Page{Title: "Empty", HomeURL: "/", StylesheetURL: stylesheet}})},
	}
}

func waitingCases() []testCase {
	view := func(forms ...templates.WaitingForm) templates.WaitingView {
		return templates.WaitingView{
			Page: page("Waiting to be sent", "", ada()), Forms: forms, SendURL: "/sessions/forms/send", DiscardURL: "/sessions/forms/discard", HomeURL: "/",
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
		Handle: "00", Method: markup, Path: "/" + long + mail, Size: "3 bytes", More: true, SendAs: mail, SendAsID: markup,
		Fields: []templates.WaitingField{{Name: markup, About: markup}, {Name: mail + long, About: mail}, {Name: arabic, About: hebrew}},
	}
	third := order
	third.Handle, third.Path = "00112233aabbccdd", "/settings"
	full := view(order, other, third)
	full.Limit, full.Volatile = "3", true
	return []testCase{
		{"waiting-full", templates.WaitingPage(full)},
		{"waiting-none", templates.WaitingPage(view())},
		{"waiting-one", templates.WaitingPage(view(order))},
		{"waiting-two", templates.WaitingPage(view(order, other))},
		{"waiting-unusual-text", templates.WaitingPage(view(strange))},
		{"zero-waiting", templates.WaitingPage(templates.WaitingView{Page: templates.Page{Title: "Empty", HomeURL: "/", StylesheetURL: stylesheet}})},
	}
}
