package authn

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// glimpse is what a token says of itself before anything is verified. It chooses cookies and names causes; nobody is
// signed in by it. Every token of a request is looked at once, here, so that a memory of tokens has one place to stand.
type glimpse struct {
	raw string
	err error // why it can't be read; nil where there is no token

	mayBeSession bool      // false: it says that it is of another class
	machine      TokenType // "" where it is no machine token by its looks
	opaque       bool      // a machine token that only Clerk can read
	partyless    bool      // a JWT that names no authorized party
	sessionID    string
	subject      string
	issuer       any
	issuedAt     float64 // as JavaScript would compare it: NaN where it is no number
	expiresAt    float64
}

func peek(raw string) glimpse {
	g := glimpse{raw: raw, issuedAt: math.NaN(), expiresAt: math.NaN()}
	if raw == "" {
		return g
	}
	if g.machine = opaqueType(raw); g.machine != "" {
		g.opaque = true
	}
	unverified, err := token.Decode(raw)
	if err != nil {
		g.err = err
		return g
	}
	switch {
	case unverified.IsMachineToMachine():
		g.machine = M2MToken
	case unverified.IsOAuth():
		g.machine = OAuthToken
	}
	g.mayBeSession = unverified.MayBeSession()
	azp, named := unverified.Claims["azp"]
	g.partyless = !named || azp == nil || azp == ""
	g.sessionID, _ = unverified.Claims["sid"].(string)
	g.subject, _ = unverified.Claims["sub"].(string)
	g.issuer = unverified.Claims["iss"]
	g.issuedAt, g.expiresAt = number(unverified.Claims, "iat"), number(unverified.Claims, "exp")
	return g
}

// otherClass reports whether the token can be read and says that it is no session token: a machine's, or made from a JWT
// template. All are signed by the same key.
func (g glimpse) otherClass() bool { return g.raw != "" && g.err == nil && !g.mayBeSession }

// kind is what the token is by its looks; where it looks like nothing else, or is not there, a session token.
func (g glimpse) kind() TokenType {
	if g.machine != "" {
		return g.machine
	}
	return SessionToken
}

// issuedBefore compares as JavaScript does: never true of a token that does not say when.
func (g glimpse) issuedBefore(seconds int64) bool { return g.issuedAt < float64(seconds) }

// issuedAfter compares as Clerk does, which counts a token that does not say when as issued at 0.
func (g glimpse) issuedAfter(other glimpse) bool { return orZero(g.issuedAt) > orZero(other.issuedAt) }

func orZero(f float64) float64 {
	if math.IsNaN(f) {
		return 0
	}
	return f
}

func (g glimpse) expired(now time.Time) bool { return g.expiresAt <= float64(now.Unix()) }

// hasIssuer is truth as JavaScript has it.
func (g glimpse) hasIssuer() bool {
	switch iss := g.issuer.(type) {
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

func (g glimpse) issuedBy(host string) bool {
	issuer, ok := g.issuer.(string)
	return ok && host == withoutScheme(issuer)
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
func number(claims map[string]any, name string) float64 {
	claim, found := claims[name]
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
