package authn

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/weburl"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// maxRedirects is how often in a row a browser is sent to a handshake before the loop is broken.
const maxRedirects = 3

// handshakeOr sends the browser to a handshake, or, where the request can't be sent away or has been too often, says
// signed out for the same reason.
func (a *Authenticator) handshakeOr(f *facts, reason Reason) *State {
	if !f.eligibleForHandshake() {
		return signedOut(reason, f.carrier(), nil)
	}
	if f.passive {
		return held(reason, f.carrier())
	}
	location, err := a.handshakeURL(f, f.url.without(paramDevBrowser, paramLegacyDevBrowser), reason)
	if err != nil {
		return signedOut(reason, f.carrier(), err)
	}
	return redirect(f, reason, location)
}

// held is the state of a passive request that would have been sent elsewhere, or renewed.
func held(reason Reason, carrier Carrier) *State {
	state := signedOut(reason, carrier, nil)
	state.held = true
	return state
}

// redirect counts the redirects of a browser and gives up after a few, so that nothing can loop for ever.
func redirect(f *facts, reason Reason, location string) *State {
	if f.passive {
		return held(reason, f.carrier())
	}
	if f.redirectCount >= maxRedirects {
		return signedOut(reason, f.carrier(), fmt.Errorf("authn: %w", ErrRedirectLoop))
	}
	state := &State{Status: Handshake, TokenType: SessionToken, Reason: reason, Carrier: f.carrier(), Header: http.Header{}}
	state.Header.Set("Location", location)
	state.Header.Set("Cache-Control", "no-store")
	state.Header.Set("Set-Cookie", instance.CookieRedirectCount+"="+strconv.FormatInt(f.redirectCount+1, 10)+
		"; SameSite=Lax; HttpOnly; Max-Age=2")
	return state.labelled()
}

// ErrRedirectLoop is the cause of a state that would have been a handshake if the browser had not just come from several.
// Most often the publishable key and the secret key are of different instances.
var ErrRedirectLoop = errors.New("the browser was sent to a handshake too often; do the keys belong to one instance?")

func (f *facts) carrierOfHeader() Carrier {
	if f.header.raw != "" {
		return CarrierHeader
	}
	return CarrierNone
}

func (f *facts) carrier() Carrier {
	switch {
	case f.header.raw != "":
		return CarrierHeader
	case f.browser().session.raw != "":
		return CarrierCookie
	default:
		return CarrierNone
	}
}

// maxCredential is the longest token that goes along to a handshake, in bytes. Cookies have no more than 4096 (RFC 6265,
// section 6.1), and Clerk's keep to it; whatever is longer is none of Clerk's.
const maxCredential = 8 << 10

// handshakeURL builds the address of the Frontend API's handshake, which returns to returnTo. The order of the parameters
// is Clerk's.
func (a *Authenticator) handshakeURL(f *facts, returnTo string, reason Reason) (string, error) {
	if len(returnTo) > maxReturnPrinted {
		return "", errors.New("authn: the address to return to is too long")
	}
	u, err := weburl.Parse(a.frontendAPI(f.url.application()) + handshakePath)
	if err != nil {
		return "", fmt.Errorf("authn: the Frontend API has no usable address: %w", err)
	}
	var query parameters
	query = query.with(paramRedirectURL, returnTo)
	query = query.with(paramAPIVersion, apiVersion)
	query = query.with(paramSuffixedCookies, strconv.FormatBool(f.browser().suffixed))
	query = query.with(paramHandshakeReason, string(reason))
	query = query.with(paramHandshakeFormat, "nonce")
	if session := f.presented(); session.raw != "" && len(session.raw) <= maxCredential {
		query = query.with(paramSession, session.raw)
	}
	if devBrowser := f.browser().devBrowser; devBrowser != "" && len(devBrowser) <= maxCredential && !a.production() {
		query = query.with(paramDevBrowser, devBrowser)
	}
	if target, found := a.orgs.find(f.url); found {
		query = query.with(paramOrganization, target.id())
	}
	return query.on(u), nil
}

// HandshakeURL returns the address that sends the browser of this request through a handshake and on to returnTo, which
// must be an absolute URL of the application. Use it when the browser's cookies are known to be out of date, such as after
// its session was ended or another one was chosen.
func (a *Authenticator) HandshakeURL(r Request, returnTo string, reason Reason) (string, error) {
	f := a.read(r)
	f.browser().session, f.header = presented{}, presented{} // what they say is what is out of date
	return a.handshakeURL(f, returnTo, reason)
}

// Handshake returns the state that sends the browser of this request through a handshake and back to where it is, for a
// reason that the caller knows; signed out where the request can't be sent away.
func (a *Authenticator) Handshake(r Request, reason Reason) *State {
	f := a.read(r)
	f.branch = branchCaller
	state := a.handshakeOr(f, reason)
	state.facts = f
	return state
}

// resolveHandshake takes what the Frontend API sent the browser back with. Without a state the answer is not to be
// believed and the request is decided as if there were none: in production the cookie may be that of another application
// on the same domain. A development handshake token comes in the URL, so one that does not verify is somebody's mistake,
// and Clerk's SDKs throw.
func (a *Authenticator) resolveHandshake(ctx context.Context, f *facts) (*State, error) {
	setCookie, upstream, err := a.handshakeCookies(ctx, f)
	if err != nil && !a.production() {
		return unresolved(err), nil
	}
	if err != nil {
		return nil, err
	}
	header := http.Header{}
	header.Set("Access-Control-Allow-Origin", "null")
	header.Set("Access-Control-Allow-Credentials", "true")
	header["Set-Cookie"] = setCookie
	if !a.production() {
		header.Set("Location", f.url.without(paramHandshake, paramHandshakeHelp, paramDevBrowser, paramHandshakeNonce))
		header.Set("Cache-Control", "no-store")
	}
	raw := sessionTokenOf(setCookie)
	if raw == "" {
		state := &State{
			Status: SignedOut, TokenType: SessionToken, Reason: ReasonSessionTokenMissing, Header: header,
			Upstream: upstream, Err: upstream,
		}
		return state.labelled(), nil
	}
	claims, err := a.verifyFresh(ctx, readToken(raw))
	if err != nil {
		return nil, fmt.Errorf("authn: the session token of the handshake: %w", err)
	}
	return &State{
		Status: SignedIn, TokenType: SessionToken, Carrier: CarrierCookie, Token: raw, Claims: claims, Header: header,
	}, nil
}

// handshakeCookies returns the cookies that the handshake asks for. A nonce that can't be exchanged yields none, as with
// Clerk; upstream then says whether Clerk could not be asked.
func (a *Authenticator) handshakeCookies(ctx context.Context, f *facts) (setCookie []string, upstream, err error) {
	if f.nonce != "" {
		setCookie, err = a.options.Backend.HandshakePayload(withClientIP(ctx, f.clientIP), f.nonce)
		if err != nil {
			return nil, unreachable(err), nil
		}
		return clerkCookies(setCookie, a.key), nil, nil
	}
	setCookie, err = a.tokens.VerifyHandshake(ctx, f.handshake)
	if err != nil {
		return nil, nil, fmt.Errorf("authn: the handshake token: %w", err)
	}
	return clerkCookies(setCookie, a.key), nil, nil
}

// verifyFresh verifies a token that Clerk has just made. A development machine's clock may be far off; a token that only
// time speaks against is then accepted once, as Clerk does.
func (a *Authenticator) verifyFresh(ctx context.Context, fresh presented) (*token.Claims, error) {
	if fresh.otherClass() {
		return nil, &token.Error{Reason: token.ReasonTypeMismatch}
	}
	claims, err := fresh.verify(ctx, a.tokens)
	if err == nil || a.production() {
		return claims, err
	}
	var refused *token.Error
	if !errors.As(err, &refused) {
		return nil, err
	}
	switch refused.Reason {
	case token.ReasonExpired, token.ReasonNotActiveYet, token.ReasonIssuedInTheFuture:
		return fresh.verify(ctx, a.lenient)
	default:
		return nil, err
	}
}

// unresolved is the state of a development request whose handshake could not be believed. Clerk's SDKs throw here.
func unresolved(err error) *State {
	state := signedOut(ReasonUnexpectedError, CarrierNone, err)
	state.Upstream = unreachable(err)
	return state
}
