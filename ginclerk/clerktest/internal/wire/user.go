package wire

import (
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// User is a user, for both APIs. The Frontend API leaves the private metadata out.
type User struct {
	ID                            string         `json:"id"`
	Object                        string         `json:"object"`
	ExternalID                    *string        `json:"external_id"`
	PrimaryEmailAddressID         *string        `json:"primary_email_address_id"`
	PrimaryPhoneNumberID          *string        `json:"primary_phone_number_id"`
	PrimaryWeb3WalletID           *string        `json:"primary_web3_wallet_id"`
	Username                      *string        `json:"username"`
	FirstName                     *string        `json:"first_name"`
	LastName                      *string        `json:"last_name"`
	ImageURL                      string         `json:"image_url"`
	HasImage                      bool           `json:"has_image"`
	PublicMetadata                map[string]any `json:"public_metadata"`
	PrivateMetadata               map[string]any `json:"private_metadata,omitzero"`
	UnsafeMetadata                map[string]any `json:"unsafe_metadata"`
	EmailAddresses                []EmailAddress `json:"email_addresses"`
	PhoneNumbers                  []Object       `json:"phone_numbers"`
	Web3Wallets                   []any          `json:"web3_wallets"`
	Passkeys                      []any          `json:"passkeys"`
	ExternalAccounts              []Object       `json:"external_accounts"`
	SAMLAccounts                  []any          `json:"saml_accounts"`
	EnterpriseAccounts            []any          `json:"enterprise_accounts"`
	PasswordEnabled               bool           `json:"password_enabled"`
	PasswordLastUpdatedAt         *int64         `json:"password_last_updated_at"`
	TwoFactorEnabled              bool           `json:"two_factor_enabled"`
	TOTPEnabled                   bool           `json:"totp_enabled"`
	BackupCodeEnabled             bool           `json:"backup_code_enabled"`
	MFAEnabledAt                  *int64         `json:"mfa_enabled_at"`
	MFADisabledAt                 *int64         `json:"mfa_disabled_at"`
	LastSignInAt                  *int64         `json:"last_sign_in_at"`
	LastActiveAt                  *int64         `json:"last_active_at"`
	Banned                        bool           `json:"banned"`
	Locked                        bool           `json:"locked"`
	LockoutExpiresInSeconds       *int64         `json:"lockout_expires_in_seconds"`
	VerificationAttemptsRemaining *int64         `json:"verification_attempts_remaining"`
	DeleteSelfEnabled             bool           `json:"delete_self_enabled"`
	CreateOrganizationEnabled     bool           `json:"create_organization_enabled"`
	LegalAcceptedAt               *int64         `json:"legal_accepted_at"`
	CreatedAt                     int64          `json:"created_at"`
	UpdatedAt                     int64          `json:"updated_at"`
}

// EmailAddress is an e-mail address of a user.
type EmailAddress struct {
	ID           string       `json:"id"`
	Object       string       `json:"object"`
	EmailAddress string       `json:"email_address"`
	Reserved     bool         `json:"reserved"`
	Verification Verification `json:"verification"`
	LinkedTo     []any        `json:"linked_to"`
	CreatedAt    int64        `json:"created_at"`
	UpdatedAt    int64        `json:"updated_at"`
}

// NewUser returns a user for the Frontend API.
func NewUser(u *world.User) User {
	attempts := int64(u.AttemptsLeft())
	return User{
		ID: u.ID, Object: "user", ExternalID: textOrNull(u.ExternalID), Username: textOrNull(u.Username),
		PrimaryEmailAddressID: textOrNull(u.PrimaryEmailID),
		FirstName:             textOrNull(u.FirstName), LastName: textOrNull(u.LastName),
		ImageURL:       imageURL(u.ID),
		PublicMetadata: u.PublicMetadata, UnsafeMetadata: u.UnsafeMetadata,
		EmailAddresses: emailAddresses(u),
		PhoneNumbers:   phoneNumbers(u), Web3Wallets: []any{}, Passkeys: []any{}, ExternalAccounts: externalAccounts(u),
		PrimaryPhoneNumberID: primaryPhone(u),
		SAMLAccounts:         []any{}, EnterpriseAccounts: []any{},
		TwoFactorEnabled: u.TOTP, TOTPEnabled: u.TOTP, BackupCodeEnabled: len(u.BackupCodes) > 0, MFAEnabledAt: secondFactorSince(u),
		PasswordEnabled: u.PasswordEnabled(), PasswordLastUpdatedAt: millisOrNull(u.PasswordUpdatedAt()),
		LastSignInAt: millisOrNull(u.LastSignIn), LastActiveAt: millisOrNull(u.LastActive),
		Banned: u.Banned, Locked: u.Locked, VerificationAttemptsRemaining: &attempts,
		DeleteSelfEnabled: true, CreateOrganizationEnabled: true,
		CreatedAt: millis(u.CreatedAt), UpdatedAt: millis(u.UpdatedAt),
	}
}

// secondFactorSince returns when the user got the second factor: users here have it from the start.
func secondFactorSince(u *world.User) *int64 {
	if !u.TOTP {
		return nil
	}
	return millisOrNull(u.CreatedAt)
}

// NewBackendUser returns a user for the Backend API, with the private metadata.
func NewBackendUser(u *world.User) User {
	out := NewUser(u)
	out.PrivateMetadata = u.PrivateMetadata
	return out
}

func emailAddresses(u *world.User) []EmailAddress {
	list := make([]EmailAddress, 0, len(u.Emails))
	for _, e := range u.Emails {
		list = append(list, EmailAddress{
			ID: e.ID, Object: "email_address", EmailAddress: e.Address,
			Verification: verifiedAt(e.CreatedAt, "verification_otp", world.StrategyEmailCode), LinkedTo: []any{},
			CreatedAt: millis(e.CreatedAt), UpdatedAt: millis(e.CreatedAt),
		})
	}
	return list
}

// verifiedAt is the state of a verification by one code, or by the social provider.
func verifiedAt(t time.Time, object, strategy string) Verification {
	one, expires := 1, millis(t.Add(world.CodeLifetime))
	return Verification{Object: object, Status: "verified", Strategy: strategy, Attempts: &one, ExpireAt: &expires}
}

func phoneNumbers(u *world.User) []Object {
	if u.Phone == nil {
		return []Object{}
	}
	return []Object{{
		"id": u.Phone.ID, "object": "phone_number", "phone_number": u.Phone.Number, "reserved": false, "reserved_for_second_factor": false,
		"default_second_factor": false, "linked_to": []any{}, "verification": verifiedAt(u.Phone.CreatedAt, "verification_otp", world.StrategyPhoneCode),
		"backup_codes": nil, "created_at": millis(u.Phone.CreatedAt), "updated_at": millis(u.Phone.CreatedAt),
	}}
}

func primaryPhone(u *world.User) *string {
	if u.Phone == nil {
		return nil
	}
	return &u.Phone.ID
}

func externalAccounts(u *world.User) []Object {
	list := []Object{}
	for _, e := range u.ExternalAccounts {
		list = append(list, Object{
			"object": "external_account", "id": e.ID, "provider": world.StrategyOAuth, "identification_id": e.ID, "provider_user_id": e.Email,
			"approved_scopes": "email", "email_address": e.Email, "first_name": u.FirstName, "last_name": u.LastName, "public_metadata": Object{},
			"created_at": millis(e.CreatedAt), "updated_at": millis(e.CreatedAt),
			"verification": verifiedAt(e.CreatedAt, "verification_oauth", world.StrategyOAuth),
		})
	}
	return list
}

// imageURL has the form of Clerk's default avatars. No server serves it.
func imageURL(id string) string { return world.ImageURL(id) }
