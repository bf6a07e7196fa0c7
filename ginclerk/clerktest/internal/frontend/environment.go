package frontend

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// environment tells clerk-js the settings of the instance. It works without a dev browser, but refuses a stale one.
func (a *api) environment(r *http.Request, _ []byte) (core.Reply, error) {
	if r.URL.Query().Get(instance.CookieDevBrowser) != "" && !a.Production() {
		if _, err := a.identify(r); err != nil {
			return core.Reply{}, err
		}
	}
	if a.Production() {
		if err := a.checkOrigin(r); err != nil {
			return core.Reply{}, err
		}
	}
	origin := core.PublicOrigin(r)
	return core.OK(wire.Object{
		"auth_config":           a.authConfig(),
		"display_config":        a.displayConfig(origin),
		"user_settings":         a.userSettings(),
		"organization_settings": a.organizationSettings(),
		"fraud_settings":        wire.Object{"object": "fraud_settings", "native": wire.Object{"device_attestation_mode": "disabled"}},
		"commerce_settings":     commerceSettings(),
		"api_keys_settings":     wire.Object{"enabled": false, "user_api_keys_enabled": false, "orgs_api_keys_enabled": false},
		"protect_config":        wire.Object{"loaders": []any{}},
		"client_debug_mode":     false,
		"partitioned_cookies":   false,
		"maintenance_mode":      false,
	}), nil
}

func (a *api) authConfig() wire.Object {
	onOff := map[bool]string{true: "on", false: "off"}
	return wire.Object{
		"object":                                "auth_config",
		"id":                                    "aconf_" + a.Key.CookieSuffix(),
		"first_name":                            "on",
		"last_name":                             "on",
		"email_address":                         "required",
		"phone_number":                          onOff[a.World.PhoneNumbers],
		"username":                              onOff[a.World.Usernames],
		"password":                              "required",
		"identification_requirements":           [][]string{{"email_address"}},
		"identification_strategies":             []string{"email_address"},
		"first_factors":                         []string{"password", "email_code"},
		"second_factors":                        secondFactors(),
		"email_address_verification_strategies": []string{"email_code"},
		"single_session_mode":                   a.World.SingleSession,
		"enhanced_email_deliverability":         false,
		"test_mode":                             true,
		"cookieless_dev":                        false,
		"url_based_session_syncing":             !a.Production(),
		"claimed_at":                            nil,
		"reverification":                        true,
		"native_settings": wire.Object{
			"object": "native_settings", "api_enabled": false, "trusted_device_sign_in_enabled": false,
			"trusted_device_enrollment_prompt_after_sign_in_enabled": false,
			"trusted_device_enrollment_prompt_after_sign_up_enabled": false,
		},
	}
}

// displayConfig links only to the application's own origin, where the Account Portal is.
func (a *api) displayConfig(origin string) wire.Object {
	config := wire.Object{
		"object":                         "display_config",
		"id":                             "display_config_" + a.Key.CookieSuffix(),
		"instance_environment_type":      string(a.Key.Type()),
		"application_name":               a.ApplicationName,
		"theme":                          wire.Object{},
		"preferred_sign_in_strategy":     "password",
		"sign_in_url":                    origin + a.SignInPath,
		"sign_up_url":                    origin + a.SignUpPath,
		"after_sign_out_one_url":         origin + a.SignInPath,
		"branded":                        false,
		"experimental_force_oauth_first": false,
		"show_devmode_warning":           false,
		"captcha_widget_type":            nil,
		"captcha_oauth_bypass":           []string{},
		"captcha_heartbeat":              false,
	}
	for _, name := range []string{
		"home_url", "user_profile_url", "waitlist_url", "oauth_consent_url", "after_sign_in_url", "after_sign_up_url",
		"after_sign_out_all_url", "after_switch_session_url", "after_join_waitlist_url", "organization_profile_url",
		"create_organization_url", "after_leave_organization_url", "after_create_organization_url", "logo_link_url",
	} {
		config[name] = origin + "/"
	}
	for _, name := range []string{
		"logo_image_url", "favicon_image_url", "support_email", "clerk_js_version", "google_one_tap_client_id", "help_url",
		"privacy_policy_url", "terms_url", "logo_url", "favicon_url", "logo_image", "favicon_image", "captcha_public_key",
		"captcha_public_key_invisible", "captcha_provider",
	} {
		config[name] = nil
	}
	return config
}

func (a *api) organizationSettings() wire.Object {
	settings := wire.Object{
		"enabled":                 true,
		"max_allowed_memberships": 100,
		"actions":                 wire.Object{"admin_delete": true},
		"domains":                 wire.Object{"enabled": false, "enrollment_modes": []string{}, "default_role": "org:member"},
		"slug":                    wire.Object{"disabled": false},
		"creator_role":            "org:admin",
	}
	if a.World.ForceOrganizationSelection {
		settings["force_organization_selection"] = true // Clerk leaves it out where it is off
	}
	return settings
}

func commerceSettings() wire.Object {
	off := wire.Object{"enabled": false, "has_paid_plans": false}
	return wire.Object{"billing": wire.Object{
		"stripe_publishable_key": nil, "free_trial_requires_payment_method": false, "user": off, "organization": off,
	}}
}
