package authn

import (
	"errors"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// PointsAtConfiguration reports whether the cause is probably the configuration of the application or of what calls it: keys, parties, a
// clock, the kind of a token. It is false for what visitors do every day, such as not being signed in or coming with an expired token.
func (s *State) PointsAtConfiguration() bool {
	switch token.Reason(s.Reason) {
	case token.ReasonInvalid, token.ReasonExpired, "":
		return false // anyone can send garbage
	default:
	}
	switch s.Reason {
	case ReasonSessionTokenNotBefore, ReasonSessionTokenIATInFuture, ReasonTokenTypeMismatch, ReasonUnexpectedError:
		return true
	default:
		return tokenAdvice(token.Reason(s.Reason)) != otherAdvice || s.Upstream != nil ||
			errors.Is(s.Err, ErrRedirectLoop) || errors.Is(s.Err, errNoMachineVerifier)
	}
}

// advice says in one sentence what would help; "" when nothing is wrong.
func (r Reason) advice(s *State) string {
	switch {
	case r == "":
		return ""
	case errors.Is(s.Err, ErrRedirectLoop):
		return "Check that the publishable and the secret key belong to one instance, that the clock is right, and that the browser keeps cookies."
	case errors.Is(s.Err, errNoMachineVerifier):
		return "Configure a MachineVerifier, or accept session tokens only."
	case s.Upstream != nil && token.Reason(r) == token.ReasonSecretKeyInvalid:
		return tokenAdvice(token.ReasonSecretKeyInvalid)
	case s.Upstream != nil:
		return "Clerk could not be reached: try again, and check the network and the secret key."
	case r.RefreshRefused():
		return "Clerk refused to renew the session, which has probably ended: sign in again."
	case r.Expired():
		return "The token has expired and was not renewed: load a page, so that a handshake can renew it, or send a fresh token."
	}
	if advice := r.cookieAdvice(); advice != "" {
		return advice
	}
	return tokenAdvice(token.Reason(r))
}

// cookieAdvice is for the reasons of the decision table. For those that a handshake resolves, it says so.
func (r Reason) cookieAdvice() string {
	switch r {
	case ReasonSessionTokenAndUATMissing, ReasonSessionTokenMissing:
		return "No user is signed in in this browser: sign in."
	case ReasonDevBrowserMissing, ReasonDevBrowserSync:
		return "A development instance recognizes browsers by their dev browser token: open a page in a browser, or send the session token in the Authorization header."
	case ReasonClientUATWithoutSessionToken, ReasonSessionTokenWithoutClientUAT, ReasonSessionTokenIATBeforeUAT:
		return "The browser's cookies contradict each other: load a page, so that a handshake corrects them."
	case ReasonSessionTokenNotBefore, ReasonSessionTokenIATInFuture:
		return "The token is from the future: set this machine's clock."
	case ReasonPrimaryDomainCrossOriginSync, ReasonSatelliteNeedsSyncing, ReasonPrimaryRespondsToSyncing:
		return "Another domain may know more about this browser: let it follow the redirect."
	case ReasonActiveOrganizationMismatch:
		return "The URL names another organization than the session: let the browser follow the handshake, which activates it."
	case ReasonTokenTypeMismatch:
		return "Present a token of a kind that the route accepts; a route never accepts the token of a JWT template."
	case ReasonNoTokenInHeader:
		return "Send the machine token in the header, as Authorization: Bearer and the token."
	case ReasonUnexpectedError:
		return "The cause says what went wrong."
	default:
		return ""
	}
}

// otherAdvice is for reasons that are not known here.
const otherAdvice = "See Clerk's documentation on this reason."

// tokenAdvice is for the reasons for which a Verifier refuses a token.
func tokenAdvice(r token.Reason) string {
	switch r {
	case token.ReasonInvalid, token.ReasonInvalidAlgorithm, token.ReasonInvalidSignature, token.ReasonVerificationFailed:
		return "This instance did not make the token, or does not accept it any more: send a fresh one, and check that the keys belong to the instance that made it."
	case token.ReasonInvalidAuthorizedParties:
		return "The token was made for another origin, or for none (azp): if the origin is yours, add it to the authorized parties."
	case token.ReasonInvalidIssuer:
		return "The token comes from another issuer: check the publishable key, and the proxy or satellite settings."
	case token.ReasonSecretKeyInvalid:
		return "Clerk refuses the secret key: copy it again from the dashboard, from the instance that the publishable key belongs to."
	case token.ReasonJWKKidMismatch, token.ReasonJWKLocalMissing, token.ReasonJWKRemoteMissing:
		return "This instance does not have the key that signed the token: check that the keys belong to the instance that made it."
	case token.ReasonJWKRemoteFailedToLoad, token.ReasonJWKRemoteInvalid, token.ReasonJWKFailedToResolve:
		return "The instance's keys could not be loaded: check the network and the secret key."
	case token.ReasonSessionIDMissing:
		return "The token names no session: send a session token, not one of a JWT template."
	case token.ReasonLifetime:
		return "The token lives longer than is allowed: shorten the lifetime of the instance's session tokens, or allow it."
	default:
		return otherAdvice
	}
}
