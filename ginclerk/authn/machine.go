package authn

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// MachineToken is what a verified machine token says.
type MachineToken = token.MachineToken

// MachineVerifier asks Clerk about opaque machine tokens: API keys, and M2M and OAuth tokens that are not JWTs.
// Implementations are safe for concurrent use and return when the context ends. They return a token only if Clerk says that it is
// good now. For a token that is unknown, revoked, expired or inactive, the error has a *token.Error with token.ReasonInvalid in its
// tree; for a secret key that Clerk refuses, one with token.ReasonSecretKeyInvalid. An error that matches [ErrUnreachable] says that
// Clerk could not be reached. Errors contain no token. The context has the client address of the request ([ClientIP]).
type MachineVerifier interface {
	VerifyMachineToken(ctx context.Context, t TokenType, raw string) (*MachineToken, error)
}

// errOtherMachine is the cause of refusing an M2M token that is meant for other machines.
var errOtherMachine error = &token.Error{Reason: token.ReasonInvalid, Err: errors.New("authn: the scopes of the M2M token do not name this machine")}

// errNoMachineVerifier is the cause of a refusal that the configuration can prevent.
var errNoMachineVerifier = errors.New("authn: no MachineVerifier is configured; opaque machine tokens can't be verified")

// authenticateMachine decides by a machine token of a kind that the route accepts. It ignores cookies.
func (a *Authenticator) authenticateMachine(ctx context.Context, f *facts) *State {
	if opaqueType(f.header.raw) != "" {
		f.branch = branchMachineOpaque
		return a.authenticateOpaque(ctx, f)
	}
	f.branch = branchMachineJWT
	machine, err := a.tokens.VerifyMachine(ctx, f.header.read)
	if err == nil {
		err = a.checkReceiver(ctx, machine)
	}
	if err != nil {
		return machineRefused(f.header.kind(), err)
	}
	return machineSignedIn(machine, f.header.raw)
}

// checkReceiver refuses an M2M token that is meant for other machines.
func (a *Authenticator) checkReceiver(ctx context.Context, machine *MachineToken) error {
	if machine.Type != M2MToken || a.options.MachineID == nil {
		return nil
	}
	id, err := a.options.MachineID(ctx)
	if err != nil {
		return err
	}
	if !machine.HasScope(id) {
		return errOtherMachine
	}
	return nil
}

func (a *Authenticator) authenticateOpaque(ctx context.Context, f *facts) *State {
	kind, raw := f.header.kind(), f.header.raw
	if looksLikeJWT(raw) {
		// Clerk takes every token of three parts for a JWT, and a JWT that it can't read for an M2M token.
		return machineRefused(M2MToken, &token.Error{Reason: token.ReasonInvalid, Err: f.header.err})
	}
	if a.options.MachineVerifier == nil {
		return machineRefused(kind, errNoMachineVerifier)
	}
	machine, err := a.options.MachineVerifier.VerifyMachineToken(withClientIP(ctx, f.clientIP()), kind, raw)
	switch {
	case err != nil:
		return machineRefused(kind, err)
	case machine == nil || machine.Type != kind || machine.Subject == "":
		return machineRefused(kind, errors.New("authn: the MachineVerifier returned a token of another kind, or without a subject"))
	case kind == OAuthToken:
		if err := a.tokens.CheckOAuthAudience(machine.Audiences); err != nil {
			return machineRefused(kind, err)
		}
	}
	return machineSignedIn(machine, raw)
}

func machineSignedIn(machine *MachineToken, raw string) *State {
	return &State{
		Status: SignedIn, TokenType: machine.Type, Carrier: CarrierHeader, Token: raw, Machine: machine, Header: http.Header{},
	}
}

// machineRefused gives the refusals that Clerk has reasons for their reason, and all others ReasonUnexpectedError.
func machineRefused(kind TokenType, err error) *State {
	reason := ReasonUnexpectedError
	switch named := token.ReasonOf(err); named {
	case token.ReasonInvalid, token.ReasonVerificationFailed, token.ReasonSecretKeyInvalid:
		reason = Reason(named)
	default:
	}
	state := signedOut(reason, CarrierHeader, err)
	state.TokenType, state.Upstream = kind, unreachable(err)
	return state
}

// unaccepted refuses a token of a kind that the route does not accept; nil when the route accepts it. The refusal names the kind if the
// route accepts exactly one, and none if it accepts a list, as in Clerk's SDKs.
func unaccepted(f *facts, accepts Accepts) *State {
	f.branch = branchTokenType
	presented := f.header.kind()
	switch {
	case accepts.form == listOfTypes && !accepts.Allows(presented):
		return mismatch("", f.carrierOfHeader())
	case accepts.form == oneMachineType && f.header.raw == "":
		state := signedOut(ReasonNoTokenInHeader, CarrierNone, nil)
		state.TokenType = accepts.only
		return state
	case accepts.form == oneMachineType && presented != accepts.only:
		return mismatch(accepts.only, CarrierHeader)
	default:
		return nil
	}
}

func mismatch(t TokenType, carrier Carrier) *State {
	state := signedOut(ReasonTokenTypeMismatch, carrier, nil)
	state.TokenType = t
	return state
}

// opaqueType returns the kind of an opaque machine token by its prefix (@clerk/backend, file tokens/machine.ts); "" for any other
// token.
func opaqueType(raw string) TokenType {
	switch {
	case strings.HasPrefix(raw, "mt_"):
		return M2MToken
	case strings.HasPrefix(raw, "oat_"):
		return OAuthToken
	case strings.HasPrefix(raw, "ak_"):
		return APIKey
	default:
		return ""
	}
}

// looksLikeJWT reports whether the text is three parts of base64url characters.
func looksLikeJWT(raw string) bool {
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return false
	}
	for _, part := range parts {
		if part == "" || strings.ContainsFunc(part, func(r rune) bool { return !base64url(r) }) {
			return false
		}
	}
	return true
}

func base64url(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_'
}
