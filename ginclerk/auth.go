package ginclerk

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/identity"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
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

	// Actor is who acts as the user (the claim act), such as support staff (impersonation), or a party that a user's OAuth token was handed
	// on to ([AllowDelegatedTokens]): its Subject is the actor's id, which may be empty. nil: the user alone. What only the user may do, such as ending the user's sessions or changing a password, is for the
	// application to refuse to an actor.
	Actor *token.Actor

	// Claims are those of the session token, custom ones among them; nil without a user and for a machine.
	Claims *token.Claims
	// Machine is the API key, OAuth or machine-to-machine token of the request, on routes that take one
	// ([Clerk.RequireToken]); nil otherwise. A request with one is not signed in: it has no session.
	Machine *token.MachineToken
	// Reason says in Clerk's words why no user is signed in; empty when one is.
	Reason authn.Reason

	by  *tenant            // who says so; nil where no Clerk has decided
	who *identity.Identity // nil in a zero Auth
}

// String names the user, or says why none is signed in.
func (a Auth) String() string {
	if a.UserID == "" {
		return "ginclerk.Auth{" + string(a.Reason) + "}"
	}
	return "ginclerk.Auth{" + a.UserID + "}"
}

// LogValue keeps the claims out of logs.
func (a Auth) LogValue() slog.Value { return slog.StringValue(a.String()) }

// SignedIn reports whether a user is signed in.
func (a *Auth) SignedIn() bool { return a.UserID != "" }

// Has reports whether the user is signed in and meets every requirement, as [Clerk.Require] asks for them; false without a user, and
// without a requirement. The rules are those of Clerk's has(): a role and a permission are those of the active organization. It asks the
// token alone and makes no call.
//
//	if auth.Has(ginclerk.Role("org:admin")) { … }
func (a *Auth) Has(requirements ...Requirement) bool {
	if !a.SignedIn() || len(requirements) == 0 {
		return false
	}
	return !slices.ContainsFunc(requirements, func(q Requirement) bool { return !q.rule.MetBy(a.identity()) })
}

// ByCookie reports whether a cookie authenticated the request. A signed-in one that is unsafe comes provably from one of the
// application's own pages; another site may have caused a GET.
func (a *Auth) ByCookie() bool { return a.identity().ByCookie() }

// Switched reports whether the session is another one of this browser than its own, chosen with [Clerk.SwitchSession] where
// Clerk itself could not be told.
func (a *Auth) Switched() bool { return a.identity().Switched() }

// Unavailable returns why it is not known who the request is: Clerk could not be reached. It is nil otherwise. Of a request that reads a page
// meanwhile ([Auth.ReadOnlyUntil]) it is not nil, although a user is signed in.
func (a *Auth) Unavailable() error { return a.identity().Unavailable }

// ReadOnlyUntil returns until when the user may go on reading pages although the session token has ended, because Clerk can't be reached to renew
// it ([TokenChecks.OutageReading]). The zero time: the session is as good as ever, or no user is signed in.
//
// A page tells its reader; package pages does so in its frame. Such a request has no right ([Auth.Has] is false, and the Claims have no role,
// permission, feature or plan) and no token ([Auth.Token] fails with [ErrClerkUnreachable], as [Auth.User] does). Custom claims are those of
// the token that has ended: don't take a right from them.
func (a *Auth) ReadOnlyUntil() time.Time { return a.identity().ReadUntil }

func (a *Auth) identity() *identity.Identity {
	if a.who == nil {
		return &identity.Identity{}
	}
	return a.who
}

// From returns who the request is. It never returns nil: where neither [Clerk.Attach] nor a guard is in front, before them, and on exempt
// paths no user is signed in, and the Reason is [reason.NotAttached].
func From(c *gin.Context) *Auth { return authOf(exchange.Identity(c).Read()) }

// FromContext is [From] for code that has only a context, such as templates and services: the request's own, Gin's, a copy of
// Gin's ([gin.Context.Copy]), or one that was made of these. Gin uses its context again for another request once the handlers
// have returned: what goes on for longer takes c.Request.Context() or a copy.
func FromContext(ctx context.Context) *Auth { return authOf(exchange.IdentityIn(ctx).Read()) }

// authOf returns what handlers see of an identity.
func authOf(id *identity.Identity) *Auth {
	if auth, ok := id.Shown.(*Auth); ok {
		return auth
	}
	return &Auth{Reason: reason.NotAttached}
}

// place is where the identity of a request is put, with the [Auth] that handlers see.
type place struct {
	auth  Auth
	room  identity.Room
	marks exchange.Marks
}

func (t *tenant) newPlace() exchange.Place { return &place{auth: Auth{by: t}} }

// Room implements [exchange.Place].
func (p *place) Room() *identity.Room { return &p.room }

// Marks implements [exchange.Place].
func (p *place) Marks() *exchange.Marks { return &p.marks }

// Show implements [exchange.Place].
func (p *place) Show(id *identity.Identity) any {
	p.auth = Auth{
		SessionStatus: id.Status, Actor: id.Actor, Claims: id.Claims, Machine: id.Machine, Reason: id.Reason, by: p.auth.by, who: id,
	}
	if claims := id.Claims; claims != nil {
		p.auth.UserID, p.auth.SessionID = claims.UserID, claims.SessionID
		p.auth.OrganizationID, p.auth.OrganizationSlug = claims.OrganizationID, claims.OrganizationSlug
		p.auth.OrganizationRole = claims.OrganizationRole
	}
	return &p.auth
}
