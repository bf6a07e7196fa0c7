package ginclerk

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/resolve"
	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Auth says who a request is. It is never changed after [Clerk.Attach] made it and is safe for concurrent use. The zero
// value has no user.
type Auth struct {
	// UserID and SessionID are empty without a user. A session with an unfinished task (pending) counts as none; its status
	// is still told.
	UserID        string
	SessionID     string
	SessionStatus token.SessionStatus

	// The active organization; empty without one. The role has its prefix: org:admin.
	OrganizationID   string
	OrganizationSlug string
	OrganizationRole string

	// Actor is who acts as the user (impersonation; the claim act): its Subject is the actor's id, which may
	// be empty. nil: no one does.
	Actor *token.Actor

	// Claims are those of the session token, custom ones among them; nil without a user and for a machine.
	Claims *token.Claims
	// Machine is the API key, OAuth or machine-to-machine token of the request, on routes that take one
	// ([Clerk.RequireToken]); nil otherwise. A request with one is not signed in: it has no session.
	Machine *token.MachineToken
	// Reason says in Clerk's words why no user is signed in; empty when one is.
	Reason authn.Reason

	by      *tenant           // who says so
	own     *ownToken         // nil without a user and for a machine
	stale   *token.Unverified // a cookie's token that signed no user in; nil without one
	accepts authn.Accepts
	// baseSessionID is the browser's own session where it has switched to another; else empty.
	baseSessionID string
	carrier       authn.Carrier
	unavailable   error
	asked         *bool     // is set when a function reads this before it is known who the request is; nil once that is known
	decision      *decision // what it rests on; nil where no Clerk has decided
}

// String names the user, or says why none is signed in.
func (a Auth) String() string {
	if a.UserID == "" {
		return "ginclerk.Auth{" + string(a.Reason) + "}"
	}
	return "ginclerk.Auth{" + a.UserID + "}"
}

// Format keeps the token out of text of every verb.
func (a Auth) Format(state fmt.State, _ rune) { unprinted.Write(state, a.String()) }

// LogValue keeps the token out of logs.
func (a Auth) LogValue() slog.Value { return slog.StringValue(a.String()) }

// SignedIn reports whether a user is signed in.
func (a *Auth) SignedIn() bool { return a.UserID != "" }

// Impersonated reports whether another person acts as the user, such as support staff. What only the user may do, such as
// ending the user's sessions or changing a password, is then for the application to refuse.
func (a *Auth) Impersonated() bool { return a.SignedIn() && a.Actor != nil }

// Has reports whether the session passes every check that is asked for; false without a user and for an empty check. The rules
// are those of Clerk's has().
func (a *Auth) Has(check token.Check) bool {
	return a.SignedIn() && a.Claims.Has(check)
}

// ByCookie reports whether a cookie authenticated the request. A signed-in one that is unsafe comes provably from one of the
// application's own pages; another site may have caused a GET.
func (a *Auth) ByCookie() bool { return a.carrier == authn.CarrierCookie }

// Switched reports whether the session is another one of this browser than its own, chosen with [Clerk.SwitchSession] where
// Clerk itself could not be told.
func (a *Auth) Switched() bool { return a.baseSessionID != "" }

// Unavailable returns why it is not known who the request is: Clerk could not be reached. It is nil otherwise.
func (a *Auth) Unavailable() error { return a.unavailable }

// authKey is the key of the Auth in Gin's context and in the request's.
type authKey struct{}

// From returns who the request is. It never returns nil: without [Clerk.Attach] in front, or before it, no user is signed in.
func From(c *gin.Context) *Auth {
	if value, found := c.Get(authKey{}); found {
		if auth, ok := value.(*Auth); ok {
			return auth.read()
		}
	}
	return &Auth{}
}

// FromContext is [From] for code that has only a context, such as templates and services: the request's own, Gin's, a copy of
// Gin's ([gin.Context.Copy]), or one that was made of these. Gin uses its context again for another request once the handlers
// have returned: what goes on for longer takes c.Request.Context() or a copy.
func FromContext(ctx context.Context) *Auth {
	if auth, ok := ctx.Value(authKey{}).(*Auth); ok {
		return auth.read()
	}
	// Gin's context finds nothing of the request's by itself, unless gin.Engine.ContextWithFallback is on.
	if c, ok := ctx.Value(gin.ContextKey).(*gin.Context); ok {
		return From(c)
	}
	return &Auth{}
}

// requestOf is the context of the request that Gin's context is about, or one that was made of it: these do not end with the
// request, and Gin uses its own again for another one. Any other context stays what it is.
func requestOf(ctx context.Context) context.Context {
	if c, ok := ctx.Value(gin.ContextKey).(*gin.Context); ok && c.Request != nil {
		return c.Request.Context()
	}
	return ctx
}

// read notes for a probe that a function has asked who the request is.
func (a *Auth) read() *Auth {
	if a.asked != nil {
		*a.asked = true
	}
	return a
}

// newAuth is what handlers see of a decision.
func (k *tenant) newAuth(basis *decision, decided resolve.Decision, accepts authn.Accepts) *Auth {
	state := decided.State
	auth := &Auth{
		Reason: state.Reason, by: k, accepts: accepts, carrier: state.Carrier, unavailable: state.Upstream, decision: basis,
	}
	if state.Status != authn.SignedIn {
		auth.stale = state.SessionCookie()
		return auth
	}
	if state.Claims == nil {
		auth.Machine = state.Machine
		return auth
	}
	claims := state.Claims
	auth.SessionStatus = claims.SessionStatus
	if state.Pending() {
		auth.Reason = reason.SessionPending
		return auth
	}
	auth.UserID, auth.SessionID = claims.UserID, claims.SessionID
	auth.OrganizationID, auth.OrganizationSlug = claims.OrganizationID, claims.OrganizationSlug
	auth.OrganizationRole = claims.OrganizationRole
	auth.Claims, auth.Actor = claims, claims.Actor
	auth.own = newOwnToken(state, claims)
	auth.baseSessionID = decided.BaseSessionID
	if auth.Actor == nil { // should the token not say it
		auth.Actor = decided.Actor
	}
	return auth
}
