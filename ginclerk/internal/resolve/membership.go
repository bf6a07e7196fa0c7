package resolve

import (
	"slices"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
)

// A session token says what its user may do in the active organization, for as long as it lives. When the membership has ended, or its
// role has changed, a token from before then is refused as a whole: what it says besides is in the next one, too. The session goes on. A
// browser has its token renewed, in place or by a handshake, and a program is told why it needs another one.

// membershipChanged reports whether what a token says of the active organization does not hold any more.
//
// Tokens and entries count whole seconds. A token that is from the same second as the change may be from before it, and is refused. One
// that Clerk has made for this very request is from after it, because the change was known before Clerk was asked; it must be from an
// earlier second to be refused.
func (r *Resolver) membershipChanged(state *authn.State) bool {
	claims := state.Claims
	if claims == nil || claims.OrganizationID == "" {
		return false
	}
	issuedAt := claims.IssuedAt
	if madeNow(state) {
		issuedAt = issuedAt.Add(time.Second)
	}
	return r.membership(claims.OrganizationID, claims.UserID, issuedAt)
}

// madeNow reports whether Clerk has made the session token of a state for this request, in a renewal or a handshake.
func madeNow(state *authn.State) bool {
	return slices.ContainsFunc(state.Header["Set-Cookie"], func(directive string) bool { return strings.HasPrefix(directive, "__session") })
}

// renewMembership has a browser's token renewed whose user is a member with other rights now, or no member any more. Where that can't be
// done in place, a navigation goes through a handshake; any other request is signed out, and keeps its session.
func (n *run) renewMembership(request authn.Request, stale *authn.State) *authn.State {
	var upstream error
	if stale.Carrier == authn.CarrierCookie && n.visit.Foreign() == nil && !n.visit.Prefetch() {
		renewed := n.authn.Renew(request)
		switch {
		case renewed.Status != authn.SignedIn:
			upstream = renewed.Upstream
		case n.isRevoked(renewed):
			return n.authn.Handshake(request, reason.SessionRevoked)
		case !n.membershipChanged(renewed):
			return renewed
		}
	}
	state := n.authn.Handshake(request, reason.MembershipChanged)
	if state.Status == authn.SignedOut && state.Upstream == nil {
		state.Upstream = upstream // it is not known what the user may do now
	}
	return state
}
