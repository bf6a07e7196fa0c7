// Package resolve finds out who a request is, from state to state: as Clerk decides, renewed where that can be, refused where the
// session was revoked or another site may have caused the request, and as the session that the browser has switched to. It goes
// beyond package authn where an application that renders its pages on a server needs it. It writes no response: a [Decision] says
// which cookies the browser gets.
package resolve

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/bearer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkcookie"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
	"github.com/ginclerk/ginclerk/ginclerk/internal/selection"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Config is what a [Resolver] is made of. All but the last five fields are required.
type Config struct {
	Key           instance.PublishableKey
	Authenticator *authn.Authenticator
	// Lapsed verifies tokens whose time is over.
	Lapsed   *token.Verifier
	Selector *selection.Selector
	Keyring  *sealed.Keyring
	Revoked  func(sessionID, userID string, issuedAt time.Time) bool
	// MembershipRevoked knows tokens of members whose membership has ended or changed since.
	MembershipRevoked func(organizationID, userID string, issuedAt time.Time) bool

	Now       func() time.Time
	Logger    *slog.Logger
	ClockSkew time.Duration // 0 means [token.DefaultClockSkew]
	Satellite bool
	// Reading says how pages are read while Clerk is down; nil: not at all.
	Reading *Reading
	// UnsafeAcceptUnsolicitedHandshakes believes the answer of a handshake that this browser was not sent on.
	UnsafeAcceptUnsolicitedHandshakes bool
}

// Resolver decides who requests are. Make one with [New]; it is safe for concurrent use.
type Resolver struct {
	key              instance.PublishableKey
	authn            *authn.Authenticator
	lapsed           *token.Verifier
	selector         *selection.Selector
	keyring          *sealed.Keyring
	revoked          func(sessionID, userID string, issuedAt time.Time) bool
	membership       func(organizationID, userID string, issuedAt time.Time) bool // revoked
	now              func() time.Time
	logger           *slog.Logger
	clockSkew        time.Duration
	satellite        bool
	reading          *Reading // nil: no pages are read while Clerk is down
	acceptsAnyAnswer bool
}

// New returns a resolver.
func New(c Config) *Resolver {
	return &Resolver{
		key: c.Key, authn: c.Authenticator, lapsed: c.Lapsed, selector: c.Selector, keyring: c.Keyring, revoked: c.Revoked, membership: c.MembershipRevoked, now: c.Now,
		logger: c.Logger, clockSkew: max(cmp.Or(c.ClockSkew, token.DefaultClockSkew), 0), satellite: c.Satellite,
		reading: c.Reading, acceptsAnyAnswer: c.UnsafeAcceptUnsolicitedHandshakes,
	}
}

// Decision says who a request is. It is never changed.
type Decision struct {
	// Basis is what the browser's own credentials say.
	Basis *authn.State
	// State is what holds for the request: Basis, or what a foreign site or a selection makes of it.
	State *authn.State
	// BaseSessionID is the browser's own session where State is about one that the browser has switched to; else empty.
	BaseSessionID string
	// Actor is who acts as the user in a session that the browser has switched to; nil: the user.
	Actor *token.Actor
	// SelectionEnded says that the session that the browser had switched to has ended. The person has to be told.
	SelectionEnded bool
	// Cookies are for the browser, in front of those in the state's header.
	Cookies []*http.Cookie
	// Renewal is an attempt to have Clerk renew the session for this request; nil: there was none.
	Renewal *Renewal
	// Overdue is who may go on reading pages while Clerk is down, although State signs no user in; nil: no user may.
	Overdue *Overdue
	// NoStore says that the response may not be kept, because cookies have moved.
	NoStore bool
}

// Renewal is an attempt to renew the session of a request.
type Renewal struct {
	State *authn.State // that came of it
	Took  time.Duration
}

// run is one request on its way through the resolver.
type run struct {
	*Resolver

	ctx     context.Context //nolint:containedctx // a run lives as long as one call
	visit   visit.Visit
	cookies []*http.Cookie
	renewal *Renewal
}

func (r *Resolver) begin(ctx context.Context, v visit.Visit) *run {
	return &run{Resolver: r, ctx: ctx, visit: v}
}

// set has the browser get a cookie.
func (n *run) set(cookie ...*http.Cookie) { n.cookies = append(n.cookies, cookie...) }

// Request decides who sent a request to a route that takes certain kinds of tokens. The context, which is made from the request's, bounds what
// Clerk is asked.
func (r *Resolver) Request(ctx context.Context, v visit.Visit, accepts authn.Accepts) Decision {
	n := r.begin(ctx, v)
	cookies := r.chooseCookies(ctx, v.Request.Header["Cookie"])
	request := n.request(accepts, cookies)
	trial := n.beginReading(accepts)
	request.BeforeRenewal = n.tries(trial)
	basis := n.authenticate(request) //nolint:contextcheck // the run has it
	moved := clerkcookie.Set(0)
	if basis.Carrier != authn.CarrierHeader {
		moved = cookies.misplaced(basis)
		n.expireMisplaced(cookies, moved)
	}
	decision := n.settle(basis)
	decision.Overdue = n.overdue(trial, basis)
	decision.NoStore = moved != 0
	return decision
}

// Again decides once more about the session that the browser has switched to, on what is known of its own session.
func (r *Resolver) Again(v visit.Visit, basis *authn.State) Decision {
	return r.begin(v.Request.Context(), v).settle(basis)
}

// settle says what holds for a request whose credentials say that.
func (n *run) settle(basis *authn.State) Decision {
	decision := Decision{Basis: basis, State: basis}
	switch {
	case IsForeign(n.visit, basis):
		decision.State = SignedOut(basis, reason.CrossOriginRequest, nil)
	case n.visit.Account != "":
		n.account(&decision)
	case basis.Reason == authn.ReasonSessionTokenAndUATMissing:
		n.set(selection.Drop(n.visit)...) // signed out for good, not merely expired
	case selection.Applies(n.visit, basis):
		n.follow(&decision)
	}
	decision.Cookies, decision.Renewal = n.cookies, n.renewal
	return decision
}

// follow makes the selected session the request's. Where the session can't be used, nothing is done in the name of another account
// until the person has been told.
func (n *run) follow(decision *Decision) {
	basis := decision.Basis
	selected, readable := n.selector.Open(n.visit)
	if readable && selected.SessionID == basis.Claims.SessionID {
		n.set(selection.Drop(n.visit)...) // the browser's own by now
		return
	}
	raw, claims, err := n.selector.Token(n.ctx, basis.Claims, selected) // one that can't be read names no session: it is over
	switch {
	case err == nil:
		state := *basis
		state.Claims, state.Token = claims, raw
		decision.State, decision.BaseSessionID, decision.Actor = &state, basis.Claims.SessionID, selected.Actor()
	case errors.Is(err, selection.ErrOver):
		decision.State, decision.SelectionEnded = SignedOut(basis, reason.SelectionEnded, nil), true
	default:
		decision.State = SignedOut(basis, reason.ClerkUnavailable, err)
	}
}

// IsForeign reports whether a cookie signs a user in for a request that another site may have caused. Such a request is
// never signed in, whether a guard stands in front of its handler or not.
func IsForeign(v visit.Visit, state *authn.State) bool {
	return state.Status == authn.SignedIn && state.Carrier == authn.CarrierCookie && v.Foreign() != nil
}

// SignedOut returns a state that signs no user in, and leaves the browser's cookies as the given one does.
func SignedOut(state *authn.State, because authn.Reason, upstream error) *authn.State {
	out := *state
	out.Status, out.Claims, out.Token, out.Reason, out.Upstream = authn.SignedOut, nil, "", because, upstream
	return &out
}

// authenticate decides as Clerk does, and then renews, or refuses, the session.
func (n *run) authenticate(request authn.Request) *authn.State {
	var state *authn.State
	if n.acceptsAnyAnswer {
		state = n.authn.Authenticate(request)
	} else {
		state = n.authenticateArrival(&request)
	}
	if took, asked := state.Renewal(); asked {
		n.renewal = &Renewal{State: state, Took: took}
	}
	if n.renewable(state) {
		began := n.now()
		state = n.authn.Renew(request)
		n.renewal = &Renewal{State: state, Took: n.now().Sub(began)}
	}
	switch {
	case n.isRevoked(state):
		state = n.authn.Handshake(request, reason.SessionRevoked)
	case n.membershipChanged(state):
		state = n.renewMembership(request, state)
	}
	switch {
	case state.Status != authn.Handshake, state.Upstream != nil: // the browser is sent nowhere; 5xx and 429 have codes, too
	case state.Reason == reason.SessionRevoked:
		n.set(n.visit.Keep(visit.SessionEnded, "", visit.EndedBySignOut))
	case state.Reason.RefreshRefused():
		n.set(n.visit.Keep(visit.SessionEnded, "", visit.EndedSomehow))
	}
	if !n.acceptsAnyAnswer && state.Upstream == nil { // else the browser is sent nowhere
		n.beginHandshake(state, request.RedirectCount)
	}
	return state
}

// Renew has the session of a request renewed with the browser's refresh token, and reports whether its user is signed in by it.
func (r *Resolver) Renew(v visit.Visit, accepts authn.Accepts) (state *authn.State, renewed bool) {
	n := r.begin(v.Request.Context(), v)
	state = r.authn.Renew(n.request(accepts, r.chooseCookies(n.ctx, v.Request.Header["Cookie"])))
	return state, state.Status == authn.SignedIn && !r.isRevoked(state) && !r.membershipChanged(state)
}

// request is what package authn decides about.
func (n *run) request(accepts authn.Accepts, cookies rightCookies) authn.Request {
	v := n.visit
	return authn.Request{
		HTTP: asGet(presenting(v.Request, accepts.Clients())), Context: n.ctx, Origin: v.Origin.String(), BasePath: v.OuterBasePath(), AccountPath: v.AccountPart(), Client: v.Client(),
		Accepts: accepts, Cookies: cookies.Jar, Passive: v.Prefetch(),
	}
}

// presenting returns the request with the token that it presents in the Authorization header, in the form that package authn reads.
func presenting(r *http.Request, clients *authn.Clients) *http.Request {
	if clients != nil {
		raw, safe := bearer.Found(r, clients.TokenFrom)
		r = bearer.Presenting(r, raw, safe)
	}
	return bearer.Normalize(r)
}

// asGet returns the request as the decision sees it: HEAD is GET, but never sent to a handshake.
func asGet(r *http.Request) *http.Request {
	if r.Method != http.MethodHead {
		return r
	}
	get := r.Clone(r.Context())
	get.Method = http.MethodGet
	get.Header.Set("Sec-Fetch-Dest", "empty")
	return get
}

// renewable reports whether an expired token may be renewed although the request is no GET: the browser was signed in a
// moment ago, and the request comes, provably, from one of the application's own pages. Without it every form that is
// open for longer than a minute would be lost.
func (n *run) renewable(state *authn.State) bool {
	return state.Status == authn.SignedOut && state.Reason.Expired() && state.Carrier == authn.CarrierCookie &&
		state.Upstream == nil && !n.visit.Safe() && !n.visit.Prefetch() && n.visit.Foreign() == nil
}

func (r *Resolver) isRevoked(state *authn.State) bool {
	return state.Claims != nil && r.revoked(state.Claims.SessionID, state.Claims.UserID, state.Claims.IssuedAt)
}

// binding keeps what is sealed for this instance from being used with another one that has the same keys.
func (r *Resolver) binding() []byte { return []byte(r.key.String()) }
