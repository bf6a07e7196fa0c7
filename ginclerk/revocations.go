package ginclerk

import (
	"context"
	"errors"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sessionstate"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Revocations remembers which sessions are ended although their tokens have not expired: a [revocation.Set] for one process,
// redisstore.Revocations for many. It is used concurrently.
type Revocations interface {
	// Revoke adds entries. They count here from then on, whatever it returns; an error means that other replicas could not
	// be told.
	Revoke(ctx context.Context, entries ...revocation.Entry) error
	// Revoked reports whether a token of the session and user, issued at that time, is to be refused.
	Revoked(sessionID, userID string, issuedAt time.Time) bool
	// Changed returns a channel that is closed when the next entry is added.
	Changed() <-chan struct{}
}

// errTenants is what a Clerk of [NewTenants] says where only that of one tenant can do what is asked.
var errTenants = errors.New("ginclerk: this Clerk stands for many tenants: ask the Clerk of the tenant")

// RevokeSession has every token of a session refused from now on, by this application and, with shared
// [Stores.Revocations], by its replicas. It does not end the session at Clerk; [Clerk.Sessions] does both. An error means
// that replicas could not be told.
func (k *Clerk) RevokeSession(ctx context.Context, sessionID string) error {
	return k.Revoke(ctx, revocation.Entry{SessionID: sessionID})
}

// RevokeUser is [Clerk.RevokeSession] for all tokens of a user that were issued at a time or before.
func (k *Clerk) RevokeUser(ctx context.Context, userID string, issuedBefore time.Time) error {
	return k.Revoke(ctx, revocation.Entry{UserID: userID, IssuedBefore: issuedBefore})
}

// Revoke adds entries to the application's [Revocations], and forgets what was known of their sessions. It is what a
// webhook.Receiver feeds. Entries stand for [Clerk.RevocationLifetime] at least, whatever they say.
func (k *Clerk) Revoke(ctx context.Context, entries ...revocation.Entry) error {
	if k.own == nil {
		return errTenants
	}
	return k.own.revoke(ctx, entries...)
}

// RevocationLifetime is how long a revocation has to be remembered: as long as a token can live, by anybody's clock. It is 0 for a Clerk
// of [NewTenants].
func (k *Clerk) RevocationLifetime() time.Duration {
	if k.own == nil {
		return 0
	}
	return k.own.revocationLifetime()
}

func (k *tenant) revocationLifetime() time.Duration {
	return k.config.Tokens.MaxLifetime + 2*max(k.config.Tokens.ClockSkew, token.DefaultClockSkew)
}

func (k *tenant) revoke(ctx context.Context, entries ...revocation.Entry) error {
	least := k.now().Add(k.revocationLifetime())
	standing := make([]revocation.Entry, 0, len(entries))
	for _, entry := range entries {
		if entry.SessionID != "" {
			k.core.States.Forget(entry.SessionID)
			k.core.Tokens.Forget(entry.SessionID)
		}
		if entry.Until.Before(least) {
			entry.Until = least
		}
		standing = append(standing, entry)
	}
	err := k.revocations.Revoke(ctx, standing...)
	for _, entry := range standing {
		k.observer.Observe(ctx, observe.Event{Kind: observe.Revoked, UserID: entry.UserID, SessionID: entry.SessionID, Err: err})
	}
	return err
}

// revokesEverywhere reports whether what is revoked now is refused by all replicas at once. It is false while they can't be
// told; they then go on accepting a token until it expires, which by Clerk's default is within a minute.
func (k *tenant) revokesEverywhere() bool {
	shared, ok := k.revocations.(interface{ Connected() bool })
	return !ok || shared.Connected()
}

// rememberingRevoker has sessions that were ended at Clerk refused here at once, and those that had ended there a moment before.
type rememberingRevoker struct {
	next  session.Revoker
	clerk *tenant
}

// Revoke implements [session.Revoker]. That replicas could not be told is no failure: the session has ended.
func (r rememberingRevoker) Revoke(ctx context.Context, sessionID string) error {
	err := r.next.Revoke(ctx, sessionID)
	if err == nil || errors.Is(err, session.ErrNotFound) {
		r.clerk.remember(context.WithoutCancel(ctx), sessionID)
	}
	return err
}

// rememberingReader has sessions refused at once that Clerk says are over: a user who asks to end one that has just been ended
// elsewhere is told that it is done, and the token of that session may live for a while.
type rememberingReader struct {
	session.Reader
	clerk *tenant
}

// Session implements [session.Reader].
func (r rememberingReader) Session(ctx context.Context, sessionID string) (session.Session, error) {
	got, err := r.Reader.Session(ctx, sessionID)
	if err == nil && !got.Status.Live() && !r.clerk.revocations.Revoked(got.ID, "", r.clerk.now()) {
		r.clerk.remember(context.WithoutCancel(ctx), got.ID)
	}
	return got, err
}

// remember has sessions refused that are known to have ended.
func (k *tenant) remember(ctx context.Context, sessionIDs ...string) {
	entries := make([]revocation.Entry, 0, len(sessionIDs))
	for _, id := range sessionIDs {
		entries = append(entries, revocation.Entry{SessionID: id})
	}
	_ = k.revoke(ctx, entries...) // the observer is told where other replicas could not be
}

// Causes of the end of a watched session's context, as context.Cause tells them.
var (
	// ErrSessionEnded: the session was revoked, has ended or has expired.
	ErrSessionEnded = answer.ErrSessionEnded
	// ErrSessionUnknown: Clerk could not be asked for longer than a session may go unasked.
	ErrSessionUnknown = answer.ErrSessionUnknown
)

const (
	// watchInterval is how often Clerk is asked about a session that is being watched: as often as a browser would have to
	// renew its token.
	watchInterval = sessionstate.Life
	// watchPatience is how long a stream goes on while Clerk can't be reached. An outage is no sign-out, but a stream must not
	// outlive its session for ever.
	watchPatience = 10 * time.Minute
)

// WatchSession returns a context that ends when the session of the request does, for server-sent events, WebSockets and
// whatever else goes on for longer than a token lives: at once where the session is revoked here, by another replica or by a
// webhook ([Stores.Revocations]), and within a minute where only Clerk knows. The context must be one that [FromContext] reads; it
// also ends with the request, when the browser leaves, Gin's context included. context.Cause tells why it ended: [ErrSessionEnded], [ErrSessionUnknown] after ten minutes during which Clerk
// could not be reached, [ErrSignedOut] at once without a user. Call the function when the stream is over.
func WatchSession(ctx context.Context) (context.Context, context.CancelFunc) {
	watched, end := context.WithCancelCause(ctx)
	stop := func() { end(context.Canceled) }
	auth := FromContext(ctx)
	if !auth.SignedIn() {
		end(ErrSignedOut)
		return watched, stop
	}
	request, leave := context.WithCancelCause(requestOf(ctx))
	context.AfterFunc(watched, func() { leave(context.Cause(watched)) })
	context.AfterFunc(request, func() { end(context.Cause(request)) })
	go auth.by.watch(request, auth, end)
	return watched, stop
}

// watch tells when the session is over. It returns when the context has ended.
func (k *tenant) watch(ctx context.Context, auth *Auth, end context.CancelCauseFunc) {
	known := k.now()                // when the session was last known to live
	vouched := auth.Claims.IssuedAt // revocations of all that was issued before then concern it
	next := time.NewTimer(min(max(auth.Claims.ExpiresAt.Sub(known), time.Second), watchInterval))
	defer next.Stop()
	for {
		changed := k.revocations.Changed() // before the question: what changes in between is not missed
		if k.revokedSince(auth, vouched) {
			end(ErrSessionEnded)
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
			continue
		case <-next.C:
		}
		wait := watchInterval
		switch asked, err := k.stillActive(ctx, auth); {
		case err == nil:
			known, wait = asked, max(watchInterval-k.now().Sub(asked), time.Second)
			if asked.After(vouched) {
				vouched = asked
			}
		case errors.Is(err, ErrSessionEnded):
			end(ErrSessionEnded)
		case k.now().Sub(known) >= watchPatience:
			end(ErrSessionUnknown)
		}
		next.Reset(wait)
	}
}

// revokedSince reports whether the session is refused by now, or the one that it was switched to from.
func (k *tenant) revokedSince(auth *Auth, vouched time.Time) bool {
	return k.revocations.Revoked(auth.SessionID, auth.UserID, vouched) ||
		auth.Switched() && k.revocations.Revoked(auth.baseSessionID, "", vouched)
}

// stillActive returns when Clerk was asked, which may have been for another request a moment ago, and said that the session is
// active. ErrSessionEnded is an answer; any other error is none.
func (k *tenant) stillActive(ctx context.Context, auth *Auth) (asked time.Time, err error) {
	got, err := k.core.States.Look(ctx, auth.SessionID)
	switch {
	case errors.Is(err, session.ErrNotFound):
		return time.Time{}, ErrSessionEnded
	case err != nil:
		return time.Time{}, err
	case got.Session.Status != session.Active || got.Session.UserID != auth.UserID:
		return time.Time{}, ErrSessionEnded
	default:
		return got.Asked, k.baseStillLive(ctx, auth)
	}
}

// baseStillLive is nil for a browser that has not switched: without the session that it switched from, the next request is
// refused, and so a stream ends.
func (k *tenant) baseStillLive(ctx context.Context, auth *Auth) error {
	if !auth.Switched() {
		return nil
	}
	base, err := k.core.States.Session(ctx, auth.baseSessionID)
	if errors.Is(err, session.ErrNotFound) || err == nil && !base.Status.Live() {
		return ErrSessionEnded
	}
	return err
}
