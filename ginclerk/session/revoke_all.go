package session

import (
	"context"
	"errors"
	"slices"
	"sync"
)

const (
	// maxRounds bounds how often sessions that appear while others are ended are looked for.
	maxRounds = 5
	// maxConcurrent bounds how many sessions are ended at a time: Clerk counts requests for the whole instance.
	maxConcurrent = 4
)

// ErrStillAppearing is why a session was left alone: new ones appeared as long as they were looked for.
var ErrStillAppearing = errors.New("new sessions kept appearing")

// Failure is a session that could not be ended.
type Failure struct {
	SessionID string
	Err       error
}

// Result tells of every session that [Service.RevokeAll] came across, each once.
type Result struct {
	Revoked     []string  // ended by this call
	AlreadyGone []string  // ended by somebody else before their turn came
	Failed      []Failure // as far as is known, still live
}

// Complete reports whether nothing failed.
func (r Result) Complete() bool { return len(r.Failed) == 0 }

// RevokeAll ends every live session of the user on every device, the current one last. Where any other could not be
// ended, the current one is kept, so that the user can try again, and is in no list of the result. Sessions that appear
// meanwhile are ended too.
//
// The result is valid with and without an error. An error means that the list of sessions could not be read, or that the
// context ended; sessions whose turn did not come are then among the failed, as far as they are known.
func (s *Service) RevokeAll(ctx context.Context, userID, currentSessionID string) (Result, error) {
	const op = "revoke all"
	if userID == "" {
		return Result{}, fail(op, ErrNotFound)
	}
	run := sweep{service: s, userID: userID, keep: currentSessionID, handled: make(map[string]bool)}
	if err := run.others(ctx); err != nil {
		return run.result, fail(op, err)
	}
	if run.result.Complete() && run.kept.ID != "" {
		run.end(ctx, []Session{run.kept})
	}
	if run.result.Complete() {
		return run.result, nil
	}
	return run.result, fail(op, ctx.Err())
}

// sweep is one run over the sessions of a user.
type sweep struct {
	service *Service
	userID  string
	keep    string // id of the session to keep for the end

	kept    Session // that session, if it was seen live
	handled map[string]bool
	result  Result
}

// others ends all but the kept session, round by round until no new one is there.
func (w *sweep) others(ctx context.Context) error {
	for range maxRounds {
		fresh, err := w.fresh(ctx)
		if err != nil || len(fresh) == 0 {
			return err
		}
		w.end(ctx, fresh)
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	left, err := w.fresh(ctx)
	for _, one := range left {
		w.result.Failed = append(w.result.Failed, Failure{SessionID: one.ID, Err: ErrStillAppearing})
	}
	return err
}

// fresh lists live sessions that had no turn yet. Each has one turn: a list may lag behind what was just ended.
func (w *sweep) fresh(ctx context.Context) ([]Session, error) {
	// The kept session is taken from the newest list: it may have ended meanwhile.
	w.kept = Session{}
	all, err := w.service.reader.OfUser(ctx, w.userID, Active, Pending)
	if err != nil {
		return nil, err
	}
	live := owned(all, w.userID)
	arrange(live, w.keep)
	if len(live) > 0 && live[0].ID == w.keep {
		w.kept, live = live[0], live[1:]
	}
	return slices.DeleteFunc(live, func(one Session) bool { return w.handled[one.ID] }), nil
}

// end ends the sessions, a few at a time, and writes down how each went, in their order.
func (w *sweep) end(ctx context.Context, sessions []Session) {
	type outcome struct {
		revoked bool
		err     error
	}
	outcomes := make([]outcome, len(sessions))
	slots := make(chan struct{}, maxConcurrent)
	var running sync.WaitGroup
	for i, one := range sessions {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			if outcomes[i].err = ctx.Err(); outcomes[i].err == nil {
				outcomes[i].revoked, outcomes[i].err = w.service.end(ctx, one)
			}
		})
	}
	running.Wait()
	for i, one := range sessions {
		w.handled[one.ID] = true
		switch {
		case outcomes[i].err != nil:
			w.result.Failed = append(w.result.Failed, Failure{SessionID: one.ID, Err: outcomes[i].err})
		case outcomes[i].revoked:
			w.result.Revoked = append(w.result.Revoked, one.ID)
		default:
			w.result.AlreadyGone = append(w.result.AlreadyGone, one.ID)
		}
	}
}
