package ginclerk

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Strategies of factors that a page can ask for without JavaScript, in Clerk's words.
const (
	StrategyPassword   = "password"
	StrategyEmailCode  = "email_code"
	StrategyPhoneCode  = "phone_code"
	StrategyTOTP       = "totp"
	StrategyBackupCode = "backup_code"
)

// Errors of a verification, beside those of package session: session.ErrNoCredential where the browser's credential is missing
// or refused, session.ErrUnavailable where Clerk could not be asked.
var (
	// ErrProofIncorrect: the password or the code is not right. It may be tried again.
	ErrProofIncorrect = errors.New("the password or code is not right")
	// ErrCodeOver: the code has expired, or was tried too often. A new one has to be sent.
	ErrCodeOver = errors.New("the code is good no more")
	// ErrTooManyAttempts: Clerk takes no attempt for a while; session.RetryAfter may tell for how long.
	ErrTooManyAttempts = errors.New("too many attempts")
	// ErrAccountLocked: Clerk has locked the account, or banned the user.
	ErrAccountLocked = errors.New("the account is locked")
	// ErrVerificationOver: there is no such verification, or it waits for something else. It has to begin anew.
	ErrVerificationOver = errors.New("the verification has to begin anew")
)

// Verification is where somebody who is signed in stands with proving once more who they are. What was proved is kept by
// Clerk, with the session; this is what a page has to know between the steps. The zero value waits for nothing and is not
// complete.
type Verification struct {
	// Level is what has to be proved.
	Level token.Level `json:"l"`
	// Second says that it is the second factor's turn.
	Second bool `json:"s,omitempty"`
	// Complete: nothing is left to prove.
	Complete bool `json:"c,omitempty"`
	// Factors are those of which one has to be proved now, as far as a page can ask for them. None: the user has others alone,
	// such as passkeys.
	Factors []VerificationFactor `json:"f,omitempty"`
}

// VerificationFactor is a way to prove who somebody is.
type VerificationFactor struct {
	// Strategy is one of the constants of this package, such as [StrategyPassword].
	Strategy string `json:"s"`
	// SentTo is the address or number that a code is sent to, as Clerk shows it; empty where none is sent.
	SentTo string `json:"t,omitempty"`
	// ID names that address or number to Clerk.
	ID string `json:"i,omitempty"`
}

// Sent reports whether a code has to be sent before it can be asked for.
func (f VerificationFactor) Sent() bool {
	return f.Strategy == StrategyEmailCode || f.Strategy == StrategyPhoneCode
}

func (f VerificationFactor) forClerk() clerkapi.Factor {
	out := clerkapi.Factor{Strategy: f.Strategy}
	if f.Strategy == StrategyPhoneCode {
		out.PhoneNumberID = f.ID
	} else {
		out.EmailAddressID = f.ID
	}
	return out
}

// verificationOf keeps the factors that a page can ask for: primary addresses first.
func verificationOf(level token.Level, got clerkapi.Verification) Verification {
	v := Verification{
		Level: level, Second: got.Status == clerkapi.VerificationNeedsSecondFactor,
		Complete: got.Status == clerkapi.VerificationComplete,
	}
	factors, asked := got.FirstFactors, []string{StrategyPassword, StrategyEmailCode, StrategyPhoneCode}
	if v.Second {
		factors, asked = got.SecondFactors, []string{StrategyTOTP, StrategyPhoneCode, StrategyBackupCode}
	}
	if v.Complete {
		return v
	}
	for _, strategy := range asked {
		for _, primary := range []bool{true, false} {
			for _, f := range factors {
				if f.Strategy == strategy && f.Primary == primary && len(v.Factors) < maxFactors {
					v.Factors = append(v.Factors, VerificationFactor{
						Strategy: strategy, SentTo: f.SafeIdentifier, ID: strings.TrimSpace(f.EmailAddressID + f.PhoneNumberID),
					})
				}
			}
		}
	}
	return v
}

// maxFactors keeps what a page carries below the limit of what can be sealed.
const maxFactors = 10

const (
	verificationPurpose sealed.Purpose = "verification"
	verificationLife                   = 30 * time.Minute
)

// SealVerification returns a verification as text for a hidden field of a page: nobody can read or change it, and it is good
// for half an hour, for the session of the request alone.
func (k *Clerk) SealVerification(c *gin.Context, v Verification) (string, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	return k.keyring.Seal(verificationPurpose, raw, k.now().Add(verificationLife), []byte(From(c).SessionID))
}

// OpenVerification is the opposite of [Clerk.SealVerification]. Its error is [ErrVerificationOver].
func (k *Clerk) OpenVerification(c *gin.Context, text string) (Verification, error) {
	var v Verification
	raw, err := k.keyring.Open(verificationPurpose, text, []byte(From(c).SessionID))
	if err != nil || json.Unmarshal(raw, &v) != nil {
		return Verification{}, ErrVerificationOver
	}
	return v, nil
}

// proofError says what an error of Clerk means for the person. An error of the network, and the end of the context, stay what
// they are.
func proofError(err error) error {
	answer, ok := errors.AsType[*clerkapi.Error](err)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, clerkapi.ErrCredential):
		return fmt.Errorf("%w: %w", session.ErrNoCredential, err)
	case !ok:
		return err
	case answer.Status == http.StatusTooManyRequests:
		return fmt.Errorf("%w: %w", ErrTooManyAttempts, err)
	case errors.Is(err, clerkapi.ErrUnavailable), answer.Status == http.StatusUnauthorized: // the secret key is refused, not the browser
		return fmt.Errorf("%w: %w", session.ErrUnavailable, err)
	case slices.Contains([]string{"user_locked", "user_banned"}, answer.Code):
		return fmt.Errorf("%w: %w", ErrAccountLocked, err)
	case slices.Contains([]string{"verification_expired", "verification_failed", "verification_missing"}, answer.Code):
		return fmt.Errorf("%w: %w", ErrCodeOver, err)
	case strings.HasPrefix(answer.Code, "form_"):
		return fmt.Errorf("%w: %w", ErrProofIncorrect, err)
	default:
		return fmt.Errorf("%w: %w", ErrVerificationOver, err)
	}
}
