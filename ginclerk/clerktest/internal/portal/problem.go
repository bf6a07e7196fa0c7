package portal

import "github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"

// problem returns what an error says to the person, in their language. The API's own sentence, which is English, is for the errors of
// programs: a page leads to none of them.
func (v *visit) problem(err *apierr.Error) string {
	if key := problemKey(err.Code, err.Param()); key != "" {
		return v.say(key)
	}
	return err.LongMessage
}

// problemKey returns the key of the sentence for an error that a person can cause on a page, else "".
func problemKey(code, param string) string {
	if code == "form_param_nil" {
		return map[string]string{
			"identifier": "portal.enter-email", "password": "portal.enter-password", "code": "portal.code-title",
			"organization_id": "portal.choose-own-organization",
		}[param]
	}
	if param == "email_address" {
		return map[string]string{
			"form_param_format_invalid": "portal.wrong-email", "form_param_missing": "portal.enter-email",
			"form_identifier_exists": "portal.account-exists",
		}[code]
	}
	return map[string]string{
		"form_identifier_not_found":      "portal.account-unknown",
		"form_password_incorrect":        "verify.wrong-password",
		"form_password_length_too_short": "portal.password-short",
		"form_password_length_too_long":  "portal.password-long",
		"form_code_incorrect":            "verify.wrong-code",
		"verification_expired":           "verify.code-over",
		"verification_failed":            "problem.code-over.what",
		"identifier_already_signed_in":   "portal.account-here",
		"user_banned":                    "portal.account-banned",
		"user_locked":                    "problem.account-locked.title",
	}[code]
}
