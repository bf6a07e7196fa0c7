package ginclerk

import (
	"context"
	"errors"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sessionstate"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

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
// webhook ([Config.Revocations]), and within a minute where only Clerk knows. The context must be one that [FromContext] reads; it
// also ends with the request, when the browser leaves, Gin's context included. context.Cause tells why it ended: [ErrSessionEnded], [ErrSessionUnknown] after ten minutes during which Clerk
// could not be reached, [ErrSignedOut] at once for nobody. Call the function when the stream is over.
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

// stillActive returns when Clerk was asked, which may have been for somebody else a moment ago, and said that the session is
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
