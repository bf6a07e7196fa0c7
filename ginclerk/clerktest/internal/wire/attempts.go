package wire

import (
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// SignIn is an attempt to sign in.
type SignIn struct {
	Object                   string        `json:"object"`
	ID                       string        `json:"id"`
	Status                   string        `json:"status"`
	SupportedIdentifiers     []string      `json:"supported_identifiers"`
	SupportedFirstFactors    []Factor      `json:"supported_first_factors"`
	SupportedSecondFactors   []Factor      `json:"supported_second_factors"`
	FirstFactorVerification  *Verification `json:"first_factor_verification"`
	SecondFactorVerification *Verification `json:"second_factor_verification"`
	Identifier               *string       `json:"identifier"`
	UserData                 *UserData     `json:"user_data"`
	CreatedSessionID         *string       `json:"created_session_id"`
	AbandonAt                int64         `json:"abandon_at"`
}

// Factor is a way to verify an attempt.
type Factor struct {
	Strategy       string `json:"strategy"`
	SafeIdentifier string `json:"safe_identifier,omitempty"`
	EmailAddressID string `json:"email_address_id,omitempty"`
	PhoneNumberID  string `json:"phone_number_id,omitempty"`
	Primary        *bool  `json:"primary,omitempty"`
}

// UserData is the part of the account that an attempt shows before it is verified.
type UserData struct {
	FirstName *string `json:"first_name"`
	LastName  *string `json:"last_name"`
	ImageURL  string  `json:"image_url"`
	HasImage  bool    `json:"has_image"`
}

// SignUp is an attempt to create an account.
type SignUp struct {
	Object           string              `json:"object"`
	ID               string              `json:"id"`
	Status           string              `json:"status"`
	RequiredFields   []string            `json:"required_fields"`
	OptionalFields   []string            `json:"optional_fields"`
	MissingFields    []string            `json:"missing_fields"`
	UnverifiedFields []string            `json:"unverified_fields"`
	Verifications    SignUpVerifications `json:"verifications"`
	Username         *string             `json:"username"`
	EmailAddress     *string             `json:"email_address"`
	PhoneNumber      *string             `json:"phone_number"`
	Web3Wallet       *string             `json:"web3_wallet"`
	PasswordEnabled  bool                `json:"password_enabled"`
	FirstName        *string             `json:"first_name"`
	LastName         *string             `json:"last_name"`
	UnsafeMetadata   map[string]any      `json:"unsafe_metadata"`
	PublicMetadata   map[string]any      `json:"public_metadata"`
	CustomAction     bool                `json:"custom_action"`
	ExternalID       *string             `json:"external_id"`
	CreatedSessionID *string             `json:"created_session_id"`
	CreatedUserID    *string             `json:"created_user_id"`
	AbandonAt        int64               `json:"abandon_at"`
	LegalAcceptedAt  *int64              `json:"legal_accepted_at"`
}

// SignUpVerifications are the states of a sign-up's verifications.
type SignUpVerifications struct {
	EmailAddress    *SignUpVerification `json:"email_address"`
	PhoneNumber     *SignUpVerification `json:"phone_number"`
	Web3Wallet      *SignUpVerification `json:"web3_wallet"`
	ExternalAccount *Verification       `json:"external_account"`
}

// SignUpVerification is the state of one verification of a sign-up, and the next step. Without a strategy, it has not begun.
type SignUpVerification struct {
	Object              string   `json:"object"`
	Status              string   `json:"status"`
	Strategy            *string  `json:"strategy"`
	Attempts            *int     `json:"attempts"`
	ExpireAt            *int64   `json:"expire_at"`
	NextAction          string   `json:"next_action"`
	SupportedStrategies []string `json:"supported_strategies"`
}

// NewSignIn returns an attempt to sign in.
func NewSignIn(w *world.World, a *world.SignIn) SignIn {
	out := SignIn{
		Object: "sign_in_attempt", ID: a.ID, Status: a.Status(w.Now()), SupportedIdentifiers: w.Identifiers(),
		FirstFactorVerification: newVerification(a.FirstFactor), SecondFactorVerification: newVerification(a.SecondFactor),
		Identifier:       textOrNull(a.Identifier),
		CreatedSessionID: textOrNull(a.CreatedSessionID), AbandonAt: millis(a.AbandonAt),
	}
	if a.User != nil {
		out.SupportedFirstFactors = firstFactors(a.User, w.FirstFactors(a.User))
		if out.Status == world.StatusNeedsSecondFactor {
			out.SupportedSecondFactors = secondFactors(a.User)
		}
		out.UserData = &UserData{
			FirstName: textOrNull(a.User.FirstName), LastName: textOrNull(a.User.LastName), ImageURL: imageURL(a.User.ID),
		}
	}
	return out
}

// NewSignUp returns an attempt to create an account.
func NewSignUp(w *world.World, a *world.SignUp) SignUp {
	out := SignUp{
		Object: "sign_up_attempt", ID: a.ID, Status: a.Status(w.Now()),
		RequiredFields: []string{"email_address", "password"}, OptionalFields: append([]string{"first_name", "last_name"}, w.Identifiers()[1:]...),
		MissingFields: a.Missing(), UnverifiedFields: a.Unverified(),
		EmailAddress: textOrNull(a.Email), PasswordEnabled: a.HasPassword(),
		FirstName: textOrNull(a.FirstName), LastName: textOrNull(a.LastName),
		UnsafeMetadata: a.UnsafeMetadata, PublicMetadata: map[string]any{},
		CreatedSessionID: textOrNull(a.CreatedSessionID), CreatedUserID: textOrNull(a.CreatedUserID), AbandonAt: millis(a.AbandonAt),
	}
	out.Username, out.PhoneNumber = textOrNull(a.Username), textOrNull(a.Phone)
	if a.Email != "" {
		out.Verifications.EmailAddress = signUpVerification(a.EmailVerification, world.StrategyEmailCode)
	}
	if a.Phone != "" {
		out.Verifications.PhoneNumber = signUpVerification(a.PhoneVerification, world.StrategyPhoneCode)
	}
	out.Verifications.ExternalAccount = newVerification(a.ExternalVerification)
	return out
}

func signUpVerification(state world.Verification, strategy string) *SignUpVerification {
	out := &SignUpVerification{
		Object: "verification_otp", Status: "unverified", NextAction: "needs_prepare", SupportedStrategies: []string{strategy},
	}
	v := newVerification(state)
	if v == nil {
		return out
	}
	out.Object, out.Status, out.Strategy, out.Attempts, out.ExpireAt = v.Object, v.Status, &v.Strategy, v.Attempts, v.ExpireAt
	switch v.Status {
	case "verified":
		out.NextAction = ""
	case "unverified":
		out.NextAction = "needs_attempt"
	}
	return out
}

// firstFactors returns the ways in which a user can begin to sign in: the strategies that the attempt allows.
func firstFactors(u *world.User, strategies []string) []Factor {
	var factors []Factor
	for _, strategy := range strategies {
		switch strategy {
		case world.StrategyEmailCode, world.StrategyResetPasswordEmail:
			for _, e := range u.Emails {
				primary := e.ID == u.PrimaryEmailID
				factors = append(factors, Factor{Strategy: strategy, SafeIdentifier: e.Address, EmailAddressID: e.ID, Primary: &primary})
			}
		case world.StrategyPhoneCode, world.StrategyResetPasswordPhone:
			primary := true
			factors = append(factors, Factor{Strategy: strategy, SafeIdentifier: u.Phone.Number, PhoneNumberID: u.Phone.ID, Primary: &primary})
		default:
			factors = append(factors, Factor{Strategy: strategy})
		}
	}
	return factors
}
