package world

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
)

// The states of an attempt that has to verify factors, in Clerk's words.
const (
	StatusNeedsFirstFactor  = "needs_first_factor"
	StatusNeedsSecondFactor = "needs_second_factor"
	StatusNeedsNewPassword  = "needs_new_password"
	StatusComplete          = "complete"
)

// Clerk locks an account for an hour after this many wrong passwords and codes (its default).
const (
	LockoutAttempts = 100
	LockoutTime     = time.Hour
)

// tryFirst tries a password, or a code that was sent, for the verification of a first factor.
func (w *World) tryFirst(u *User, v *Verification, strategy, proof string) error {
	if strategy == StrategyPassword {
		return w.tryPassword(u, v, proof)
	}
	err := v.attemptCode(strategy, proof, w.now())
	if known, ok := errors.AsType[*apierr.Error](err); ok && known.Code == codeIncorrect {
		w.failed(u)
	}
	return err
}

func (w *World) tryPassword(u *User, v *Verification, password string) error {
	if !u.PasswordEnabled() {
		return apierr.New(http.StatusBadRequest, "strategy_for_user_invalid", "This account has no password.")
	}
	if password == "" {
		return apierr.Param("form_param_nil", "password", "Enter your password.")
	}
	v.begin(StrategyPassword)
	if !u.checkPassword(password) {
		w.failed(u)
		return apierr.Param("form_password_incorrect", "password", "The password is incorrect. Try again.")
	}
	v.Status = statusVerified
	return nil
}

// trySecondFactor tries a code of an authenticator app, which is always [TestCode], or a backup code, which is valid once.
func (w *World) trySecondFactor(u *User, v *Verification, strategy, code string) error {
	if !slices.Contains(u.SecondFactors(), strategy) {
		return noSecondFactor(strategy)
	}
	if code == "" {
		return apierr.Param("form_param_nil", "code", "Enter the code.")
	}
	v.begin(strategy)
	right := code == TestCode
	if strategy == StrategyBackupCode {
		i := slices.Index(u.BackupCodes, code)
		if right = i >= 0; right {
			u.BackupCodes = slices.Delete(slices.Clone(u.BackupCodes), i, i+1)
		}
	}
	if !right {
		w.failed(u)
		return apierr.Param(codeIncorrect, "code", "The code is incorrect. Try again.")
	}
	v.Status = statusVerified
	return nil
}

// noSecondFactor is also the answer to the preparation of a code, because neither apps nor backup codes need one.
func noSecondFactor(strategy string) error {
	return apierr.New(http.StatusBadRequest, "no_second_factors", "This account has no second factor "+strategy+".")
}

// SecondFactors returns the strategies of the user's second factors.
func (u *User) SecondFactors() []string {
	var factors []string
	if u.TOTP {
		factors = append(factors, StrategyTOTP)
	}
	if u.TOTP && len(u.BackupCodes) > 0 {
		factors = append(factors, StrategyBackupCode)
	}
	return factors
}

// failed counts a wrong password or code, and locks the account after too many.
func (w *World) failed(u *User) {
	u.failures++
	if u.failures >= LockoutAttempts {
		w.Lock(u)
		u.lockedUntil = w.now().Add(LockoutTime)
	}
}

// AttemptsLeft returns how many wrong passwords and codes are left before the account is locked.
func (u *User) AttemptsLeft() int { return max(0, LockoutAttempts-u.failures) }

// unlockInTime ends lockouts whose time has passed.
func (w *World) unlockInTime(now time.Time) {
	for _, u := range w.users.order {
		if !u.lockedUntil.IsZero() && !now.Before(u.lockedUntil) {
			w.Unlock(u)
		}
	}
}

// allowed says whether the user may verify factors.
func allowed(u *User) error {
	switch {
	case u.Banned:
		return apierr.New(http.StatusForbidden, "user_banned", "This account is banned.")
	case u.Locked:
		return apierr.New(http.StatusForbidden, "user_locked", "This account is locked.")
	}
	return nil
}
