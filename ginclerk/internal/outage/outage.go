// Package outage tells an outage of Clerk from a call that one request made fail.
//
// What a request brings goes to Clerk when its session is to be renewed: a refresh token, headers that describe the browser. Whoever sends a
// request chooses them, and a firewall or a fault at Clerk may answer some of them as an outage is answered. So a renewal that
// had no answer proves nothing. A [Watch] then asks Clerk about the session itself: nothing of that question is the request's but the id of the
// session, which the token's signature vouches for. Only if that has no answer, either, Clerk counts as down.
//
// While Clerk is down, few requests wait for it: one at a time tries whether it answers again, and the others are told at once. What Clerk has
// refused to renew before it went down stays refused.
package outage

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkwait"
	"github.com/ginclerk/ginclerk/ginclerk/internal/flight"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

const (
	// Target is what events of outages name.
	Target = "clerk"
	// pause is how long nobody asks Clerk after it has been found down.
	pause = 5 * time.Second
	// maxRefused is how many sessions are remembered that Clerk has refused to renew.
	maxRefused = 10_000
)

// ErrStanding says that Clerk was found down a moment ago, so that it is not asked.
var ErrStanding = errors.New("ginclerk: Clerk was down a moment ago")

// Config is what a [Watch] is made of. All fields are required.
type Config struct {
	// Ask asks Clerk about a session. An error for which Down is false is an answer.
	Ask func(ctx context.Context, sessionID string) error
	// Down reports whether an error says that Clerk gave no answer. It must be false for the end of the caller's own context.
	Down func(error) bool
	// Patience is how long one request waits for Clerk. The others are told that Clerk is down while one tries for that long. Half of it is for
	// the question about the session, which takes a little less: an answer that is late is none.
	Patience time.Duration
	Observer observe.Observer
	Now      func() time.Time
}

// Watch knows whether Clerk is down. Make one with [New]; it is safe for concurrent use.
type Watch struct {
	config    Config
	refused   *otter.Cache[string, time.Time] // when Clerk refused to renew a session
	questions flight.Group

	down atomic.Bool // found; a quick look without the lock

	mu    sync.Mutex
	found time.Time // when Clerk was found down last; zero: it is not down
	tried time.Time // since when one request has been trying; zero: none
}

// New returns a watch that has found no outage.
func New(config Config) (*Watch, error) {
	refused, err := otter.New(&otter.Options[string, time.Time]{MaximumSize: maxRefused})
	if err != nil {
		return nil, fmt.Errorf("outage: %w", err)
	}
	return &Watch{config: config, refused: refused, questions: flight.Group{Timeout: config.Patience * 2 / 5}}, nil
}

// Trial is the part of one request in finding out whether Clerk is down. The zero value has none.
type Trial struct{ tries bool }

// Begin is for a request that is about to have its session renewed. The error is [ErrStanding] where it should not ask Clerk; else it goes
// on, and what becomes of it is told to [Watch.Confirm], [Watch.Answered] or [Watch.Leave].
func (w *Watch) Begin(t *Trial) error {
	if !w.down.Load() {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.config.Now()
	switch {
	case w.found.IsZero():
		return nil
	case within(now, w.found, pause), w.triedBy(now):
		return ErrStanding
	default:
		w.tried, t.tries = now, true
		return nil
	}
}

// triedBy reports whether another request is trying, and Clerk was found down so short a time ago that this says something.
func (w *Watch) triedBy(now time.Time) bool {
	return !w.tried.IsZero() && within(now, w.tried, w.config.Patience) && within(now, w.found, pause+w.config.Patience)
}

// within reports whether a moment is less than that ago. One that is to come, since the clock was set back, is not.
func within(now, moment time.Time, life time.Duration) bool {
	age := now.Sub(moment)
	return age >= 0 && age < life
}

// Answered says that Clerk has answered a renewal, with yes or no. It ends an outage.
func (w *Watch) Answered(ctx context.Context) {
	if !w.down.Load() {
		return
	}
	w.mu.Lock()
	ended := !w.found.IsZero()
	w.found, w.tried = time.Time{}, time.Time{}
	w.down.Store(false)
	w.mu.Unlock()
	if ended {
		w.config.Observer.Observe(ctx, observe.Event{Kind: observe.OutageEnded, Target: Target})
	}
}

// Leave says that a request has found out nothing: its sender has gone, or was not asked for after all.
func (w *Watch) Leave(t *Trial) {
	if !t.tries {
		return
	}
	t.tries = false
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tried = time.Time{}
}

// Confirm is for a request whose renewal had no answer. It asks Clerk about the session, whose id must be vouched for, and reports whether
// Clerk is down.
func (w *Watch) Confirm(ctx context.Context, t *Trial, sessionID string) bool {
	err := w.ask(ctx, sessionID)
	switch {
	case ctx.Err() != nil, errors.Is(err, clerkwait.ErrSpent): // Clerk has not had the time for an answer
		w.Leave(t)
		return false
	case err == nil || !errors.Is(err, errTimedOut) && !w.config.Down(err):
		w.Answered(ctx)
		return false
	}
	w.mu.Lock()
	began := w.found.IsZero()
	w.found, w.tried, t.tries = w.config.Now(), time.Time{}, false
	w.down.Store(true)
	w.mu.Unlock()
	if began {
		w.config.Observer.Observe(ctx, observe.Event{Kind: observe.OutageBegan, Target: Target, Err: err})
	}
	return true
}

// errTimedOut is the error of a question for which Clerk has had its time.
var errTimedOut = errors.New("ginclerk: Clerk has not answered in time")

// ask asks Clerk once for all requests of a session that ask at the same time. An error is nil where Clerk has answered.
func (w *Watch) ask(ctx context.Context, sessionID string) error {
	_, err := flight.Do(ctx, &w.questions, sessionID, func(ctx context.Context) (struct{}, error) {
		err := w.config.Ask(ctx, sessionID)
		if errors.Is(err, context.DeadlineExceeded) && ctx.Err() != nil { // no browser can end this context
			err = errors.Join(errTimedOut, err)
		}
		return struct{}{}, err
	})
	return err
}

// Refuse remembers that the session is not to be renewed by what there is of it now: Clerk has refused that, or its user has signed out.
func (w *Watch) Refuse(sessionID string) { w.refused.Set(sessionID, w.config.Now()) }

// Refused reports whether a token of a session was issued before the session was refused. Tokens count whole seconds: one from the same second
// may be from before.
func (w *Watch) Refused(sessionID string, issuedAt time.Time) bool {
	at, found := w.refused.GetIfPresent(sessionID)
	return found && issuedAt.Unix() <= at.Unix()
}
