package signout

import (
	"context"
	"errors"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

const (
	// maxInFlight is the number of sessions for which a job sends a request, or waits to try again, at the same time.
	maxInFlight = 128
	// hopeless is the number of sessions in a row, with Clerk unavailable at every try, after which a job gives up.
	hopeless = 20
)

// outcome is the result for one session.
type outcome struct {
	at        int
	mark      mark
	exhausted bool  // Clerk was unavailable at every try
	err       error // ends the run; errPatient ends the job
}

// endAll ends sessions. It returns when all of them are settled, or when the run can't go on.
func (r *run) endAll(queue []int) error {
	results := make(chan outcome)
	flying := 0
	var due time.Time // of the next batch
	var failure error
	for len(queue) > 0 || flying > 0 {
		n := min(r.pacer.batch(), len(queue), maxInFlight)
		if n > 0 && flying+n <= maxInFlight && !r.now().Before(due) {
			var sent int
			sent, due, failure = r.send(queue[:n], results)
			flying, queue = flying+sent, queue[n:]
		}
		if failure == nil {
			failure = r.saveInTime()
		}
		if failure != nil || r.gaveUp || r.waiting.Err() != nil {
			queue = nil
		}
		if flying == 0 && len(queue) == 0 {
			break
		}
		if got := r.receive(results, due, len(queue) > 0); got != nil {
			flying--
			failure = errors.Join(failure, r.settle(*got))
		}
	}
	if r.stopping.Err() != nil && !errors.Is(failure, errLost) {
		return errStopped
	}
	return failure
}

// send takes slots for sessions, saves that it will send requests, and has them sent. It returns the number of requests, and when
// to take the next slots.
func (r *run) send(batch []int, results chan<- outcome) (int, time.Time, error) {
	slots, err := r.pacer.take(r.waiting, len(batch))
	if errors.Is(err, errPatient) {
		r.gaveUp = true
		return 0, time.Time{}, nil
	}
	if err != nil {
		return 0, time.Time{}, err
	}
	before := make([]mark, len(batch))
	for i, at := range batch {
		before[i], r.marks[at] = mark(r.marks[at]), byte(tried)
	}
	if err := r.save(r.calling); err != nil {
		for i, at := range batch {
			r.marks[at] = byte(before[i])
		}
		return 0, time.Time{}, err
	}
	for i, at := range batch {
		go func() { results <- r.end(at, slots[i], before[i]) }()
	}
	return len(batch), slots[len(slots)-1].Add(-lead), nil
}

// receive waits for an outcome. It returns nil when something else has to be done.
func (r *run) receive(results <-chan outcome, due time.Time, more bool) *outcome {
	wait := renewal
	if r.dirty {
		wait = r.saved.Add(batchTime).Sub(r.now())
	}
	if until := due.Sub(r.now()); more && until > 0 {
		wait = min(wait, until)
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	stopped := r.waiting.Done()
	if !more {
		stopped = nil // no session waits for a request
	}
	select {
	case got := <-results:
		return &got
	case <-timer.C:
	case <-stopped:
	}
	return nil
}

func (r *run) saveInTime() error {
	age := r.now().Sub(r.saved)
	if age < renewal && (!r.dirty || age < batchTime) {
		return nil
	}
	return r.save(r.calling)
}

func (r *run) settle(o outcome) error {
	r.marks[o.at], r.dirty = byte(o.mark), true
	switch {
	case errors.Is(o.err, errPatient):
		r.gaveUp = true
		return nil
	case o.err != nil:
		return o.err
	case o.exhausted:
		r.fails++
	default:
		r.fails = 0
	}
	r.gaveUp = r.gaveUp || r.fails >= hopeless
	return nil
}

// end ends one session, at its slot. It tries again if Clerk is unavailable.
func (r *run) end(at int, slot time.Time, before mark) outcome {
	var answer error
	answered, unclear, slots := false, before == tried, []time.Time{slot}
	_, err := r.retries.WithContext(r.waiting).Get(func() (any, error) {
		if err := r.turn(&slots); err != nil {
			return nil, err
		}
		answer = r.revoke(r.ids[at])
		answered = !passing(answer)
		unclear = unclear || !answered
		return nil, answer
	})
	if answered {
		return outcome{at: at, mark: answerMark(answer, unclear)}
	}
	if unclear {
		before = tried
	}
	switch {
	case r.waiting.Err() != nil:
		return outcome{at: at, mark: before}
	case errors.Is(err, errPatient):
		return outcome{at: at, mark: before.abandoned(), err: err}
	case errors.Is(err, errStore):
		return outcome{at: at, mark: before, err: err}
	default:
		return outcome{at: at, mark: failedTried, exhausted: true}
	}
}

// turn waits for the session's slot at the first try, and for a new slot at the others.
func (r *run) turn(slots *[]time.Time) error {
	if len(*slots) == 0 {
		return r.nextTurn(r.waiting)
	}
	slot := (*slots)[0]
	*slots = nil
	return r.waited(r.waiting, func() error { return r.pacer.await(r.waiting, slot) })
}

// nextTurn waits for the turn of another request.
func (r *run) nextTurn(ctx context.Context) error {
	return r.waited(ctx, func() error { return r.pacer.turn(ctx) })
}

// waited tells the observer how long a request waited for its turn.
func (r *run) waited(ctx context.Context, wait func() error) error {
	began := r.now()
	err := wait()
	if took := r.now().Sub(began); err == nil && took > 0 {
		r.observer.Observe(ctx, observe.Event{Kind: observe.ClerkAwaited, Target: waiter, Duration: took})
	}
	return err
}

// waiter is what the observer calls a job that waits.
const waiter = "sign-out job"

// revoke makes one request. The end of r.waiting does not cut it off, so that the answer still counts.
func (r *run) revoke(id string) error {
	ctx, cancel := context.WithTimeout(session.WithTurns(r.calling, r.nextTurn), callTimeout)
	defer cancel()
	err := r.revoker.Revoke(ctx, id)
	r.pacer.pause(r.waiting, session.RetryAfter(err))
	return err
}

// answerMark is the mark for what Clerk answered. Unclear says that an earlier request may have ended the session.
func answerMark(answer error, unclear bool) mark {
	switch {
	case answer == nil:
		return revoked
	case errors.Is(answer, session.ErrNotFound):
		return gone
	case unclear:
		return refusedLate
	default:
		return refused
	}
}
