package resolve

import (
	"errors"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkwait"
	"github.com/ginclerk/ginclerk/ginclerk/internal/outage"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Pages may be read for a while after a session token has ended, where Clerk can't be reached to renew it. Such a request stays one of which it is
// not known who has sent it: it signs no user in. A guard alone may let it pass, for a page that is read and nothing else.

// Reading says for how long pages are read while Clerk is down, and what has to be known for it. All fields are required.
type Reading struct {
	// Bound is how long ago a token may have ended.
	Bound time.Duration
	// Outage knows whether Clerk is down.
	Outage *outage.Watch
	// RevocationsKnown reports whether this process knows now what was revoked since a moment.
	RevocationsKnown func(since time.Time) bool
}

// Overdue is who may go on reading.
type Overdue struct {
	// Claims are those of the token that has ended, without what it says that the user may do.
	Claims *token.Claims
	// Until is when reading ends.
	Until time.Time
}

// trial is a request that may be read in an outage; nil is one that may not.
type trial struct {
	outage.Trial

	asked   bool   // Clerk was asked, or would have been
	restore func() // of the time that was kept for the question whether Clerk is down
}

// beginReading has the decision about a request that opens a page and does nothing else notice whether Clerk is down. A browser that has switched
// is not one, nor is one below the path of an account: the account that it has chosen may not be the one of its cookies.
func (n *run) beginReading(accepts authn.Accepts) *trial {
	if n.reading == nil || accepts != (authn.Accepts{}) || !n.visit.Reads() || n.visit.Kept(visit.Selection, "") != "" || n.visit.Account != "" {
		return nil
	}
	return &trial{}
}

// tries returns what is asked before the session of a request is renewed; nil for a request that may not be read.
func (n *run) tries(t *trial) func() error {
	if t == nil {
		return nil
	}
	watch, budget := n.reading.Outage, clerkwait.In(n.ctx) // all that the function keeps
	return func() error {
		t.asked, t.restore = true, budget.Halve()
		return watch.Begin(&t.Trial)
	}
}

// overdue returns who may go on reading by a decision; nil: no user may.
func (n *run) overdue(t *trial, basis *authn.State) *Overdue {
	if t == nil || !t.asked {
		return nil
	}
	t.restore()
	watch := n.reading.Outage
	standing := errors.Is(basis.Upstream, outage.ErrStanding)
	switch {
	case n.ctx.Err() != nil:
		watch.Leave(&t.Trial)
		return nil
	case basis.NotAsked():
		watch.Leave(&t.Trial)
		return nil
	case !standing && !errors.Is(basis.Upstream, authn.ErrNoAnswer):
		n.answered(basis)
		return nil
	}
	claims := n.readable(basis)
	if claims == nil {
		watch.Leave(&t.Trial)
		return nil
	}
	if !standing && !watch.Confirm(n.ctx, &t.Trial, claims.SessionID) {
		return nil
	}
	return &Overdue{Claims: claims.WithoutRights(), Until: claims.ExpiresAt.Add(n.reading.Bound)}
}

// answered notes what Clerk has said to a renewal.
func (n *run) answered(basis *authn.State) {
	n.reading.Outage.Answered(n.ctx)
	if cookie := basis.SessionCookie(); cookie != nil && basis.Upstream == nil && basis.Reason.RefreshRefused() { // an expired token has a good signature
		n.reading.Outage.Refuse(cookie.Claims().SessionID)
	}
}

// readable returns the claims of a token that is good but for its end; nil: there is none, or it is not known to be good.
func (n *run) readable(basis *authn.State) *token.Claims {
	claims, err := n.authn.Overdue(n.ctx, basis, n.reading.Bound)
	switch {
	case err != nil, claims.SessionID == "", claims.Actor != nil, claims.SessionStatus == token.SessionPending:
		return nil
	case !n.reading.RevocationsKnown(claims.IssuedAt), n.reading.Outage.Refused(claims.SessionID, claims.IssuedAt):
		return nil
	case n.revoked(claims.SessionID, claims.UserID, claims.IssuedAt):
		return nil
	case claims.OrganizationID != "" && n.membership(claims.OrganizationID, claims.UserID, claims.IssuedAt):
		return nil
	default:
		return claims
	}
}
