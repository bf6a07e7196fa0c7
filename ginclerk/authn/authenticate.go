package authn

import (
	"context"
	"errors"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Authenticate decides who sent the request. It never fails: a request that it can't decide is signed out, with the cause in the
// state. The context of the request bounds calls to Clerk. Authenticate does not read the request's body.
func (a *Authenticator) Authenticate(r Request) *State {
	header := a.readToken(bearer(r.HTTP.Header["Authorization"]))
	if header.maySignIn(r.Accepts) {
		return a.authenticateHeader(r, header)
	}
	f := a.read(r)
	f.header = header
	state := a.decide(r.context(), f)
	state.facts = f
	return state
}

// authenticateHeader decides by a bearer token that may be a session token. It ignores cookies, and reads the rest of the request only
// where the token is refused.
func (a *Authenticator) authenticateHeader(r Request, header presented) *State {
	ctx := r.context()
	claims, err := header.verifyFor(ctx, a.tokens, r.Accepts.parties())
	if err == nil {
		return a.grant(r, claims, header)
	}
	f := a.read(r)
	f.header, f.branch = header, branchHeader
	state := a.tokenRefused(ctx, f, CarrierHeader, err)
	state.facts = f
	return state
}

func (a *Authenticator) decide(ctx context.Context, f *facts) *State {
	if state := unaccepted(f, f.accepts); state != nil {
		return state
	}
	switch {
	case f.header.raw == "":
		return a.authenticateCookies(ctx, f)
	case f.accepts.form != sessionsOnly && f.header.kind() != SessionToken:
		return a.authenticateMachine(ctx, f)
	default:
		return a.refuseHeader(ctx, f)
	}
}

// refuseHeader refuses a bearer token that can't be a session token.
func (a *Authenticator) refuseHeader(ctx context.Context, f *facts) *State {
	f.branch = branchHeader
	if f.header.otherClass() {
		return signedOut(ReasonTokenTypeMismatch, CarrierHeader, nil)
	}
	return a.tokenRefused(ctx, f, CarrierHeader, f.header.err)
}

// authenticateCookies walks Clerk's decision table for browsers, row by row.
func (a *Authenticator) authenticateCookies(ctx context.Context, f *facts) *State {
	var failure error
	if f.nonce != "" || f.handshake != "" {
		f.branch = branchHandshake
		var state *State
		if state, failure = a.resolveHandshake(ctx, f); state != nil {
			return state
		}
	}
	f.branch = branchDomains
	if state := a.syncDomains(f); state != nil {
		return state
	}
	f.branch = branchCookies
	state := a.authenticateSession(ctx, f)
	if state.Status != SignedIn && state.Err == nil {
		state.Err = failure
	}
	return state
}

func (a *Authenticator) authenticateSession(ctx context.Context, f *facts) *State {
	b := f.browser()
	switch {
	case !a.production() && f.url.query.has(paramDevBrowser):
		return a.handshakeOr(f, ReasonDevBrowserSync)
	case !a.production() && b.devBrowser == "":
		return a.handshakeOr(f, ReasonDevBrowserMissing)
	case b.clientUAT == 0 && b.session.raw == "":
		return signedOut(ReasonSessionTokenAndUATMissing, CarrierNone, nil)
	case b.clientUAT == 0:
		return a.handshakeOr(f, ReasonSessionTokenWithoutClientUAT)
	case b.session.raw == "":
		return a.handshakeOr(f, ReasonClientUATWithoutSessionToken)
	default:
		return a.authenticateSessionCookie(ctx, f)
	}
}

func (a *Authenticator) authenticateSessionCookie(ctx context.Context, f *facts) *State {
	f.branch = branchSessionCookie
	session := f.browser().session
	switch {
	case session.err != nil:
		return a.tokenRefused(ctx, f, CarrierCookie, session.err)
	case session.otherClass():
		return signedOut(ReasonTokenTypeMismatch, CarrierCookie, nil)
	case session.issuedBefore(f.browser().clientUAT):
		return a.handshakeOr(f, ReasonSessionTokenIATBeforeUAT)
	}
	claims, err := session.verify(ctx, a.tokens)
	if err != nil {
		return a.tokenRefused(ctx, f, CarrierCookie, err)
	}
	return a.verified(f, f.signedIn(claims, session.raw, CarrierCookie))
}

// verified returns a handshake in place of a signed-in state when another domain or the URL's organization needs one first.
func (a *Authenticator) verified(f *facts, state *State) *State {
	if !a.satellite() && f.method == "GET" && f.secFetchDest == "document" && f.redirectCount == 0 &&
		f.crossOriginReferer() && !f.fromClerk(a) {
		f.branch = branchCrossOrigin
		return a.handshakeOr(f, ReasonPrimaryDomainCrossOriginSync)
	}
	if a.orgs.mismatch(f.url, state.Claims) {
		f.branch = branchOrganization
		if handshake := a.handshakeOr(f, ReasonActiveOrganizationMismatch); handshake.Status == Handshake || handshake.held {
			return handshake
		}
	}
	return state
}

// tokenRefused answers a token that did not verify. It renews an expired one if the browser can, returns a handshake when a fresh token
// would help, and signs out otherwise.
func (a *Authenticator) tokenRefused(ctx context.Context, f *facts, carrier Carrier, err error) *State {
	var refused *token.Error
	if !errors.As(err, &refused) {
		state := signedOut(ReasonUnexpectedError, carrier, err)
		state.Upstream = unreachable(err)
		return state
	}
	if refused.Reason == token.ReasonInvalidAuthorizedParties && a.recoverable(f, carrier) {
		f.branch = branchRecovery
		state := a.handshakeOr(f, Reason(refused.Reason))
		if state.Err == nil {
			state.Err = err
		}
		return state
	}
	switch refused.Reason {
	case token.ReasonExpired:
		return a.expired(ctx, f, carrier, err)
	case token.ReasonNotActiveYet:
		return a.handshakeOr(f, ReasonSessionTokenNotBefore)
	case token.ReasonIssuedInTheFuture:
		return a.handshakeOr(f, ReasonSessionTokenIATInFuture)
	default:
		state := signedOut(Reason(refused.Reason), carrier, err)
		state.Upstream = unreachable(err)
		return state
	}
}

// recoverable reports whether a handshake may replace a cookie's token that names no authorized party. It is tried once: not when the
// browser comes from a handshake, or its redirects are being counted.
func (a *Authenticator) recoverable(f *facts, carrier Carrier) bool {
	return a.options.RecoverMissingAuthorizedParty && carrier == CarrierCookie && f.browser().session.partyless() &&
		f.redirectCount == 0 && f.handshake == "" && f.nonce == "" && f.eligibleForHandshake()
}

func unreachable(err error) error {
	if errors.Is(err, token.ErrKeysUnavailable) || errors.Is(err, ErrUnreachable) {
		return err
	}
	return nil
}
