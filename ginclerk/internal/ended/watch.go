package ended

import (
	"context"
	"errors"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sessionstate"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

const (
	// watchInterval is how often Clerk is asked about a session that is being watched: as often as a browser would have to
	// renew its token.
	watchInterval = sessionstate.Life
	// watchPatience is how long a stream goes on while Clerk can't be reached. An outage is no sign-out, but a stream must not
	// outlive its session for ever.
	watchPatience = 10 * time.Minute
)

// Watched is a session to watch.
type Watched struct {
	Claims *token.Claims
	// BaseSessionID is the browser's own session where it has switched to this one; else empty.
	BaseSessionID string
}

// Watch calls end with [answer.ErrSessionEnded] when the session is over, with [answer.ErrMembershipChanged] when what the token says of the
// active organization does not hold any more, and with [answer.ErrSessionUnknown] after ten minutes during
// which Clerk could not be asked. It returns when the context has ended.
func (s *Sessions) Watch(ctx context.Context, w Watched, end context.CancelCauseFunc) {
	known := s.config.Now()      // when the session was last known to live
	vouched := w.Claims.IssuedAt // revocations of all that was issued before then concern it
	next := time.NewTimer(min(max(w.Claims.ExpiresAt.Sub(known), time.Second), watchInterval))
	defer next.Stop()
	for {
		changed := s.config.Revocations.Changed() // before the question: what changes in between is not missed
		if s.refusedSince(w, vouched) {
			end(answer.ErrSessionEnded)
		}
		// That Clerk says since then that the session is active says nothing of the membership.
		if s.MembershipRevoked(w.Claims.OrganizationID, w.Claims.UserID, w.Claims.IssuedAt) {
			end(answer.ErrMembershipChanged)
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
			continue
		case <-next.C:
		}
		wait := watchInterval
		switch asked, err := s.stillActive(ctx, w); {
		case err == nil:
			known, wait = asked, max(watchInterval-s.config.Now().Sub(asked), time.Second)
			if asked.After(vouched) {
				vouched = asked
			}
		case errors.Is(err, answer.ErrSessionEnded):
			end(answer.ErrSessionEnded)
		case s.config.Now().Sub(known) >= watchPatience:
			end(answer.ErrSessionUnknown)
		}
		next.Reset(wait)
	}
}

// refusedSince reports whether the session is refused by now, or the one that it was switched to from.
func (s *Sessions) refusedSince(w Watched, vouched time.Time) bool {
	return s.Revoked(w.Claims.SessionID, w.Claims.UserID, vouched) || w.BaseSessionID != "" && s.Revoked(w.BaseSessionID, "", vouched)
}

// stillActive returns when Clerk was asked, which may have been for another request a moment ago, and said that the session is
// active. ErrSessionEnded is an answer; any other error is none.
func (s *Sessions) stillActive(ctx context.Context, w Watched) (asked time.Time, err error) {
	got, err := s.config.States.Look(ctx, w.Claims.SessionID)
	switch {
	case errors.Is(err, session.ErrNotFound):
		return time.Time{}, answer.ErrSessionEnded
	case err != nil:
		return time.Time{}, err
	case got.Session.Status != session.Active || got.Session.UserID != w.Claims.UserID:
		return time.Time{}, answer.ErrSessionEnded
	default:
		return got.Asked, s.baseStillLive(ctx, w)
	}
}

// baseStillLive is nil for a browser that has not switched: without the session that it switched from, the next request is
// refused, and so a stream ends.
func (s *Sessions) baseStillLive(ctx context.Context, w Watched) error {
	if w.BaseSessionID == "" {
		return nil
	}
	base, err := s.config.States.Session(ctx, w.BaseSessionID)
	if errors.Is(err, session.ErrNotFound) || err == nil && !base.Status.Live() {
		return answer.ErrSessionEnded
	}
	return err
}
