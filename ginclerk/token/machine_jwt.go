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
	if _, found := u.header["cat"]; found && u.Category() != CategoryMachine {
		return nil, refuse(ReasonInvalid, fmt.Errorf("%w: not the category of machines", jwt.ErrTokenInvalidClaims))
	}
	claims, err := v.machineClaims(ctx, u, (*Unverified).isPlainJWT, v.checkAudience)
	if err != nil {
		return nil, err
	}
	scopes, err := m2mScopes(u.claims.payload)
	if err != nil {
		return nil, machineRefusal(err)
	}
	return &MachineToken{
		Type: TypeM2M, ID: claims.ID, Subject: claims.UserID, MachineID: claims.UserID,
		Scopes: scopes, Claims: customClaims(u.claims.payload), ExpiresAt: claims.ExpiresAt,
	}, nil
}

func (v *Verifier) verifyOAuth(ctx context.Context, u *Unverified) (*MachineToken, error) {
	audiences := audienceList(u.claims.payload["aud"])
	claims, err := v.machineClaims(ctx, u, (*Unverified).IsOAuth, func(*Claims) error { return v.CheckOAuthAudience(audiences) })
	if err != nil {
		return nil, err
	}
	scopes, err := oauthScopes(u.claims.payload)
	if err != nil {
		return nil, machineRefusal(err)
	}
	return &MachineToken{
		Type: TypeOAuth, ID: claims.ID, Subject: claims.UserID, UserID: claims.UserID, ClientID: text(u.claims.payload["client_id"]),
		Scopes: scopes, Audiences: audiences, ExpiresAt: claims.ExpiresAt,
	}, nil
}

// machineClaims makes the checks that both kinds have in common.
func (v *Verifier) machineClaims(
	ctx context.Context, u *Unverified, allowedType func(*Unverified) bool, checkAudience func(*Claims) error,
) (*Claims, error) {
	if err := v.verifySignature(ctx, u, allowedType); err != nil {
		return nil, machineRefusal(err)
	}
	for _, rule := range []func(*Claims) error{checkSubject, checkAudience, v.checkIssuer, v.checkTimes} {
		if err := rule(&u.claims); err != nil {
			return nil, machineRefusal(err)
		}
	}
	return &u.claims, nil
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

// audienceList returns the values of aud, which is a string or a list of strings; nil when it is anything else.
func audienceList(aud any) []string {
	switch a := aud.(type) {
	case string:
		return []string{a}
	case []any:
		if list := texts(a); len(list) == len(a) {
			return list
		}
	}
	return nil
}

// m2mScopes returns the claim scopes, split at single spaces; without that claim, aud. Clerk's code throws when scopes is not text.
func m2mScopes(claims map[string]any) ([]string, error) {
	switch scopes := claims["scopes"].(type) {
	case nil:
		return audienceList(claims["aud"]), nil
	case string:
		return strings.Split(scopes, " "), nil
	default:
		return nil, fmt.Errorf("%w: scopes is not text", jwt.ErrInvalidType)
	}
}

// oauthScopes returns the list scp; without it, the claim scope, split at single spaces.
func oauthScopes(claims map[string]any) ([]string, error) {
	if scp := claims["scp"]; scp != nil {
		list, ok := scp.([]any)
		if scopes := texts(scp); ok && len(scopes) == len(list) {
			return scopes, nil
		}
		return nil, fmt.Errorf("%w: scp is not a list of text", jwt.ErrInvalidType)
	}
	switch scope := claims["scope"].(type) {
	case nil:
		return nil, nil
	case string:
		return strings.Split(scope, " "), nil
	default:
		return nil, fmt.Errorf("%w: scope is not text", jwt.ErrInvalidType)
	}
}

// customClaims returns the payload without the claims that Clerk puts into every M2M token (@clerk/backend, file
// api/resources/M2MToken.ts); nil when no others are left.
func customClaims(payload map[string]any) map[string]any {
	custom := copyObject(payload)
	for _, name := range []string{"iss", "sub", "exp", "nbf", "iat", "jti"} {
		delete(custom, name)
	}
	if len(custom) == 0 {
		return nil
	}
	return custom
}
