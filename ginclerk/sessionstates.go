package ginclerk

import (
	"context"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"

	"github.com/ginclerk/ginclerk/ginclerk/session"
)

const (
	// sessionStateLife is how long an answer about a session is good: as long as Clerk's own tokens.
	sessionStateLife = time.Minute
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

// sessionState is what Clerk said, and when.
type sessionState struct {
	session session.Session
	at      time.Time
}

func newSessionStates(reader sessionReader, now func() time.Time) (*sessionStates, error) {
	known, err := otter.New(&otter.Options[string, sessionState]{MaximumSize: maxSessionStates})
	if err != nil {
		return nil, err
	}
	return &sessionStates{reader: reader, now: now, known: known}, nil
}

// get returns the state of a session, at most a minute old. Its errors are those of [session.Reader]; they are not kept.
func (s *sessionStates) get(ctx context.Context, sessionID string) (session.Session, error) {
	if state, found := s.known.GetIfPresent(sessionID); found && s.now().Sub(state.at) < sessionStateLife {
		return state.session, nil
	}
	return s.ask(ctx, sessionID)
}

// ask asks Clerk, once for all who want to know at the same time. No caller's end ends it for the others.
func (s *sessionStates) ask(ctx context.Context, sessionID string) (session.Session, error) {
	asked := s.flight.DoChan(sessionID, func() (any, error) {
		shared, cancel := context.WithTimeout(context.WithoutCancel(ctx), stateTimeout)
		defer cancel()
		at := s.now()
		got, err := s.reader.Session(shared, sessionID)
		if err == nil {
			s.known.Set(sessionID, sessionState{session: got, at: at})
		}
		return got, err
	})
	select {
	case <-ctx.Done():
		return session.Session{}, ctx.Err()
	case answer := <-asked:
		got, _ := answer.Val.(session.Session) // the zero session with an error
		return got, answer.Err
	}
}

// forget drops what is known about a session that has changed.
func (s *sessionStates) forget(sessionID string) { s.known.Invalidate(sessionID) }
