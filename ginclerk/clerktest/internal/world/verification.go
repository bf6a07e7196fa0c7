package world

import (
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
)

// TestCode is the code in every e-mail and text message that the embedded Clerk would send, if it sent any (Clerk: test e-mails and phones).
const TestCode = "424242"

// The strategies that verify a factor.
const (
	StrategyPassword   = "password"
	StrategyEmailCode  = "email_code"
	StrategyTicket     = "ticket"
	StrategyTOTP       = "totp"
	StrategyBackupCode = "backup_code"

	StrategyPhoneCode          = "phone_code"
	StrategyResetPasswordEmail = "reset_password_email_code"
	StrategyResetPasswordPhone = "reset_password_phone_code"
	// StrategyOAuth is that of the made-up social provider.
	StrategyOAuth = "oauth_custom_mock"
)

const (
	codeAttempts   = 5
	statusVerified = "verified"
	codeIncorrect  = "form_code_incorrect"
)

// Verification is the state of one factor. The zero value has not begun.
type Verification struct {
	Strategy string
	Status   string // unverified, verified, failed or expired; "" before it begins
	Attempts int
	ExpireAt time.Time
	// RedirectURL is the page of the social provider, and Error what went wrong there.
	RedirectURL string
	Error       *apierr.Error
}

// resets reports whether a new password has to follow the verification.
func (v *Verification) resets() bool {
	return v.Strategy == StrategyResetPasswordEmail || v.Strategy == StrategyResetPasswordPhone
}

// Pending reports whether a code was sent and not yet accepted.
func (v *Verification) Pending() bool {
	return v.Strategy == StrategyEmailCode && v.Status == "unverified"
}

// begin counts an attempt. It starts at one if the last attempt had another strategy.
func (v *Verification) begin(strategy string) {
	if v.Strategy != strategy {
		*v = Verification{Strategy: strategy, Status: "unverified"}
	}
	v.Attempts++
}

func (v *Verification) sendCode(strategy string, now time.Time) {
	*v = Verification{Strategy: strategy, Status: "unverified", ExpireAt: now.Add(CodeLifetime)}
}

// attemptCode accepts the test code while the verification waits for one.
func (v *Verification) attemptCode(strategy, code string, now time.Time) error {
	if v.Strategy != strategy || v.Status == "" {
		return apierr.New(400, "verification_missing", "No code was sent: prepare the verification first.")
	}
	if v.Status == "verified" {
		return apierr.New(400, "verification_already_verified", "This verification is already complete.")
	}
	if !now.Before(v.ExpireAt) {
		v.Status = "expired"
		return apierr.New(400, "verification_expired", "The code has expired. Ask for a new one.")
	}
	v.Attempts++
	if v.Attempts > codeAttempts {
		v.Status = "failed"
		return apierr.New(400, "verification_failed", "Too many wrong codes. Ask for a new one.")
	}
	if code == "" {
		return apierr.Param("form_param_nil", "code", "Enter the code.")
	}
	if code != TestCode {
		return apierr.Param(codeIncorrect, "code", "The code is incorrect. Try again.")
	}
	v.Status = statusVerified
	return nil
}
