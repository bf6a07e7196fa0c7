package authn

import (
	"context"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// presented is a token that a request presents, or that Clerk's answer brings. It is read and not verified: what it says chooses
// cookies and names causes, and signs no user in. The zero value is no token.
type presented struct {
	raw  string
	read *token.Unverified // nil without a token, when it can't be read, and before it is read
	err  error             // why the token can't be read
}

func (a *Authenticator) readToken(raw string) presented {
	if raw == "" {
		return presented{}
	}
	read, err := a.tokens.Read(raw)
	return presented{raw: raw, read: read, err: err}
}

// verify verifies the token as a session's. It decodes nothing again.
func (p presented) verify(ctx context.Context, v *token.Verifier) (*token.Claims, error) {
	return p.verifyFor(ctx, v, nil)
}

// verifyFor is verify for a token that may name more parties than the verifier's own.
func (p presented) verifyFor(ctx context.Context, v *token.Verifier, more token.Parties) (*token.Claims, error) {
	if p.err != nil {
		return nil, p.err
	}
	return v.VerifyFor(ctx, p.read, more)
}

// maySignIn reports whether the token can be read and may be a session token, on a route that takes these kinds of tokens.
func (p presented) maySignIn(accepts Accepts) bool {
	return p.read != nil && p.read.MayBeSession() && p.kind() == SessionToken && accepts.Allows(SessionToken)
}

// otherClass reports whether the token can be read and says that it is no session token: a machine's, or made from a JWT
// template. The same key signs all of them.
func (p presented) otherClass() bool { return p.read != nil && !p.read.MayBeSession() }

// kind is what the token is by its looks; a session token when it looks like nothing else or is absent.
func (p presented) kind() TokenType {
	opaque := opaqueType(p.raw)
	switch {
	case opaque != "":
		return opaque
	case p.read == nil:
		return SessionToken
	case p.read.IsMachineToMachine():
		return M2MToken
	case p.read.IsOAuth():
		return OAuthToken
	default:
		return SessionToken
	}
}

// partyless reports whether the token can be read and names no authorized party.
func (p presented) partyless() bool {
	azp, named := p.claim("azp")
	return p.read != nil && (!named || azp == nil || azp == "")
}

func (p presented) sessionID() string {
	if p.read == nil {
		return ""
	}
	return p.read.Claims().SessionID
}

func (p presented) userID() string {
	if p.read == nil {
		return ""
	}
	return p.read.Claims().UserID
}

func (p presented) claim(name string) (claim any, found bool) {
	if p.read == nil {
		return nil, false
	}
	return p.read.Claims().Claim(name)
}

// issuedBefore compares as JavaScript does: never true of a token that does not say when it was issued.
func (p presented) issuedBefore(seconds int64) bool { return p.number("iat") < float64(seconds) }

// issuedAfter compares as Clerk does, which counts a token that does not say when it was issued as issued at 0.
func (p presented) issuedAfter(other presented) bool {
	return orZero(p.number("iat")) > orZero(other.number("iat"))
}

func orZero(f float64) float64 {
	if math.IsNaN(f) {
		return 0
	}
	return f
}

func (p presented) expired(now time.Time) bool { return p.number("exp") <= float64(now.Unix()) }

// hasIssuer reports whether the claim iss is truthy in JavaScript.
func (p presented) hasIssuer() bool {
	if p.read != nil && p.read.Claims().Issuer != "" {
		return true
	}
	claim, _ := p.claim("iss")
	switch iss := claim.(type) {
	case nil:
		return false
	case string:
		return iss != ""
	case bool:
		return iss
	case float64:
		return iss != 0
	default:
		return true
	}
}

func (p presented) issuedBy(host string) bool {
	return p.read != nil && p.read.Claims().Issuer != "" && host == withoutScheme(p.read.Claims().Issuer)
}

func withoutScheme(issuer string) string {
	for _, scheme := range []string{"https://", "http://"} {
		if len(issuer) >= len(scheme) && strings.EqualFold(issuer[:len(scheme)], scheme) {
			return issuer[len(scheme):]
		}
	}
	return issuer
}

// number reads a claim as JavaScript does before it compares: null is 0, text that is a number counts, and anything else,
// an absent claim too, is not a number.
func (p presented) number(name string) float64 {
	claim, found := p.claim(name)
	if !found {
		return math.NaN()
	}
	switch n := claim.(type) {
	case nil:
		return 0
	case float64:
		return n
	case string:
		if f, err := strconv.ParseFloat(strings.TrimSpace(n), 64); err == nil {
			return f
		}
	}
	return math.NaN()
}
