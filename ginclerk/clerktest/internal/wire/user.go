package wire

import (
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// NewUser returns a user for the Frontend API.
func NewUser(u *world.User) Object {
	out := Object{
		"object": "user", "id": u.ID, "external_id": textOrNull(u.ExternalID), "username": textOrNull(u.Username),
		"first_name": textOrNull(u.FirstName), "last_name": textOrNull(u.LastName), "image_url": imageURL(u.ID), "has_image": false,
		"public_metadata": u.PublicMetadata, "unsafe_metadata": u.UnsafeMetadata,
		"primary_email_address_id": textOrNull(u.PrimaryEmailID), "email_addresses": Each(u.Emails, newEmailAddress),
		"primary_phone_number_id": nil, "phone_numbers": []Object{}, "primary_web3_wallet_id": nil, "web3_wallets": []any{},
		"external_accounts": Each(u.ExternalAccounts, func(e *world.ExternalAccount) Object { return newExternalAccount(u, e) }),
		"passkeys":          []any{}, "saml_accounts": []any{}, "enterprise_accounts": []any{},
		"password_enabled": u.PasswordEnabled(), "password_last_updated_at": millisOrNull(u.PasswordUpdatedAt()),
		"two_factor_enabled": u.TOTP, "totp_enabled": u.TOTP, "backup_code_enabled": len(u.BackupCodes) > 0,
		"mfa_enabled_at": nil, "mfa_disabled_at": nil,
		"last_sign_in_at": millisOrNull(u.LastSignIn), "last_active_at": millisOrNull(u.LastActive),
		"banned": u.Banned, "locked": u.Locked, "lockout_expires_in_seconds": nil, "verification_attempts_remaining": u.AttemptsLeft(),
		"delete_self_enabled": true, "create_organization_enabled": true, "legal_accepted_at": nil,
		"created_at": millis(u.CreatedAt), "updated_at": millis(u.UpdatedAt),
	}
	if u.Phone != nil {
		out["primary_phone_number_id"], out["phone_numbers"] = u.Phone.ID, []Object{newPhoneNumber(u.Phone)}
	}
	if u.TOTP { // users here have it from the start
		out["mfa_enabled_at"] = millis(u.CreatedAt)
	}
	return out
}

// NewBackendUser returns a user for the Backend API, with the private metadata.
func NewBackendUser(u *world.User) Object {
	out := NewUser(u)
	out["private_metadata"] = u.PrivateMetadata
	return out
}

func newEmailAddress(e *world.Email) Object {
	return Object{
		"object": "email_address", "id": e.ID, "email_address": e.Address, "reserved": false, "linked_to": []any{},
		"verification": verifiedAt(e.CreatedAt, "verification_otp", world.StrategyEmailCode),
		"created_at":   millis(e.CreatedAt), "updated_at": millis(e.CreatedAt),
	}
}

// verifiedAt is the state of a verification by one code, or by the social provider.
func verifiedAt(t time.Time, object, strategy string) Object {
	return Object{
		"object": object, "status": "verified", "strategy": strategy, "attempts": 1, "expire_at": millis(t.Add(world.CodeLifetime)),
	}
}

func newPhoneNumber(p *world.Phone) Object {
	return Object{
		"object": "phone_number", "id": p.ID, "phone_number": p.Number, "reserved": false, "reserved_for_second_factor": false,
		"default_second_factor": false, "backup_codes": nil, "linked_to": []any{},
		"verification": verifiedAt(p.CreatedAt, "verification_otp", world.StrategyPhoneCode),
		"created_at":   millis(p.CreatedAt), "updated_at": millis(p.CreatedAt),
	}
}

func newExternalAccount(u *world.User, e *world.ExternalAccount) Object {
	return Object{
		"object": "external_account", "id": e.ID, "provider": world.StrategyOAuth, "identification_id": e.ID, "provider_user_id": e.Email,
		"approved_scopes": "email", "email_address": e.Email, "first_name": u.FirstName, "last_name": u.LastName, "public_metadata": Object{},
		"verification": verifiedAt(e.CreatedAt, "verification_oauth", world.StrategyOAuth),
		"created_at":   millis(e.CreatedAt), "updated_at": millis(e.CreatedAt),
	}
}

// imageURL has the form of Clerk's default avatars. No server serves it.
func imageURL(id string) string { return world.ImageURL(id) }
