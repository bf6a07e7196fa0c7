package wire

import (
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// NewSignIn returns an attempt to sign in. Of the account it shows a part before it is verified.
func NewSignIn(w *world.World, a *world.SignIn) Object {
	status := a.Status(w.Now())
	out := Object{
		"object": "sign_in_attempt", "id": a.ID, "status": status, "identifier": textOrNull(a.Identifier),
		"supported_identifiers": w.Identifiers(), "supported_first_factors": nil, "supported_second_factors": nil,
		"first_factor_verification": newVerification(a.FirstFactor), "second_factor_verification": newVerification(a.SecondFactor),
		"user_data": nil, "created_session_id": textOrNull(a.CreatedSessionID), "abandon_at": millis(a.AbandonAt),
	}
	if u := a.User; u != nil {
		out["supported_first_factors"] = firstFactors(u, w.FirstFactors(u))
		if status == world.StatusNeedsSecondFactor {
			out["supported_second_factors"] = secondFactors(u)
		}
		out["user_data"] = Object{
			"first_name": textOrNull(u.FirstName), "last_name": textOrNull(u.LastName), "image_url": imageURL(u.ID), "has_image": false,
		}
	}
	return out
}

// NewSignUp returns an attempt to create an account.
func NewSignUp(w *world.World, a *world.SignUp) Object {
	verifications := Object{
		"email_address": nil, "phone_number": nil, "web3_wallet": nil, "external_account": newVerification(a.ExternalVerification),
	}
	if a.Email != "" {
		verifications["email_address"] = signUpVerification(a.EmailVerification, world.StrategyEmailCode)
	}
	if a.Phone != "" {
		verifications["phone_number"] = signUpVerification(a.PhoneVerification, world.StrategyPhoneCode)
	}
	return Object{
		"object": "sign_up_attempt", "id": a.ID, "status": a.Status(w.Now()), "verifications": verifications,
		"required_fields": []string{"email_address", "password"},
		"optional_fields": append([]string{"first_name", "last_name"}, w.Identifiers()[1:]...),
		"missing_fields":  a.Missing(), "unverified_fields": a.Unverified(),
		"email_address": textOrNull(a.Email), "phone_number": textOrNull(a.Phone), "username": textOrNull(a.Username),
		"first_name": textOrNull(a.FirstName), "last_name": textOrNull(a.LastName), "password_enabled": a.HasPassword(),
		"web3_wallet": nil, "external_id": nil, "custom_action": false, "legal_accepted_at": nil,
		"unsafe_metadata": a.UnsafeMetadata, "public_metadata": Object{}, "abandon_at": millis(a.AbandonAt),
		"created_session_id": textOrNull(a.CreatedSessionID), "created_user_id": textOrNull(a.CreatedUserID),
	}
}

// signUpVerification returns the state of one verification of a sign-up, and the next step. Before it begins, it has no strategy.
func signUpVerification(state world.Verification, strategy string) Object {
	out := newVerification(state)
	if out == nil {
		out = Object{"object": "verification_otp", "status": "unverified", "strategy": nil, "attempts": nil, "expire_at": nil}
	}
	out["supported_strategies"] = []string{strategy}
	switch state.Status {
	case "verified":
		out["next_action"] = ""
	case "unverified":
		out["next_action"] = "needs_attempt"
	default:
		out["next_action"] = "needs_prepare"
	}
	return out
}

// firstFactors returns the ways in which a user can begin to sign in: the strategies that the attempt allows.
func firstFactors(u *world.User, strategies []string) []Object {
	var factors []Object
	for _, strategy := range strategies {
		switch strategy {
		case world.StrategyEmailCode, world.StrategyResetPasswordEmail:
			for _, e := range u.Emails {
				factors = append(factors, Object{
					"strategy": strategy, "safe_identifier": e.Address, "email_address_id": e.ID, "primary": e.ID == u.PrimaryEmailID,
				})
			}
		case world.StrategyPhoneCode, world.StrategyResetPasswordPhone:
			factors = append(factors, Object{
				"strategy": strategy, "safe_identifier": u.Phone.Number, "phone_number_id": u.Phone.ID, "primary": true,
			})
		default:
			factors = append(factors, Object{"strategy": strategy})
		}
	}
	return factors
}
