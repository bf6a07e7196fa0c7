package authn

import (
	"context"
	"errors"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Authenticate decides who sent the request. It never fails: what could not be decided is signed out with the cause in
// the state. Calls to Clerk are bounded by the context of the request. It does not read the request's body.
func (a *Authenticator) Authenticate(r Request) *State {
	ctx := r.HTTP.Context()
	f := a.read(r)
	if f.header.raw != "" {
		return a.authenticateHeader(ctx, f)
	}
	return a.authenticateCookies(ctx, f)
}

// authenticateHeader decides by the bearer token alone; cookies are not consulted beside one.
func (a *Authenticator) authenticateHeader(ctx context.Context, f *facts) *State {
	if f.header.otherClass() {
		return signedOut(ReasonTokenTypeMismatch, CarrierHeader, nil)
	}
	claims, err := a.tokens.Verify(ctx, f.header.raw)
	if err != nil {
		return a.tokenRefused(ctx, f, CarrierHeader, err)
	}
	return signedIn(claims, f.header.raw, CarrierHeader)
}

// authenticateCookies walks Clerk's decision table for browsers, row by row.
func (a *Authenticator) authenticateCookies(ctx context.Context, f *facts) *State {
	var failure error
	if f.nonce != "" || f.handshake != "" {
		var state *State
		if state, failure = a.resolveHandshake(ctx, f); state != nil {
			return state
		}
	}
	if state := a.syncDomains(f); state != nil {
		return state
	}
	state := a.authenticateSession(ctx, f)
	if state.Status != SignedIn && state.Err == nil {
		state.Err = failure
	}
	return state
}

func (a *Authenticator) authenticateSession(ctx context.Context, f *facts) *State {
	switch {
	case !a.production() && f.url.query.has(paramDevBrowser):
		return a.handshakeOr(f, ReasonDevBrowserSync)
	case !a.production() && f.devBrowser == "":
		return a.handshakeOr(f, ReasonDevBrowserMissing)
	case f.clientUAT == 0 && f.session.raw == "":
		return signedOut(ReasonSessionTokenAndUATMissing, CarrierNone, nil)
	case f.clientUAT == 0:
		return a.handshakeOr(f, ReasonSessionTokenWithoutClientUAT)
	case f.session.raw == "":
		return a.handshakeOr(f, ReasonClientUATWithoutSessionToken)
	default:
		return a.authenticateSessionCookie(ctx, f)
	}
}

func (a *Authenticator) authenticateSessionCookie(ctx context.Context, f *facts) *State {
	switch {
	case f.session.err != nil:
		return a.tokenRefused(ctx, f, CarrierCookie, f.session.err)
	case f.session.otherClass():
		return signedOut(ReasonTokenTypeMismatch, CarrierCookie, nil)
	case f.session.issuedBefore(f.clientUAT):
		return a.handshakeOr(f, ReasonSessionTokenIATBeforeUAT)
	}
	claims, err := a.tokens.Verify(ctx, f.session.raw)
	if err != nil {
		return a.tokenRefused(ctx, f, CarrierCookie, err)
	}
	return a.verified(f, signedIn(claims, f.session.raw, CarrierCookie))
}

// verified holds back a signed-in state where another domain or the URL's organization asks for a handshake first.
func (a *Authenticator) verified(f *facts, state *State) *State {
	if !a.satellite() && f.method == "GET" && f.secFetchDest == "document" && f.redirectCount == 0 &&
		f.crossOriginReferer() && !f.fromClerk(a) {
		return a.handshakeOr(f, ReasonPrimaryDomainCrossOriginSync)
	}
	if a.orgs.mismatch(f.url.path, state.Claims) {
		if handshake := a.handshakeOr(f, ReasonActiveOrganizationMismatch); handshake.Status == Handshake {
			return handshake
		}
	}
	return state
}

// tokenRefused answers a token that did not verify: renewed where it has merely expired and the browser can renew it, a
// handshake where a fresh one would do, else signed out.
func (a *Authenticator) tokenRefused(ctx context.Context, f *facts, carrier Carrier, err error) *State {
	var refused *token.Error
	if !errors.As(err, &refused) {
		state := signedOut(ReasonUnexpectedError, carrier, err)
		state.Upstream = unreachable(err)
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

func unreachable(err error) error {
	if errors.Is(err, token.ErrKeysUnavailable) || errors.Is(err, ErrUnreachable) {
		return err
	}
	return nil
}
