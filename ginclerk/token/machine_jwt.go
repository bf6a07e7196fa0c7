package token

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// VerifyMachine returns what a machine's JWT says: an M2M token, whose subject is a machine, or an OAuth access token, whose
// type is at+jwt (@clerk/backend, file jwt/verifyMachineJwt.ts). It is signed by the instance's key and current, and its
// issuer is an expected one; an OAuth token has one of the configured audiences, where there are any. Authorized parties,
// sessions and MaxLifetime are no matter of machines.
//
// The error is an [*Error] whose reason is as coarse as Clerk's, ReasonVerificationFailed for nearly everything, and whose
// cause is precise; one that matches [ErrKeysUnavailable] is no refusal.
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
		return nil, refuse(ReasonInvalid, fmt.Errorf("%w: not a machine's category", jwt.ErrTokenInvalidClaims))
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

// machineClaims verifies what both kinds have in common.
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

// CheckOAuthAudience refuses an OAuth token that does not name a configured audience. Unlike that of a session token, the
// audience of an OAuth token must be there (@clerk/backend, file jwt/assertions.ts).
func (v *Verifier) CheckOAuthAudience(audiences []string) error {
	if len(v.config.Audiences) == 0 {
		return nil
	}
	if slices.Contains(audiences, "") || !slices.ContainsFunc(audiences, v.isAudience) {
		return refuse(ReasonVerificationFailed, jwt.ErrTokenInvalidAudience)
	}
	return nil
}

// machineRefusal gives an error the reason that Clerk has for it, and keeps the precise one as its cause.
func machineRefusal(err error) error {
	if ReasonOf(err) == ReasonVerificationFailed {
		return err
	}
	return refuse(ReasonVerificationFailed, err)
}

// audienceList reads aud: a string, or a list of strings and nothing else.
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

// m2mScopes reads scopes, separated by single spaces, else aud. Clerk's code throws at scopes of another type.
func m2mScopes(claims map[string]any) ([]string, error) {
	switch scopes := claims["scopes"].(type) {
	case nil:
		return audienceList(claims["aud"]), nil
	case string:
		return strings.Split(scopes, " "), nil
	default:
		return nil, fmt.Errorf("%w: scopes are no text", jwt.ErrInvalidType)
	}
}

// oauthScopes reads the list scp, else scope, separated by single spaces.
func oauthScopes(claims map[string]any) ([]string, error) {
	if scp := claims["scp"]; scp != nil {
		list, ok := scp.([]any)
		if scopes := texts(scp); ok && len(scopes) == len(list) {
			return scopes, nil
		}
		return nil, fmt.Errorf("%w: scp is no list of text", jwt.ErrInvalidType)
	}
	switch scope := claims["scope"].(type) {
	case nil:
		return nil, nil
	case string:
		return strings.Split(scope, " "), nil
	default:
		return nil, fmt.Errorf("%w: scope is no text", jwt.ErrInvalidType)
	}
}

// customClaims leaves out what Clerk puts into every M2M token (@clerk/backend, file api/resources/M2MToken.ts); nil where
// nothing is left.
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
