// Package identity has who a request is, as an instance has decided it, and what that decision rests on. Its values are never changed
// once a request has them, and are safe for concurrent use.
package identity

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/bearer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/resolve"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Identity is who a request is. The zero value has no user, and no instance has decided about it.
type Identity struct {
	// Claims are those of the session whose user is signed in; nil without one.
	Claims *token.Claims
	// Machine is the machine token of the request; nil without one.
	Machine *token.MachineToken
	// Status is the status of the session, also of one that has an unfinished task and so signs no user in.
	Status token.SessionStatus
	// Actor is who acts as the user of the session or of the machine token; nil: the user.
	Actor *token.Actor
	// Reason says why no user is signed in; empty where one is.
	Reason authn.Reason
	// BaseSessionID is the browser's own session where the browser has switched to another one; else empty.
	BaseSessionID string
	Carrier       authn.Carrier
	// Unavailable is why it is not known who the request is; nil where it is known.
	Unavailable error
	// Overdue is who may go on reading pages while Clerk is down; nil: no user may.
	Overdue *resolve.Overdue
	// ReadUntil is when reading ends of a request that reads a page while Clerk is down: Claims are then those of a token that has ended. It is
	// zero for all other requests.
	ReadUntil time.Time
	// Own is the session token of the request; nil without a user, for a machine, and where the token has ended.
	Own *OwnToken
	// Stale is the token of a cookie that signed no user in; nil without one.
	Stale   *token.Unverified
	Accepts authn.Accepts
	// By is the instance that has decided; nil where none has. It is only compared.
	By any
	// Basis is what the decision rests on; nil where no instance has decided.
	Basis *Basis
	// Shown is what handlers see of the identity.
	Shown any
	// Asked is set when a function reads the identity before it is known; nil once it is known.
	Asked *bool

	carrier *carrier // the first context that has the identity; nil once it is used
}

// Room is where an identity and what belongs to it are put, so that a decision is one allocation. The zero value has room for one.
type Room struct {
	identity Identity
	basis    Basis
	own      OwnToken
	carrier  carrier
}

// OwnToken is the session token that a request came with, or was renewed to. It is only ever pointed to, so that printing what
// holds an [Identity] does not print it.
type OwnToken struct {
	Value   string
	Expires time.Time
}

// Left is how much of its life the token has; nil has none.
func (t *OwnToken) Left(now time.Time) time.Duration {
	if t == nil {
		return 0
	}
	return t.Expires.Sub(now)
}

// Decide puts into the room who a request is by a decision that rests on the basis.
func (d *Room) Decide(by any, basis Basis, decision resolve.Decision, accepts authn.Accepts) *Identity {
	state := decision.State
	d.basis = basis
	d.identity = Identity{
		By: by, Overdue: decision.Overdue, Reason: state.Reason, Accepts: accepts, Carrier: state.Carrier, Unavailable: state.Upstream, Basis: &d.basis, carrier: &d.carrier,
	}
	id := &d.identity
	switch {
	case state.Status != authn.SignedIn:
		id.Stale = state.SessionCookie()
	case state.Claims == nil:
		if id.Machine = state.Machine; id.Machine != nil {
			id.Actor = id.Machine.Actor
		}
	case state.Pending():
		id.Status, id.Reason = state.Claims.SessionStatus, reason.SessionPending
	default:
		id.Claims, id.Status, id.Actor = state.Claims, state.Claims.SessionStatus, state.Claims.Actor
		d.own = OwnToken{Value: state.Token, Expires: state.Claims.ExpiresAt}
		id.Own = &d.own
		id.BaseSessionID = decision.BaseSessionID
		if id.Actor == nil { // should the token not say it
			id.Actor = decision.Actor
		}
	}
	return id
}

// Repeat puts into the room an identity that is known, for a route that takes these kinds of tokens.
func (d *Room) Repeat(known *Identity, basis Basis, accepts authn.Accepts) *Identity {
	d.identity, d.basis = *known, basis
	d.identity.Accepts, d.identity.Basis, d.identity.carrier = accepts, &d.basis, &d.carrier
	return &d.identity
}

// Read puts into the room an identity that is not known, as the one who may go on reading. It stays unavailable, so that all but the guard that
// lets it read turn it away.
func (d *Room) Read(known *Identity) *Identity {
	basis := known.Basis.After(known, known.Basis.State)
	d.Repeat(known, basis, known.Accepts)
	d.identity.Claims, d.identity.Status = known.Overdue.Claims, known.Overdue.Claims.SessionStatus
	d.identity.Reason, d.identity.ReadUntil = "", known.Overdue.Until
	return &d.identity
}

// carrier is a context that has an identity.
type carrier struct {
	context.Context //nolint:containedctx // it is a context itself
	key             any
	id              *Identity
}

// Value implements [context.Context].
func (c *carrier) Value(key any) any {
	if key == c.key {
		return c.id
	}
	return c.Context.Value(key)
}

// String keeps what the context has out of text.
func (c *carrier) String() string { return "ginclerk: the context of a request" }

// In returns a context that has the identity by a key. The first call must come before other goroutines have the identity.
func (id *Identity) In(ctx context.Context, key any) context.Context {
	c := id.carrier
	if c == nil {
		return context.WithValue(ctx, key, id)
	}
	id.carrier = nil
	c.Context, c.key, c.id = ctx, key, id
	return c
}

// Read returns the identity for a function of the application, and notes that one has asked.
func (id *Identity) Read() *Identity {
	if id.Asked != nil {
		*id.Asked = true
	}
	return id
}

// SignedIn reports whether a user is signed in.
func (id *Identity) SignedIn() bool { return id.UserID() != "" }

// UserID is the user who is signed in; empty without one.
func (id *Identity) UserID() string {
	if id.Claims == nil {
		return ""
	}
	return id.Claims.UserID
}

// SessionID is the session of the user who is signed in; empty without one.
func (id *Identity) SessionID() string {
	if id.Claims == nil {
		return ""
	}
	return id.Claims.SessionID
}

// OrganizationID is the active organization; empty without one.
func (id *Identity) OrganizationID() string {
	if id.Claims == nil {
		return ""
	}
	return id.Claims.OrganizationID
}

// Reads reports whether the request reads a page while Clerk is down, and may do nothing else.
func (id *Identity) Reads() bool { return !id.ReadUntil.IsZero() }

// Has reports whether the session passes every check that is asked for. One that merely reads passes none.
func (id *Identity) Has(check token.Check) bool {
	return id.SignedIn() && !id.Reads() && id.Claims.Has(check)
}

// ByCookie reports whether a cookie authenticated the request.
func (id *Identity) ByCookie() bool { return id.Carrier == authn.CarrierCookie }

// ByHeader reports whether the header Authorization decided about the request.
func (id *Identity) ByHeader() bool { return id.Carrier == authn.CarrierHeader }

// ByProgram reports whether a bearer token decided about the request that no page of another site can have had a browser send: one in the
// header Authorization, good or not, or a good one that was found elsewhere. Links, forms and scripts of any site can put what is no token
// where one is looked for.
func (id *Identity) ByProgram() bool {
	return id.ByHeader() && (id.Basis.authorization.count > 0 || id.SignedIn() || id.Status != "" || id.Machine != nil)
}

// Switched reports whether the browser has switched to another session than its own.
func (id *Identity) Switched() bool { return id.BaseSessionID != "" }

// HoldsFor reports whether a decision would be the same for a route that takes these kinds of tokens.
func (id *Identity) HoldsFor(accepts authn.Accepts) bool {
	switch {
	case id.Accepts == accepts:
		return true
	case id.Accepts.Clients() != accepts.Clients() && !id.ByCookie(): // cookies are those of the application's own pages alone
		return false
	case !id.ByHeader(): // cookies carry session tokens alone
		return id.Accepts.Allows(authn.SessionToken) && accepts.Allows(authn.SessionToken)
	case id.Machine != nil:
		return accepts.Allows(id.Machine.Type)
	default:
		return id.SignedIn() && accepts.Allows(authn.SessionToken)
	}
}

// Basis is what was found out about a request, and from what. Guards that take other tokens, and those of other instances, decide
// about the same request; none may have Clerk asked again for what it has said, for a refresh token and a handshake's nonce are
// good once. The decisions about one request are a list, the latest first.
type Basis struct {
	State *authn.State
	// Earlier is who the request was taken for before; nil for the first decision.
	Earlier *Identity

	authorization, cookies presented // the headers that the decision rests on
	found                  string    // the token that was found elsewhere
	account                string    // the number of the account whose path the request was below
}

// presented are the values of a header field as they were, and no part of the header: middleware may change that in place.
type presented struct {
	count int
	first string
	more  []string
}

func presentedBy(values []string) presented {
	if len(values) == 0 {
		return presented{}
	}
	return presented{count: len(values), first: values[0], more: slices.Clone(values[1:])}
}

func (p presented) equal(values []string) bool {
	return p.count == len(values) && (p.count == 0 || p.first == values[0] && slices.Equal(p.more, values[1:]))
}

// NewBasis is what a decision about a request rests on.
func NewBasis(r *http.Request, accepts authn.Accepts, state *authn.State, earlier *Identity) Basis {
	return Basis{
		State: state, Earlier: earlier,
		authorization: presentedBy(r.Header["Authorization"]), cookies: presentedBy(r.Header["Cookie"]), found: foundIn(r, accepts),
		account: visit.AccountOf(r),
	}
}

// foundIn returns the token that a route's clients have put elsewhere than in the Authorization header.
func foundIn(r *http.Request, accepts authn.Accepts) string {
	clients := accepts.Clients()
	if clients == nil {
		return ""
	}
	raw, _ := bearer.Found(r, clients.TokenFrom)
	return raw
}

// After returns the basis with another state, as the latest decision.
func (b *Basis) After(earlier *Identity, state *authn.State) Basis {
	again := *b
	again.State, again.Earlier = state, earlier
	return again
}

// RestsOn reports whether a request presents what the decision was made from.
func (b *Basis) RestsOn(r *http.Request, accepts authn.Accepts) bool {
	return b.account == visit.AccountOf(r) && b.found == foundIn(r, accepts) && b.authorization.equal(r.Header["Authorization"]) && b.cookies.equal(r.Header["Cookie"])
}

// Renewed reports whether the request's session was renewed, or came from a handshake, while it was decided about.
func (b *Basis) Renewed() bool {
	return b != nil && slices.ContainsFunc(b.State.Header["Set-Cookie"], func(directive string) bool {
		return strings.HasPrefix(directive, "__session")
	})
}

// Labels returns the headers that say what was decided.
func (b *Basis) Labels() http.Header {
	labels := http.Header{}
	for _, name := range []string{authn.HeaderAuthStatus, authn.HeaderAuthReason} {
		if values, found := b.State.Header[name]; found {
			labels[name] = slices.Clone(values)
		}
	}
	return labels
}
