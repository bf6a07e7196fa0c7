package reverify

import "github.com/ginclerk/ginclerk/ginclerk/token"

// Strategies of factors that a page can ask for without JavaScript, in Clerk's words.
const (
	StrategyPassword   = "password"
	StrategyEmailCode  = "email_code"
	StrategyPhoneCode  = "phone_code"
	StrategyTOTP       = "totp"
	StrategyBackupCode = "backup_code"
)

// Verification is how far somebody has come with proving who they are. What was proved is kept by Clerk, with the session; this is
// what a page has to know between the steps. The zero value waits for nothing and is not complete.
type Verification struct {
	// Level is what has to be proved.
	Level token.Level `json:"l"`
	// Second says that it is the second factor's turn.
	Second bool `json:"s,omitempty"`
	// Complete says that everything is proved.
	Complete bool `json:"c,omitempty"`
	// Factors are those of which one has to be proved now, as far as a page can ask for them. Empty: the user has only others, such
	// as passkeys, or everything is proved.
	Factors []Factor `json:"f,omitempty"`
}

// Factor is a way to prove who somebody is.
type Factor struct {
	// Strategy is Clerk's name for it: in a [Verification] one of the constants of this package, such as [StrategyPassword].
	Strategy string `json:"s"`
	// SentTo is the address or number that a code is sent to, as Clerk shows it; empty where none is sent.
	SentTo string `json:"t,omitempty"`
	// ID names that address or number to Clerk.
	ID string `json:"i,omitempty"`
	// Primary says that it is the user's primary address or number.
	Primary bool `json:"p,omitempty"`
}

// Sent reports whether a code has to be sent before it can be asked for.
func (f Factor) Sent() bool {
	return f.Strategy == StrategyEmailCode || f.Strategy == StrategyPhoneCode
}

// maxFactors keeps what a page carries below the limit of what can be sealed.
const maxFactors = 10

// verificationOf keeps the factors that a page can ask for: primary addresses first.
func verificationOf(level token.Level, got Answer) Verification {
	v := Verification{Level: level, Second: got.Second, Complete: got.Complete}
	if v.Complete {
		return v
	}
	asked := []string{StrategyPassword, StrategyEmailCode, StrategyPhoneCode}
	if v.Second {
		asked = []string{StrategyTOTP, StrategyPhoneCode, StrategyBackupCode}
	}
	for _, strategy := range asked {
		for _, primary := range []bool{true, false} {
			for _, f := range got.Factors {
				if f.Strategy == strategy && f.Primary == primary && len(v.Factors) < maxFactors {
					v.Factors = append(v.Factors, f)
				}
			}
		}
	}
	return v
}
