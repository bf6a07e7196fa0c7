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

// maxRedirects is how many redirects to a handshake a browser follows in a row before the loop ends.
const maxRedirects = 3

// handshakeOr redirects the browser to a handshake. It returns signed out, for the same reason, when the request can't be redirected or
// has been too often.
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

// held returns the state of a passive request that would otherwise be redirected or renewed.
func held(reason Reason, carrier Carrier) *State {
	state := signedOut(reason, carrier, nil)
	state.held = true
	return state
}

// redirect counts the redirects of a browser and gives up after maxRedirects, so that no browser loops forever.
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

// ErrRedirectLoop is the cause of a state that is signed out because the browser has just come from several handshakes. Most often the
// publishable key and the secret key belong to different instances.
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

// maxCredential is the longest token, in bytes, that the address of a handshake has. Browsers keep cookies of 4096 bytes (RFC 6265,
// section 6.1), and Clerk's cookies are not longer.
const maxCredential = 8 << 10

// handshakeURL builds the address of the Frontend API's handshake, which redirects to returnTo, and activates the organization that the
// path asks for.
func (a *Authenticator) handshakeURL(f *facts, returnTo string, reason Reason) (string, error) {
	target, found := a.orgs.find(f.url)
	return a.handshakeURLFor(f, returnTo, reason, target, found)
}

// handshakeURLFor builds the address of a handshake that activates an organization. The order of the parameters is Clerk's.
func (a *Authenticator) handshakeURLFor(f *facts, returnTo string, reason Reason, target organizationTarget, found bool) (string, error) {
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
	if found {
		query = query.with(paramOrganization, target.id())
	}
	return query.on(u), nil
}

// HandshakeURL returns the address of a handshake that redirects the browser of this request to returnTo, which must be an absolute URL
// of the application. Use it when the browser's cookies are out of date, such as after the session has ended or the user has chosen
// another one.
func (a *Authenticator) HandshakeURL(r Request, returnTo string, reason Reason) (string, error) {
	f := a.read(r)
	f.browser().session, f.header = presented{}, presented{} // they are out of date
	return a.handshakeURL(f, returnTo, reason)
}

// OrganizationHandshakeURL is [Authenticator.HandshakeURL] for a handshake in which Clerk makes an organization the active one of the
// browser's current session. An empty id means the personal account. Clerk leaves the active organization as it is where the user is not
// a member.
func (a *Authenticator) OrganizationHandshakeURL(r Request, returnTo string, reason Reason, organizationID string) (string, error) {
	f := a.read(r)
	f.browser().session, f.header = presented{}, presented{} // they are out of date
	return a.handshakeURLFor(f, returnTo, reason, organizationTarget{organizationID: organizationID}, true)
}

// Handshake returns a state that redirects the browser of this request to a handshake, and from there to the same address, for the
// caller's reason. The state is signed out when the request can't be redirected.
func (a *Authenticator) Handshake(r Request, reason Reason) *State {
	f := a.read(r)
	f.branch = branchCaller
	state := a.handshakeOr(f, reason)
	state.facts = f
	return state
}

// resolveHandshake reads the answer of a handshake. When it returns no state, the answer is not valid and the request is decided
// without it: in production the cookie may come from another application on the same domain. In development the handshake token is in
// the URL, and Clerk's SDKs throw an exception when it does not verify.
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
	claims, err := a.verifyFresh(ctx, a.readToken(raw))
	if err != nil {
		return nil, fmt.Errorf("authn: the session token of the handshake: %w", err)
	}
	return &State{
		Status: SignedIn, TokenType: SessionToken, Carrier: CarrierCookie, Token: raw, Claims: claims, Header: header,
	}, nil
}

// handshakeCookies returns the cookies that the handshake sets. A nonce that can't be exchanged gives none, as in Clerk's SDKs; upstream
// is then set if Clerk could not be reached.
func (a *Authenticator) handshakeCookies(ctx context.Context, f *facts) (setCookie []string, upstream, err error) {
	if f.nonce != "" {
		setCookie, err = a.options.Backend.HandshakePayload(withClientIP(ctx, f.clientIP()), f.nonce)
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

// verifyFresh verifies a token that Clerk has just made. The clock of a development machine may be wrong: in development, a token that
// only its times would refuse is accepted once, as in Clerk's SDKs.
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

// unresolved returns the state of a development request whose handshake token does not verify. Clerk's SDKs throw an exception here.
func unresolved(err error) *State {
	state := signedOut(ReasonUnexpectedError, CarrierNone, err)
	state.Upstream = unreachable(err)
	return state
}
