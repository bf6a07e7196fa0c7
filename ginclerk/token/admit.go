package token

import (
	"fmt"
	"slices"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// admit makes the checks that depend on the configuration and the clock, in Clerk's order. Our own checks come last, so that a token
// that Clerk refuses has Clerk's reason.
func (v *Verifier) admit(c *Claims, more Parties) error {
	if err := checkSubject(c); err != nil {
		return err
	}
	if err := v.checkAudience(c); err != nil {
		return err
	}
	if err := v.checkAuthorizedParty(c, more); err != nil {
		return err
	}
	if err := v.checkIssuer(c); err != nil {
		return err
	}
	if err := v.checkTimes(c); err != nil {
		return err
	}
	if err := v.checkSessionID(c); err != nil {
		return err
	}
	return v.checkLifetime(c)
}

func checkSubject(c *Claims) error {
	if !c.read().namesUser {
		return refuse(ReasonVerificationFailed, fmt.Errorf("%w: sub is not a string", jwt.ErrTokenInvalidSubject))
	}
	return nil
}

// checkAudience compares only when both the token and the configuration name an audience (@clerk/backend, file jwt/assertions.ts).
func (v *Verifier) checkAudience(c *Claims) error {
	if len(v.config.Audiences) == 0 {
		return nil
	}
	aud := c.read().written.member("aud")
	if isEmptyAudience(aud.value()) {
		return nil
	}
	if slices.ContainsFunc(audienceList(aud), v.isAudience) {
		return nil
	}
	return refuse(ReasonVerificationFailed, jwt.ErrTokenInvalidAudience)
}

func (v *Verifier) isAudience(name string) bool { return slices.Contains(v.config.Audiences, name) }

// isEmptyAudience reports whether an aud is falsy in JavaScript, or a list of such values.
func isEmptyAudience(aud any) bool {
	switch a := aud.(type) {
	case nil:
		return true
	case string:
		return a == ""
	case bool:
		return !a
	case float64:
		return a == 0
	case []any:
		return !slices.ContainsFunc(a, func(item any) bool { return !isEmptyAudience(item) })
	default:
		return false
	}
}

func (v *Verifier) checkAuthorizedParty(c *Claims, more Parties) error {
	switch {
	case len(v.config.AuthorizedParties) == 0, slices.Contains(v.config.AuthorizedParties, c.AuthorizedParty):
		return nil
	case more == nil || !more.Accepts(c.AuthorizedParty):
		return refuse(ReasonInvalidAuthorizedParties, jwt.ErrTokenInvalidClaims)
	default:
		return nil
	}
}

func (v *Verifier) checkIssuer(c *Claims) error {
	if v.config.UnsafeSkipIssuer {
		return nil
	}
	if !slices.Contains(v.config.Issuers, c.Issuer) {
		return refuse(ReasonInvalidIssuer, jwt.ErrTokenInvalidIssuer)
	}
	return nil
}

// checkTimes compares the clock in whole milliseconds with the claims in whole seconds, as Clerk does.
func (v *Verifier) checkTimes(c *Claims) error {
	now, skew := v.config.Now().UnixMilli(), v.skew.Milliseconds()
	payload := c.read()
	exp, ok := readDate(payload.exp.number)
	if !ok {
		return refuse(ReasonVerificationFailed, fmt.Errorf("%w: exp is not a date", jwt.ErrTokenRequiredClaimMissing))
	}
	if exp.wholeMilliseconds() <= now-max(skew, v.grace.Milliseconds()) {
		return refuse(ReasonExpired, jwt.ErrTokenExpired)
	}
	if err := notAfter(payload.nbf, "nbf", now+skew, ReasonNotActiveYet, jwt.ErrTokenNotValidYet); err != nil {
		return err
	}
	return notAfter(payload.iat, "iat", now+skew, ReasonIssuedInTheFuture, jwt.ErrTokenUsedBeforeIssued)
}

func notAfter(claim moment, name string, limit int64, reason Reason, cause error) error {
	if !claim.found {
		return nil
	}
	d, ok := readDate(claim.number)
	if !ok {
		return refuse(ReasonVerificationFailed, fmt.Errorf("%w: %s is not a date", jwt.ErrInvalidType, name))
	}
	if d.wholeMilliseconds() > limit {
		return refuse(reason, cause)
	}
	return nil
}

func (v *Verifier) checkSessionID(c *Claims) error {
	if c.SessionID == "" && !v.config.UnsafeAllowMissingSessionID {
		return refuse(ReasonSessionIDMissing, jwt.ErrTokenRequiredClaimMissing)
	}
	return nil
}

func (v *Verifier) checkLifetime(c *Claims) error {
	if v.config.MaxLifetime == 0 {
		return nil
	}
	if c.IssuedAt.IsZero() {
		return refuse(ReasonLifetime, fmt.Errorf("%w: iat", jwt.ErrTokenRequiredClaimMissing))
	}
	if lifetime := c.ExpiresAt.Sub(c.IssuedAt); lifetime > v.config.MaxLifetime {
		return refuse(ReasonLifetime, fmt.Errorf("lives %v", lifetime.Round(time.Second)))
	}
	return nil
}
