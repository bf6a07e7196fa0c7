// Package sessionstate answers what session tokens don't tell about sessions, from what Clerk said a moment ago.
package sessionstate

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkwait"
	"github.com/ginclerk/ginclerk/ginclerk/internal/flight"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

const (
	// Life is how long an answer about a session is good: as long as Clerk's own tokens.
	Life = time.Minute
	// missingLife is how long it is good that Clerk knows no such session.
	missingLife = 10 * time.Second
	maxSessions = 10_000
)

// Reader tells of a session, as [session.Reader] does.
type Reader interface {
	Session(ctx context.Context, sessionID string) (session.Session, error)
}

// Cache knows sessions, and asks Clerk at most once a minute for each. Make one with [New]; it is safe for concurrent use.
type Cache struct {
	reader    Reader
	now       func() time.Time
	known     *otter.Cache[string, State]
	questions flight.Group
	changes   atomic.Uint64 // how often a session was forgotten
}

// State is what Clerk said, and when it was asked.
type State struct {
	Session session.Session
	Asked   time.Time

	missing error // matches [session.ErrNotFound]; nil where Clerk knows the session
}

// good reports whether the answer still counts. One from before the clock went back does not.
func (s State) good(now time.Time) bool {
	life := Life
	if s.missing != nil {
		life = missingLife
	}
	age := now.Sub(s.Asked)
	return age >= 0 && age < life
}

// New returns an empty cache of what the reader says.
func New(reader Reader, now func() time.Time) (*Cache, error) {
	known, err := otter.New(&otter.Options[string, State]{MaximumSize: maxSessions})
	if err != nil {
		return nil, err
	}
	return &Cache{reader: reader, now: now, known: known}, nil
}

// Session returns a session as Clerk said that it was at most a minute ago. Its errors are those of [session.Reader]. Of these the
// cache keeps [session.ErrNotFound] alone, for ten seconds.
func (s *Cache) Session(ctx context.Context, sessionID string) (session.Session, error) {
	state, err := s.Look(ctx, sessionID)
	return state.Session, err
}

// Look is [Cache.Session] for callers that need to know when Clerk was asked.
func (s *Cache) Look(ctx context.Context, sessionID string) (State, error) {
	if state, found := s.known.GetIfPresent(sessionID); found && state.good(s.now()) {
		return state, state.missing
	}
	return s.ask(ctx, sessionID)
}

// ask asks Clerk once for all callers that ask at the same time.
func (s *Cache) ask(ctx context.Context, sessionID string) (State, error) {
	state, err := flight.Do(ctx, &s.questions, sessionID, func(ctx context.Context) (State, error) {
		at, changes := s.now(), s.changes.Load()
		got, err := s.reader.Session(ctx, sessionID)
		state := State{Session: got, Asked: at}
		switch {
		case errors.Is(err, session.ErrNotFound):
			state = State{Asked: at, missing: err}
		case err != nil:
			return State{}, err
		}
		if s.changes.Load() == changes { // an answer from before a change is not kept
			s.known.Set(sessionID, state)
		}
		return state, state.missing
	})
	if errors.Is(err, clerkwait.ErrSpent) {
		err = fmt.Errorf("%w: %w", session.ErrUnavailable, err)
	}
	return state, err
}

// Forget drops what is known about a session that has changed. A question that is under way does not count for later callers.
func (s *Cache) Forget(sessionID string) {
	s.changes.Add(1)
	s.questions.Forget(sessionID)
	s.known.Invalidate(sessionID)
}
