package ginclerk

import (
	"context"
	"errors"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"

	"github.com/ginclerk/ginclerk/ginclerk/session"
)

const (
	// sessionStateLife is how long an answer about a session is good: as long as Clerk's own tokens.
	sessionStateLife = time.Minute
	// noSessionLife is how long it is good that Clerk knows no such session.
	noSessionLife    = 10 * time.Second
	maxSessionStates = 10_000
	stateTimeout     = 10 * time.Second
)

// sessionReader tells of a session, as [session.Reader] does.
type sessionReader interface {
	Session(ctx context.Context, sessionID string) (session.Session, error)
}

// sessionStates answers what tokens don't tell about sessions, and asks Clerk at most once in a while for each. It is safe
// for concurrent use.
type sessionStates struct {
	reader sessionReader
	now    func() time.Time
	known  *otter.Cache[string, sessionState]
	flight singleflight.Group
}

// sessionState is what Clerk said, and when it was asked.
type sessionState struct {
	session session.Session
	at      time.Time
	missing error // matches [session.ErrNotFound]; nil where Clerk knows the session
}

// good reports whether the answer still counts. One from before the clock went back does not.
func (s sessionState) good(now time.Time) bool {
	life := sessionStateLife
	if s.missing != nil {
		life = noSessionLife
	}
	age := now.Sub(s.at)
	return age >= 0 && age < life
}

func newSessionStates(reader sessionReader, now func() time.Time) (*sessionStates, error) {
	known, err := otter.New(&otter.Options[string, sessionState]{MaximumSize: maxSessionStates})
	if err != nil {
		return nil, err
	}
	return &sessionStates{reader: reader, now: now, known: known}, nil
}

// get returns a session as Clerk said that it was at most a minute ago. Its errors are those of [session.Reader]. Of these it keeps
// [session.ErrNotFound] alone, for ten seconds.
func (s *sessionStates) get(ctx context.Context, sessionID string) (session.Session, error) {
	state, err := s.look(ctx, sessionID)
	return state.session, err
}

// look is get for who needs to know when Clerk was asked.
func (s *sessionStates) look(ctx context.Context, sessionID string) (sessionState, error) {
	if state, found := s.known.GetIfPresent(sessionID); found && state.good(s.now()) {
		return state, state.missing
	}
	return s.ask(ctx, sessionID)
}

// ask asks Clerk, once for all who want to know at the same time. No caller's end ends it for the others.
func (s *sessionStates) ask(ctx context.Context, sessionID string) (sessionState, error) {
	asked := s.flight.DoChan(sessionID, func() (any, error) {
		shared, cancel := context.WithTimeout(context.WithoutCancel(ctx), stateTimeout)
		defer cancel()
		at := s.now()
		got, err := s.reader.Session(shared, sessionID)
		state := sessionState{session: got, at: at}
		switch {
		case errors.Is(err, session.ErrNotFound):
			state = sessionState{at: at, missing: err}
		case err != nil:
			return sessionState{}, err
		}
		s.known.Set(sessionID, state)
		return state, state.missing
	})
	select {
	case <-ctx.Done():
		return sessionState{}, ctx.Err()
	case answer := <-asked:
		state, _ := answer.Val.(sessionState) // the zero value with an error
		return state, answer.Err
	}
}

// forget drops what is known about a session that has changed.
func (s *sessionStates) forget(sessionID string) { s.known.Invalidate(sessionID) }
