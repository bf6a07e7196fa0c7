package wire

import "github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"

// Reverification is an attempt to verify factors of a session again. Session is the session in the form for its browser.
type Reverification struct {
	Object                   string        `json:"object"`
	Level                    string        `json:"level"`
	Status                   string        `json:"status"`
	SupportedFirstFactors    []Factor      `json:"supported_first_factors"`
	SupportedSecondFactors   []Factor      `json:"supported_second_factors"`
	FirstFactorVerification  *Verification `json:"first_factor_verification"`
	SecondFactorVerification *Verification `json:"second_factor_verification"`
	Session                  any           `json:"session"`
}

// NewReverification returns the current attempt of a session.
func NewReverification(r *world.Reverification, session any) Reverification {
	return Reverification{
		Object: "session_reverification", Level: string(r.Level), Status: r.Status(),
		SupportedFirstFactors: firstFactors(r.Session.User, reverifying(r.Session.User)), SupportedSecondFactors: secondFactors(r.Session.User),
		FirstFactorVerification:  newVerification(r.FirstFactor),
		SecondFactorVerification: newVerification(r.SecondFactor), Session: session,
	}
}

// secondFactors returns nil, which is null in JSON, for a user without any.
func secondFactors(u *world.User) []Factor {
	var factors []Factor
	for _, strategy := range u.SecondFactors() {
		factors = append(factors, Factor{Strategy: strategy})
	}
	return factors
}

// reverifying returns the strategies that verify a first factor again.
func reverifying(u *world.User) []string {
	if u.PasswordEnabled() {
		return []string{world.StrategyPassword, world.StrategyEmailCode}
	}
	return []string{world.StrategyEmailCode}
}
