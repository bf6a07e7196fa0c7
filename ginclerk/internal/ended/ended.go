// Package ended has the tokens of ended sessions refused at once, although they have not expired, and tells who watches a session when
// it has ended.
package ended

import (
	"context"
	"errors"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/sessionstate"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/user"
)

// Revocations remembers which sessions are ended. Package ginclerk says what each method does.
type Revocations interface {
	Revoke(ctx context.Context, entries ...revocation.Entry) error
	Revoked(sessionID, userID string, issuedAt time.Time) bool
	Changed() <-chan struct{}
	Memberships
}

// Memberships remembers which memberships have ended or changed.
type Memberships interface {
	MembershipRevoked(organizationID, userID string, issuedAt time.Time) bool
}

// Config is what a [Sessions] is made of. All fields but Wanted are required.
type Config struct {
	Revocations Revocations
	States      *sessionstate.Cache
	Tokens      *outgoing.Source
	Users       *user.Service
	Observer    observe.Observer
	// Lifetime is how long a revocation is remembered: as long as a token can live, by any clock.
	Lifetime time.Duration
	Now      func() time.Time
	// Wanted is told of a session that is to be ended, before Clerk is asked to; nil: nothing is.
	Wanted func(sessionID string)
}

// Sessions are the ended sessions of an instance. Make one with [New]; it is safe for concurrent use.
type Sessions struct {
	config Config
	began  time.Time // when this process began to remember
}

// New returns the ended sessions that the revocations know.
func New(config Config) *Sessions { return &Sessions{config, config.Now()} }

// Revoked reports whether a token of the session and user, issued at that time, is to be refused.
func (s *Sessions) Revoked(sessionID, userID string, issuedAt time.Time) bool {
	return s.config.Revocations.Revoked(sessionID, userID, issuedAt)
}

// MembershipRevoked reports whether a token of the user in which the organization is active, issued at that time, is to be refused.
func (s *Sessions) MembershipRevoked(organizationID, userID string, issuedAt time.Time) bool {
	return organizationID != "" && s.config.Revocations.MembershipRevoked(organizationID, userID, issuedAt)
}

// Revoke adds entries, which stand for the lifetime at least, and forgets what was known of their sessions and users. An error means that other
// replicas could not be told.
func (s *Sessions) Revoke(ctx context.Context, entries ...revocation.Entry) error {
	least := s.config.Now().Add(s.config.Lifetime)
	standing := make([]revocation.Entry, 0, len(entries))
	for _, entry := range entries {
		if entry.SessionID != "" {
			s.config.States.Forget(entry.SessionID)
			s.config.Tokens.Forget(entry.SessionID)
		}
		if entry.UserID != "" {
			s.config.Users.Forget(entry.UserID)
		}
		if entry.Until.Before(least) {
			entry.Until = least
		}
		standing = append(standing, entry)
	}
	began := s.config.Now()
	err := s.config.Revocations.Revoke(ctx, standing...)
	took := s.config.Now().Sub(began)
	for _, entry := range standing {
		s.config.Observer.Observe(ctx, observe.Event{
			Kind: observe.Revoked, UserID: entry.UserID, SessionID: entry.SessionID, Target: entry.OrganizationID, Duration: took, Err: err,
		})
	}
	return err
}

// Remember has sessions refused that are known to have ended. The observer is told where other replicas could not be.
func (s *Sessions) Remember(ctx context.Context, sessionIDs ...string) {
	entries := make([]revocation.Entry, 0, len(sessionIDs))
	for _, id := range sessionIDs {
		entries = append(entries, revocation.Entry{SessionID: id})
	}
	_ = s.Revoke(ctx, entries...)
}

// RefusedEverywhere reports whether what is revoked now is refused by all replicas at once. It is false while they can't be
// told; they then go on accepting a token until it expires, which by Clerk's default is within a minute.
func (s *Sessions) RefusedEverywhere() bool {
	shared, ok := s.config.Revocations.(interface{ Connected() bool })
	return !ok || shared.Connected()
}

// Known reports whether what was revoked since a moment is known here now, as far as it was revoked here or told. Revocations that replicas
// share outlive a process, and are not known while their store is away. Others are known since the second after the one in which this process began.
func (s *Sessions) Known(since time.Time) bool {
	if shared, ok := s.config.Revocations.(interface{ Connected() bool }); ok {
		return shared.Connected()
	}
	return since.Unix() > s.began.Unix()
}

// Revoker returns a revoker that has sessions refused at once which next has ended at Clerk, or which had ended there a moment before.
func (s *Sessions) Revoker(next session.Revoker) session.Revoker { return revoker{next, s} }

type revoker struct {
	next  session.Revoker
	ended *Sessions
}

// Revoke implements [session.Revoker]. That replicas could not be told is no failure: the session has ended.
func (r revoker) Revoke(ctx context.Context, sessionID string) error {
	if wanted := r.ended.config.Wanted; wanted != nil {
		wanted(sessionID)
	}
	err := r.next.Revoke(ctx, sessionID)
	if err == nil || errors.Is(err, session.ErrNotFound) {
		r.ended.Remember(context.WithoutCancel(ctx), sessionID)
	}
	return err
}

// Reader returns a reader that has sessions refused at once which next says are over: a user who asks to end one that has just been
// ended elsewhere is told that it is done, and the token of that session may live for a while.
func (s *Sessions) Reader(next session.Reader) session.Reader { return reader{next, s} }

type reader struct {
	session.Reader
	ended *Sessions
}

// Session implements [session.Reader].
func (r reader) Session(ctx context.Context, sessionID string) (session.Session, error) {
	got, err := r.Reader.Session(ctx, sessionID)
	if err == nil && !got.Status.Live() && !r.ended.Revoked(got.ID, "", r.ended.config.Now()) {
		r.ended.Remember(context.WithoutCancel(ctx), got.ID)
	}
	return got, err
}
