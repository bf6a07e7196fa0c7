package ginclerk

import (
	"context"
	"errors"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkwait"
	"github.com/ginclerk/ginclerk/ginclerk/internal/ended"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

// Revocations remembers which sessions are ended although their tokens have not expired: a [revocation.Set] for one process,
// redisstore.Revocations for many. It is used concurrently.
type Revocations interface {
	MembershipRevocations
	// Revoke adds entries. They count here from then on, whatever it returns; an error means that other replicas could not
	// be told.
	Revoke(ctx context.Context, entries ...revocation.Entry) error
	// Revoked reports whether a token of the session and user, issued at that time, is to be refused.
	Revoked(sessionID, userID string, issuedAt time.Time) bool
	// Changed returns a channel that is closed when the next entry is added.
	Changed() <-chan struct{}
}

// MembershipRevocations remembers memberships that have ended or changed although the tokens of their members have not expired. It is a
// part of [Revocations], and is used concurrently.
type MembershipRevocations interface {
	// MembershipRevoked reports whether a token of the user in which the organization is active, issued at that time, is to be
	// refused. An entry with an OrganizationID says so, for one user or without a UserID for all.
	MembershipRevoked(organizationID, userID string, issuedAt time.Time) bool
}

// errTenants is what a Clerk of [NewTenants] says where only that of one tenant can do what is asked.
var errTenants = errors.New("ginclerk: this Clerk stands for many tenants: ask the Clerk of the tenant")

// Revoke has the tokens of sessions and users refused from now on, by this application and, with shared [Stores.Revocations], by its
// replicas: revocation.Entry{SessionID: id} means every token of a session, revocation.Entry{UserID: id, IssuedBefore: time.Now()} all
// tokens of a user so far. revocation.Entry{OrganizationID: id, UserID: id} means the tokens of a member so far, who gets another one with
// the rights that are left; call it after you have changed a membership at Clerk. It does not end sessions at Clerk; [Clerk.Sessions] does both. It is what a webhook.Receiver feeds. An entry
// stands for as long as a token can live at least, whatever it says. An error means that replicas could not be told.
func (k *Clerk) Revoke(ctx context.Context, entries ...revocation.Entry) error {
	own, err := one(k)
	if err != nil {
		return err
	}
	return own.Core.Ended.Revoke(ctx, entries...)
}

// Causes of the end of a watched session's context, as context.Cause tells them.
var (
	// ErrSessionEnded: the session was revoked, has ended or has expired.
	ErrSessionEnded = answer.ErrSessionEnded
	// ErrMembershipChanged: the user's membership in the organization that is active in the session has ended or changed. What the
	// stream may show has to be decided anew, with the token of another request.
	ErrMembershipChanged = answer.ErrMembershipChanged
	// ErrSessionUnknown: Clerk could not be asked for longer than a session may go unasked.
	ErrSessionUnknown = answer.ErrSessionUnknown
)

// WatchSession returns a context that ends when the session of the request does, for server-sent events, WebSockets and
// whatever else goes on for longer than a token lives: at once where the session is revoked here, by another replica or by a
// webhook ([Stores.Revocations]), and within a minute where only Clerk knows. The context must be one that [FromContext] reads; it
// also ends with the request, when the browser leaves, Gin's context included. context.Cause tells why it ended: [ErrSessionEnded], [ErrMembershipChanged], [ErrSessionUnknown] after ten minutes during which Clerk
// could not be reached, [ErrSignedOut] at once without a user. Call the function when the stream is over.
func WatchSession(ctx context.Context) (context.Context, context.CancelFunc) {
	watched, end := context.WithCancelCause(ctx)
	stop := func() { end(context.Canceled) }
	auth := FromContext(ctx)
	switch {
	case auth.SignedIn() && auth.Unavailable() != nil: // it reads a page, and nothing that goes on for longer
		end(ErrSessionUnknown)
		return watched, stop
	case !auth.SignedIn():
		end(ErrSignedOut)
		return watched, stop
	}
	clerkwait.In(ctx).Lift() // a stream goes on for longer than an answer may take
	request, leave := context.WithCancelCause(requestOf(ctx))
	context.AfterFunc(watched, func() { leave(context.Cause(watched)) })
	context.AfterFunc(request, func() { end(context.Cause(request)) })
	go auth.by.Core.Ended.Watch(request, ended.Watched{Claims: auth.Claims, BaseSessionID: auth.who.BaseSessionID}, end)
	return watched, stop
}
