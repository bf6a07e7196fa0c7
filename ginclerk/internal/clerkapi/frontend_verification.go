package clerkapi

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
)

// The states of a verification, in Clerk's words.
const (
	VerificationNeedsFirstFactor  = "needs_first_factor"
	VerificationNeedsSecondFactor = "needs_second_factor"
	VerificationComplete          = "complete"
)

// Verification is an attempt to verify the factors of a session again (OpenAPI schema Client.SessionReverification).
type Verification struct {
	// Status is one of the constants above.
	Status string
	// FirstFactors and SecondFactors are the factors that the user can verify; either may be empty.
	FirstFactors, SecondFactors []Factor
}

// Factor is a way in which a user can prove who they are (OpenAPI schema Stubs.SignInFactor).
type Factor struct {
	// Strategy is Clerk's name of the factor, such as password or email_code.
	Strategy string `json:"strategy"`
	// SafeIdentifier is the masked address or number to which a code is sent. It may be empty.
	SafeIdentifier string `json:"safe_identifier"`
	// EmailAddressID and PhoneNumberID name the address or number to which a code is sent. Either or both are empty.
	EmailAddressID string `json:"email_address_id"`
	PhoneNumberID  string `json:"phone_number_id"`
	// Primary says that it is the user's primary address or number.
	Primary bool `json:"primary"`
}

// StartVerification begins to verify factors of a session of the browser again, in place of the session's last attempt. The
// level is first_factor, second_factor or multi_factor. For a session of another browser the error is [ErrNotFound],
// for a browser that Clerk does not know it is [ErrCredential].
//
// POST /v1/client/sessions/{id}/verify.
func (f *Frontend) StartVerification(ctx context.Context, b Browser, sessionID, level string) (Verification, error) {
	return f.verify(ctx, "start verification", b, sessionID, "verify", url.Values{"level": {level}})
}

// PrepareFirstFactor makes Clerk send a code. Errors are those of [Frontend.StartVerification] and, if Clerk refuses, an [Error]
// with Clerk's code.
//
// POST /v1/client/sessions/{id}/verify/prepare_first_factor.
func (f *Frontend) PrepareFirstFactor(ctx context.Context, b Browser, sessionID string, factor Factor) (Verification, error) {
	return f.verify(ctx, "prepare first factor", b, sessionID, "verify/prepare_first_factor", preparation(factor))
}

// AttemptFirstFactor tries a password or a code. Errors are those of [Frontend.PrepareFirstFactor]. They do not contain
// the secret.
//
// POST /v1/client/sessions/{id}/verify/attempt_first_factor.
func (f *Frontend) AttemptFirstFactor(ctx context.Context, b Browser, sessionID, strategy, secret string) (Verification, error) {
	return f.verify(ctx, "attempt first factor", b, sessionID, "verify/attempt_first_factor", attempt(strategy, secret))
}

// PrepareSecondFactor is [Frontend.PrepareFirstFactor] for the second factor.
//
// POST /v1/client/sessions/{id}/verify/prepare_second_factor.
func (f *Frontend) PrepareSecondFactor(ctx context.Context, b Browser, sessionID string, factor Factor) (Verification, error) {
	return f.verify(ctx, "prepare second factor", b, sessionID, "verify/prepare_second_factor", preparation(factor))
}

// AttemptSecondFactor is [Frontend.AttemptFirstFactor] for the second factor.
//
// POST /v1/client/sessions/{id}/verify/attempt_second_factor.
func (f *Frontend) AttemptSecondFactor(ctx context.Context, b Browser, sessionID, strategy, secret string) (Verification, error) {
	return f.verify(ctx, "attempt second factor", b, sessionID, "verify/attempt_second_factor", attempt(strategy, secret))
}

const strategyPassword = "password"

func preparation(factor Factor) url.Values {
	form := url.Values{"strategy": {factor.Strategy}}
	if factor.EmailAddressID != "" {
		form.Set("email_address_id", factor.EmailAddressID)
	}
	if factor.PhoneNumberID != "" {
		form.Set("phone_number_id", factor.PhoneNumberID)
	}
	return form
}

func attempt(strategy, secret string) url.Values {
	if strategy == strategyPassword {
		return url.Values{"strategy": {strategy}, "password": {secret}}
	}
	return url.Values{"strategy": {strategy}, "code": {secret}}
}

// verify posts a step of a verification. Only 401 of Clerk means that the browser is not signed in: 403 and 422 are about the
// factor.
func (f *Frontend) verify(ctx context.Context, op string, b Browser, id, step string, form url.Values) (Verification, error) {
	body, err := f.onSession(ctx, op, b, id, step, form)
	if err != nil {
		return Verification{}, refusedBrowser(err, http.StatusUnauthorized)
	}
	return readVerification(op, id, body)
}

func readVerification(op, sessionID string, body []byte) (Verification, error) {
	var answer struct {
		Response struct {
			Status        string   `json:"status"`
			FirstFactors  []Factor `json:"supported_first_factors"`
			SecondFactors []Factor `json:"supported_second_factors"`
			Session       struct {
				ID string `json:"id"`
			} `json:"session"`
		} `json:"response"`
	}
	if json.Unmarshal(body, &answer) != nil || answer.Response.Session.ID != sessionID {
		return Verification{}, garbage(op)
	}
	got := Verification{
		Status: answer.Response.Status, FirstFactors: answer.Response.FirstFactors, SecondFactors: answer.Response.SecondFactors,
	}
	switch got.Status {
	case VerificationNeedsFirstFactor, VerificationNeedsSecondFactor, VerificationComplete:
		return got, nil
	default:
		return Verification{}, garbage(op)
	}
}
