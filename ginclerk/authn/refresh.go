package authn

import (
	"context"
	"errors"
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// expired answers an expired token. It renews the token of a GET whose browser has a refresh token, and returns a handshake otherwise.
// It never renews a bearer token: the refresh token belongs to the session of the cookies, which may be another user's.
func (a *Authenticator) expired(ctx context.Context, f *facts, carrier Carrier, cause error) *State {
	f.branch = branchRefresh
	failure := ""
	var upstream error
	switch {
	case f.method != http.MethodGet:
		failure = refreshNonGet
	case f.refreshToken == "" || f.header.raw != "":
		failure = refreshNoCookie
	case f.passive:
		return held(Reason(token.ReasonExpired), carrier)
	default:
		state, err := a.refreshUnlessDown(ctx, f)
		if err == nil {
			return state
		}
		failure, upstream = refreshFailure(err), unreachable(err)
		cause, f.notAsked = err, errors.Is(err, ErrNotAsked)
	}
	state := a.handshakeOr(f, reasonSessionTokenExpired+Reason(failure))
	state.Carrier, state.Upstream = carrier, upstream
	if state.Err == nil {
		state.Err = cause
	}
	return state
}

// refreshUnlessDown is refresh for a caller that may know that Clerk does not answer.
func (a *Authenticator) refreshUnlessDown(ctx context.Context, f *facts) (*State, error) {
	if f.beforeRenewal != nil {
		if err := f.beforeRenewal(); err != nil {
			return nil, errors.Join(ErrUnreachable, err)
		}
	}
	began := a.now()
	state, err := a.refresh(ctx, f)
	f.renewal, f.renewing = a.now().Sub(began), true
	return state, err
}

// Renew renews the session of a request whose token has expired, with any method. Clerk's SDKs renew on GET only: a caller that renews
// on other methods must first make sure that the request comes from the application's own pages. The state is signed in, with the
// cookies to set, or signed out with the reason.
func (a *Authenticator) Renew(r Request) *State {
	f := a.read(r)
	f.branch = branchRefresh
	state := a.renew(r.context(), f)
	state.facts = f
	return state
}

func (a *Authenticator) renew(ctx context.Context, f *facts) *State {
	if f.refreshToken == "" || f.header.raw != "" {
		return signedOut(reasonSessionTokenExpired+refreshNoCookie, f.carrier(), nil)
	}
	state, err := a.refresh(ctx, f)
	if err != nil {
		state = signedOut(reasonSessionTokenExpired+Reason(refreshFailure(err)), CarrierCookie, err)
		state.Upstream = unreachable(err)
	}
	return state
}

// refreshError says why a refresh was not tried, or what is wrong with its answer.
type refreshError string

func (e refreshError) Error() string { return "authn: refresh: " + string(e) }

// refresh asks Clerk for a new session token.
func (a *Authenticator) refresh(ctx context.Context, f *facts) (*State, error) {
	expired, sessionID, err := f.expiredToken()
	if err != nil {
		return nil, errors.Join(ErrNotAsked, err)
	}
	setCookie, err := a.options.Backend.RefreshSession(ctx, sessionID, Refresh{
		ExpiredToken:    expired,
		RefreshToken:    f.refreshToken,
		RequestOrigin:   f.url.origin,
		RequestHeaders:  f.browserHeaders(),
		SuffixedCookies: f.browser().suffixed,
	})
	if err != nil {
		return nil, err
	}
	setCookie = clerkCookies(setCookie, a.key)
	if len(setCookie) == 0 {
		return nil, refreshError(refreshUnexpectedSDK)
	}
	raw := sessionTokenOf(setCookie)
	renewed := a.readToken(raw)
	if renewed.otherClass() {
		return nil, refreshError(refreshInvalidSessionToken)
	}
	claims, err := renewed.verify(ctx, a.tokens)
	if err != nil {
		return nil, errors.Join(refreshError(refreshInvalidSessionToken), unreachable(err))
	}
	if old := f.presented(); claims.SessionID != old.sessionID() || claims.UserID != old.userID() {
		return nil, refreshError(refreshInvalidSessionToken) // a renewal must not change the session or the user
	}
	state := f.signedIn(claims, raw, CarrierCookie)
	state.Header = http.Header{"Set-Cookie": setCookie}
	return state, nil
}

func (f *facts) expiredToken() (raw, sessionID string, err error) {
	switch expired := f.presented(); {
	case expired.raw == "":
		return "", "", refreshError(refreshMissingToken)
	case expired.err != nil:
		return "", "", refreshError(refreshDecodeFailed)
	case expired.sessionID() == "":
		return "", "", refreshError(refreshMissingSessionID)
	default:
		return expired.raw, expired.sessionID(), nil
	}
}

// refreshFailure returns Clerk's word for a failure: the error code of the Backend API if the answer has one.
func refreshFailure(err error) string {
	var own refreshError
	if errors.As(err, &own) {
		return string(own)
	}
	var coded interface{ ErrorCode() string }
	if errors.As(err, &coded) && coded.ErrorCode() != "" {
		if coded.ErrorCode() == "unexpected_error" {
			return refreshFetchError
		}
		return coded.ErrorCode()
	}
	if errors.Is(err, ErrUnreachable) {
		return refreshFetchError
	}
	return refreshUnexpectedBackend
}

// browserHeaders returns the headers that describe the browser, without cookies and Authorization. The client address comes from the
// caller, because a browser can claim any.
func (f *facts) browserHeaders() map[string][]string {
	kept := map[string][]string{}
	if address := f.clientIP(); address != "" {
		kept["X-Forwarded-For"] = []string{address}
	}
	for _, name := range []string{
		"Accept", "Accept-Language", "Origin", "Referer", "Sec-Ch-Ua", "Sec-Ch-Ua-Mobile", "Sec-Ch-Ua-Platform",
		"Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site", "User-Agent",
	} {
		if values := f.headers.Values(name); len(values) > 0 {
			kept[http.CanonicalHeaderKey(name)] = values
		}
	}
	return kept
}
