package clerksource

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/reverify"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// StartVerification begins to verify factors of a session again; see [reverify.Frontend].
func (f *Frontend) StartVerification(
	ctx context.Context, b session.Browser, sessionID string, level token.Level,
) (reverify.Answer, error) {
	got, err := f.api.StartVerification(ctx, browserFor(b), sessionID, string(level))
	return answerFrom(got, err)
}

// SendCode makes Clerk send the code of a factor; see [reverify.Frontend].
func (f *Frontend) SendCode(
	ctx context.Context, b session.Browser, sessionID string, v reverify.Verification, factor reverify.Factor,
) (reverify.Answer, error) {
	prepare := f.api.PrepareFirstFactor
	if v.Second {
		prepare = f.api.PrepareSecondFactor
	}
	asked := clerkapi.Factor{Strategy: factor.Strategy}
	if factor.Strategy == reverify.StrategyPhoneCode {
		asked.PhoneNumberID = factor.ID
	} else {
		asked.EmailAddressID = factor.ID
	}
	got, err := prepare(ctx, browserFor(b), sessionID, asked)
	return answerFrom(got, err)
}

// AttemptFactor tries a password or a code; see [reverify.Frontend].
func (f *Frontend) AttemptFactor(
	ctx context.Context, b session.Browser, sessionID string, v reverify.Verification, factor reverify.Factor, proof string,
) (reverify.Answer, error) {
	attempt := f.api.AttemptFirstFactor
	if v.Second {
		attempt = f.api.AttemptSecondFactor
	}
	got, err := attempt(ctx, browserFor(b), sessionID, factor.Strategy, proof)
	return answerFrom(got, err)
}

func browserFor(b session.Browser) clerkapi.Browser {
	return clerkapi.Browser{
		Credential: clerkapi.Credential{DevBrowser: b.DevBrowser, Client: b.Client},
		Origin:     b.Origin,
		Address:    b.Address,
		UserAgent:  b.UserAgent,
	}
}

func answerFrom(got clerkapi.Verification, err error) (reverify.Answer, error) {
	if err != nil {
		return reverify.Answer{}, translateVerification(err)
	}
	answer := reverify.Answer{
		Complete: got.Status == clerkapi.VerificationComplete, Second: got.Status == clerkapi.VerificationNeedsSecondFactor,
		Factors: factorsFrom(got.FirstFactors),
	}
	if answer.Second {
		answer.Factors = factorsFrom(got.SecondFactors)
	}
	return answer, nil
}

func factorsFrom(got []clerkapi.Factor) []reverify.Factor {
	factors := make([]reverify.Factor, 0, len(got))
	for _, f := range got {
		factors = append(factors, reverify.Factor{
			Strategy: f.Strategy, SentTo: f.SafeIdentifier, ID: strings.TrimSpace(f.EmailAddressID + f.PhoneNumberID), Primary: f.Primary,
		})
	}
	return factors
}

// translateVerification translates an error of Clerk into one of package reverify. It does not change errors of the network and
// of the context.
func translateVerification(err error) error {
	answer, ok := errors.AsType[*clerkapi.Error](err)
	switch {
	case errors.Is(err, clerkapi.ErrCredential), errors.Is(err, clerkapi.ErrNotFound): // another browser's session
		return fmt.Errorf("%w: %w", session.ErrNoCredential, err)
	case !ok:
		return err
	case answer.Status == http.StatusTooManyRequests:
		return fmt.Errorf("%w: %w", reverify.ErrTooManyAttempts, err)
	case errors.Is(err, clerkapi.ErrUnavailable), answer.Status == http.StatusUnauthorized: // the secret key is refused, not the browser
		return fmt.Errorf("%w: %w", session.ErrUnavailable, err)
	case slices.Contains([]string{"user_locked", "user_banned"}, answer.Code):
		return fmt.Errorf("%w: %w", reverify.ErrAccountLocked, err)
	case slices.Contains([]string{"verification_expired", "verification_failed", "verification_missing"}, answer.Code):
		return fmt.Errorf("%w: %w", reverify.ErrCodeOver, err)
	case strings.HasPrefix(answer.Code, "form_"):
		return fmt.Errorf("%w: %w", reverify.ErrProofIncorrect, err)
	default:
		return fmt.Errorf("%w: %w", reverify.ErrVerificationOver, err)
	}
}
