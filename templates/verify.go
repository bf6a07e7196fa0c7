package templates

import "github.com/a-h/templ"

// VerifyView is the view of [VerifyPage]. Exactly one of Proof, Choices and Problem says what the page is about; Choices may
// stand beside Proof.
type VerifyView struct {
	Page
	// Why says what the proof is for, in a sentence. Empty: left out.
	Why string
	// State is the hidden field "verification" of all forms.
	State string
	// Proof is the field to fill in. Zero: there is none.
	Proof Proof
	// ProofURL takes the proof (POST, verification, factor, proof).
	ProofURL templ.SafeURL
	// Choices are other ways to prove the same; FactorURL takes one of them (POST, verification, factor).
	Choices   []FactorChoice
	FactorURL templ.SafeURL
	// Problem says why nothing can be proved here, and Todo what to do instead.
	Problem, Todo string
	// SignInAgainURL leads to signing in again, which proves it, too. Empty: the link is left out.
	SignInAgainURL templ.SafeURL
	// BackURL leads away without a proof. Empty: the link is left out.
	BackURL templ.SafeURL
}

// Proof is a field for a password or a code.
type Proof struct {
	// Label names the field. Empty: there is no field.
	Label string
	// Hint says more about it, such as where a code was sent. Empty: left out.
	Hint string
	// Factor is the hidden field "factor".
	Factor string
	// Password: it is a password, else a code.
	Password bool
	// Digits: the code is a number, so that telephones show digits.
	Digits bool
	// Username is whose password it is, for password managers. Empty: left out.
	Username string
	// Error says what was wrong with the last one. Empty: nothing was.
	Error string
}

// FactorChoice is one way to prove the identity.
type FactorChoice struct {
	// Label is the text of the button, such as "Use your password".
	Label string
	// Factor is the hidden field "factor".
	Factor string
}

// described returns the ids of the texts below the field.
func described(p Proof) string {
	switch {
	case p.Error != "" && p.Hint != "":
		return "proof-error proof-hint"
	case p.Error != "":
		return "proof-error"
	case p.Hint != "":
		return "proof-hint"
	default:
		return ""
	}
}
