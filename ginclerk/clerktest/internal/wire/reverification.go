package wire

import "github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"

// NewReverification returns the current attempt to verify factors of a session again. Session is the session in the form for its browser.
func NewReverification(r *world.Reverification, session Object) Object {
	return Object{
		"object": "session_reverification", "level": r.Level, "status": r.Status(), "session": session,
		"supported_first_factors":    firstFactors(r.Session.User, reverifying(r.Session.User)),
		"supported_second_factors":   secondFactors(r.Session.User),
		"first_factor_verification":  newVerification(r.FirstFactor),
		"second_factor_verification": newVerification(r.SecondFactor),
	}
}

// secondFactors returns nil, which is null in JSON, for a user without any.
func secondFactors(u *world.User) []Object {
	var factors []Object
	for _, strategy := range u.SecondFactors() {
		factors = append(factors, Object{"strategy": strategy})
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
