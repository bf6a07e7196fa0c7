package templates

import "github.com/a-h/templ"

// VerifyView is the view of [VerifyPage]. Proof or Choices is the subject of the page. Choices may stand beside Proof.
type VerifyView struct {
	Page
	// Why says what the proof is for, in a sentence. Empty: left out.
	Why string
	// State is the hidden field "verification" of all forms.
	State string
	// Proof is the field to fill in. Zero: no field.
	Proof Proof
	// ProofURL checks the proof (POST, verification, factor, proof).
	ProofURL templ.SafeURL
	// Choices are other ways to prove the same. FactorURL chooses one of them (POST, verification, factor).
	Choices   []FactorChoice
	FactorURL templ.SafeURL
	// BackURL leads back without a proof. Empty: the link is left out.
	BackURL templ.SafeURL
}

// Proof is a field for a password or a code.
type Proof struct {
	// Label names the field. Empty: no field.
	Label string
	// Hint explains the field, such as where a code was sent. Empty: left out.
	Hint string
	// Factor is the hidden field "factor".
	Factor string
	// Password says that the field is for a password, and not for a code.
	Password bool
	// Digits says that the code is a number, so that telephones show digits.
	Digits bool
	// Username is the user name of the password, for password managers. Empty: left out.
	Username string
	// Error says what was wrong with the last proof. Empty: no error.
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
