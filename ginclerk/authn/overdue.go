package authn

import (
	"context"
	"errors"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// errNotOverdue says that more is amiss with a request than the end of its token, or something else.
var errNotOverdue = errors.New("authn: the request is not merely one whose session token has expired")

// Overdue returns the claims of the session cookie's token of a state that is not signed in, where nothing but the end of the token is amiss: the
// token has ended less than that ago, it is good in every other way now, and Clerk was to renew it and gave no answer. Whether Clerk is
// down, and what such a token is good for, the caller decides: Clerk's SDKs have no word for it.
func (a *Authenticator) Overdue(ctx context.Context, state *State, within time.Duration) (*token.Claims, error) {
	f := state.facts
	switch {
	case f == nil || f.by != a || state.Status == SignedIn || state.Carrier != CarrierCookie || f.header.raw != "":
		return nil, errNotOverdue
	case f.branch != branchRefresh || !state.Reason.Expired() || state.Upstream == nil || f.refreshToken == "":
		return nil, errNotOverdue
	case f.handshake != "" || f.nonce != "":
		return nil, errNotOverdue // it brings the answer of a handshake, which may say something else
	}
	session := f.browser().session
	if session.raw == "" || session.otherClass() || f.browser().clientUAT == 0 || session.issuedBefore(f.browser().clientUAT) {
		return nil, errNotOverdue
	}
	claims, err := session.verify(ctx, a.tokens.WithGrace(within))
	if err != nil {
		return nil, err
	}
	if a.orgs.mismatch(f.url, claims) {
		return nil, errNotOverdue // the page of an organization that the token does not speak for
	}
	return claims, nil
}
