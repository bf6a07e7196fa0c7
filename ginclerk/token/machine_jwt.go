package token

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// VerifyMachine returns what a machine's JWT says (@clerk/backend, file jwt/verifyMachineJwt.ts). The token is an M2M token, whose
// subject is a machine, or an OAuth access token, whose type is at+jwt. It must be signed by the instance's key and current, and come
// from an expected issuer; an OAuth token must name one of the configured audiences, if any are configured. Authorized parties,
// sessions and MaxLifetime do not apply to machines.
//
// The error is an [*Error]. Its reason is as coarse as Clerk's, ReasonVerificationFailed for nearly everything; its cause is precise.
// One that matches [ErrKeysUnavailable] is no refusal: the keys could not be had.
func (v *Verifier) VerifyMachine(ctx context.Context, u *Unverified) (*MachineToken, error) {
	switch {
	case u == nil:
		return nil, nothingRead()
	case u.IsMachineToMachine():
		return v.verifyM2M(ctx, u)
	case u.IsOAuth():
		return v.verifyOAuth(ctx, u)
	default:
		return nil, refuse(ReasonTypeMismatch, jwt.ErrTokenInvalidClaims)
	}
}

func (v *Verifier) verifyM2M(ctx context.Context, u *Unverified) (*MachineToken, error) {
	if category := u.Category(); category != CategoryNone && category != CategoryMachine {
		return nil, refuse(ReasonInvalid, fmt.Errorf("%w: not the category of machines", jwt.ErrTokenInvalidClaims))
	}
	claims, err := v.machineClaims(ctx, u, (*Unverified).isPlainJWT, v.checkAudience)
	if err != nil {
		return nil, err
	}
	payload := claims.read().written
	scopes, err := m2mScopes(payload)
	if err != nil {
		return nil, machineRefusal(err)
	}
	return &MachineToken{
		Type: TypeM2M, ID: claims.ID, Subject: claims.UserID, MachineID: claims.UserID,
		Scopes: scopes, Claims: customClaims(payload), ExpiresAt: claims.ExpiresAt,
	}, nil
}

func (v *Verifier) verifyOAuth(ctx context.Context, u *Unverified) (*MachineToken, error) {
	payload := u.read().claims.read().written
	audiences := audienceList(payload.member("aud"))
	claims, err := v.machineClaims(ctx, u, (*Unverified).IsOAuth, func(*Claims) error { return v.CheckOAuthAudience(audiences) })
	if err != nil {
		return nil, err
	}
	scopes, err := oauthScopes(payload)
	if err != nil {
		return nil, machineRefusal(err)
	}
	return &MachineToken{
		Type: TypeOAuth, ID: claims.ID, Subject: claims.UserID, UserID: claims.UserID, ClientID: payload.member("client_id").text(),
		Actor: readActor(payload.member("act")), Scopes: scopes, Audiences: audiences, ExpiresAt: claims.ExpiresAt,
	}, nil
}

// machineClaims makes the checks that both kinds have in common.
func (v *Verifier) machineClaims(
	ctx context.Context, u *Unverified, allowedType func(*Unverified) bool, checkAudience func(*Claims) error,
) (*Claims, error) {
	key, err := v.verifySignature(ctx, u, allowedType)
	if err != nil {
		return nil, machineRefusal(err)
	}
	claims := &u.read().claims
	for _, rule := range []func(*Claims) error{checkSubject, checkAudience, v.checkIssuer, v.checkTimes} {
		if err := rule(claims); err != nil {
			return nil, machineRefusal(err)
		}
	}
	v.remember(u, key)
	return claims, nil
}

// CheckOAuthAudience refuses an OAuth token that does not name a configured audience. Unlike a session token, an OAuth token must
// have an audience (@clerk/backend, file jwt/assertions.ts).
func (v *Verifier) CheckOAuthAudience(audiences []string) error {
	if len(v.config.Audiences) == 0 {
		return nil
	}
	if slices.Contains(audiences, "") || !slices.ContainsFunc(audiences, v.isAudience) {
		return refuse(ReasonVerificationFailed, jwt.ErrTokenInvalidAudience)
	}
	return nil
}

// machineRefusal gives an error Clerk's coarse reason, and keeps the precise one as its cause.
func machineRefusal(err error) error {
	if ReasonOf(err) == ReasonVerificationFailed {
		return err
	}
	return refuse(ReasonVerificationFailed, err)
}

// audienceList returns the values of aud, which is a text or a list of texts; nil when it is anything else.
func audienceList(aud written) []string {
	if aud.isText() {
		return []string{aud.text()}
	}
	if list, ok := allTexts(aud); ok {
		return list
	}
	return nil
}

// m2mScopes returns the claim scopes, split at single spaces; without that claim, aud. Clerk's code throws when scopes is not text.
func m2mScopes(payload written) ([]string, error) {
	switch scopes := payload.member("scopes"); {
	case scopes == "" || scopes.isNull():
		return audienceList(payload.member("aud")), nil
	case scopes.isText():
		return strings.Split(scopes.text(), " "), nil
	default:
		return nil, fmt.Errorf("%w: scopes is not text", jwt.ErrInvalidType)
	}
}

// oauthScopes returns the list scp; without it, the claim scope, split at single spaces.
func oauthScopes(payload written) ([]string, error) {
	if scp := payload.member("scp"); scp != "" && !scp.isNull() {
		if scopes, ok := allTexts(scp); ok {
			return scopes, nil
		}
		return nil, fmt.Errorf("%w: scp is not a list of text", jwt.ErrInvalidType)
	}
	switch scope := payload.member("scope"); {
	case scope == "" || scope.isNull():
		return nil, nil
	case scope.isText():
		return strings.Split(scope.text(), " "), nil
	default:
		return nil, fmt.Errorf("%w: scope is not text", jwt.ErrInvalidType)
	}
}

// customClaims returns the payload without the claims that Clerk puts into every M2M token (@clerk/backend, file
// api/resources/M2MToken.ts); nil when no others are left.
func customClaims(payload written) map[string]any {
	custom := payload.object()
	for _, name := range []string{"iss", "sub", "exp", "nbf", "iat", "jti"} {
		delete(custom, name)
	}
	if len(custom) == 0 {
		return nil
	}
	return custom
}
