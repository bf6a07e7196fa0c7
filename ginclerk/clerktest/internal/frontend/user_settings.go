package frontend

import (
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// userSettings describes accounts: an e-mail address, a password, an optional name, and what the configuration adds.
func (a *api) userSettings() wire.Object {
	off := wire.Object{"enabled": false}
	return wire.Object{
		"attributes":     a.attributes(),
		"social":         a.social(),
		"saml":           off,
		"enterprise_sso": wire.Object{"enabled": false, "self_serve_sso": false},
		"sign_in":        wire.Object{"second_factor": wire.Object{"required": false}},
		"sign_up": wire.Object{
			"captcha_enabled": false, "captcha_widget_type": "smart", "custom_action_required": false, "progressive": true,
			"mode": "public", "legal_consent_enabled": false,
		},
		"restrictions": wire.Object{
			"allowlist": off, "blocklist": off, "allowlist_blocklist_disabled_on_sign_in": off,
			"block_email_subaddresses": off, "block_disposable_email_domains": off,
		},
		"password_settings": wire.Object{
			"disable_hibp": true, "disable_password_reverification": false, "min_length": world.MinPasswordLength, "max_length": 72,
			"require_special_char": false, "require_numbers": false, "require_uppercase": false, "require_lowercase": false,
			"show_zxcvbn": false, "min_zxcvbn_strength": 0, "enforce_hibp_on_sign_in": false,
			"allowed_special_characters": "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~",
		},
		"username_settings": wire.Object{
			"min_length": 4, "max_length": 64, "allow_extended_special_characters": false, "allow_numeric_usernames": false,
		},
		"actions": wire.Object{"delete_self": true, "create_organization": true, "create_organizations_limit": nil},
		"attack_protection": wire.Object{
			"user_lockout":           lockout(),
			"pii":                    wire.Object{"enabled": false},
			"email_link":             wire.Object{"require_same_client": true},
			"enumeration_protection": off,
		},
		"passkey_settings": wire.Object{"allow_autofill": false, "show_sign_in_button": false, "satisfies_second_factor": false},
	}
}

func lockout() wire.Object {
	return wire.Object{
		"enabled": true, "max_attempts": world.LockoutAttempts, "duration_in_minutes": int(world.LockoutTime / time.Minute),
	}
}

func secondFactors() []string { return []string{world.StrategyTOTP, world.StrategyBackupCode} }

// social has the made-up provider, if it is on.
func (a *api) social() wire.Object {
	if !a.World.SocialProvider {
		return wire.Object{}
	}
	return wire.Object{world.StrategyOAuth: wire.Object{
		"enabled": true, "required": false, "authenticatable": true, "block_email_subaddresses": false, "strategy": world.StrategyOAuth,
		"not_selectable": false, "deprecated": false, "name": providerName, "logo_url": nil,
	}}
}

func (a *api) attributes() wire.Object {
	all := wire.Object{}
	for _, name := range []string{"web3_wallet", "ticket", "passkey"} {
		all[name] = attribute(false, false)
	}
	username, phone := attribute(a.World.Usernames, false), attribute(a.World.PhoneNumbers, false)
	username["used_for_first_factor"] = a.World.Usernames
	if a.World.PhoneNumbers {
		phone["used_for_first_factor"], phone["verify_at_sign_up"] = true, true
		phone["first_factors"], phone["verifications"] = []string{world.StrategyPhoneCode}, []string{world.StrategyPhoneCode}
	}
	all["username"], all["phone_number"] = username, phone
	for name, strategy := range map[string]string{
		"authenticator_app": world.StrategyTOTP, "backup_code": world.StrategyBackupCode,
	} {
		factor := attribute(true, false)
		factor["used_for_second_factor"], factor["second_factors"] = true, []string{strategy}
		all[name] = factor
	}
	all["first_name"], all["last_name"] = attribute(true, false), attribute(true, false)
	email := attribute(true, true)
	email["used_for_first_factor"], email["verify_at_sign_up"] = true, true
	email["first_factors"], email["verifications"] = []string{world.StrategyEmailCode}, []string{world.StrategyEmailCode}
	// The components take every attribute that is used for a first factor for an identifier, and a password is none.
	all["email_address"], all["password"] = email, attribute(true, true)
	return all
}

func attribute(enabled, required bool) wire.Object {
	return wire.Object{
		"enabled": enabled, "required": required, "used_for_first_factor": false, "first_factors": []string{},
		"used_for_second_factor": false, "second_factors": []string{}, "verifications": []string{}, "verify_at_sign_up": false,
		"immutable": false,
	}
}
