package signout

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// maxPasses is how often new sessions are ended that appear while others are.
	maxPasses = 5
	// farewell is how long a job that stops may take to write its record.
	farewell = 2 * time.Second
)

// run is this process's work on a job.
type run struct {
	*Runner
	l     *ledger
	rec   *record
	ids   []string
	marks []byte
	index map[string]int

	saved   time.Time // when the record was written last
	renewed time.Time // when the records were renewed that don't change
	dirty   bool      // something was not saved yet
	fails   int       // sessions in a row for which Clerk was unavailable
	gaveUp  bool      // since Clerk is unavailable

	waiting, calling context.Context //nolint:containedctx // of this run alone: waiting ends before calling
	cancel           func()
}

func newRun(runner *Runner, l *ledger) *run {
	r := &run{Runner: runner, l: l, rec: l.rec, marks: []byte(l.rec.Marks), index: make(map[string]int)}
	r.saved, r.renewed = r.now(), r.now()
	calling, hangUp := context.WithCancel(runner.aborting)
	waiting, stop := context.WithCancel(calling)
	forget := context.AfterFunc(runner.stopping, stop)
	r.calling, r.waiting = calling, waiting
	r.cancel = func() {
		forget()
		hangUp()
	}
	return r
}

// run works on the job until it is finished, or as far as it can.
func (r *run) run() {
	defer r.cancel()
	err := r.load()
	if err == nil {
		err = r.work()
	}
	if err == nil {
		err = r.finish()
	}
	switch {
	case err == nil, errors.Is(err, errLost):
	case errors.Is(err, errStopped):
		r.release()
	case errors.Is(err, ErrNotFound):
		r.log.WarnContext(r.calling, "a job that signs out can't go on, since its records are gone", "error", err)
		r.release()
		r.close()
	default:
		r.log.WarnContext(r.calling, "a job that signs out stopped, and goes on when a process with the same store takes it over", "error", err)
		r.release()
	}
}

func (r *run) load() error {
	err := r.patient(r.calling, func() (err error) {
		r.ids, err = r.plan.readAll(r.calling, r.rec.Chunks)
		return err
	})
	if err != nil {
		return err
	}
	for i, id := range r.ids {
		r.index[id] = i
	}
	return nil
}

// work ends the others until the list shows nothing new, and then the current session.
func (r *run) work() error {
	for {
		if done, err := r.look(true); err != nil || done {
			return err
		}
		queue := r.others()
		if len(queue) == 0 {
			break
		}
		if err := r.endAll(queue); err != nil || r.gaveUp {
			return err
		}
	}
	current, ok := r.current()
	if !ok || r.failed() {
		return nil
	}
	if err := r.endAll([]int{current}); err != nil || r.gaveUp {
		return err
	}
	_, err := r.look(false)
	return err
}

// others returns what is to be ended before the current session.
func (r *run) others() []int {
	var queue []int
	for i, m := range r.marks {
		if mark(m).todo() && r.ids[i] != r.rec.Current {
			queue = append(queue, i)
		}
	}
	return queue
}

// current returns the current session where it is to be ended.
func (r *run) current() (int, bool) {
	i, ok := r.index[r.rec.Current]
	return i, ok && (mark(r.marks[i]) == last || mark(r.marks[i]).todo())
}

// failed reports whether there is a reason to keep the current session.
func (r *run) failed() bool {
	for _, m := range r.marks {
		if mark(m).reason() != "" {
			return true
		}
	}
	return r.rec.Problem != ""
}

// save writes how far the job is, and keeps it for this process.
func (r *run) save(ctx context.Context) error {
	r.rec.Marks = string(r.marks)
	if err := r.l.save(ctx); err != nil {
		r.cancel()
		return storeTrouble(err)
	}
	r.saved, r.dirty = r.now(), false
	r.signals.change(r.rec.ID)
	if r.now().Sub(r.renewed) < chunkRenewal {
		return nil
	}
	r.renewed = r.now()
	return r.patient(ctx, func() error { return errors.Join(r.plan.renew(ctx, r.rec), r.open.add(ctx, r.rec.ID)) })
}

// patient calls try until it succeeds, as long as the store is away for storePatience at most.
func (r *run) patient(ctx context.Context, try func() error) error {
	for deadline := r.now().Add(storePatience); ; {
		err := try()
		if err == nil || errors.Is(err, ErrNotFound) || ctx.Err() != nil || r.now().After(deadline) {
			return storeTrouble(err)
		}
		if err := sleep(ctx, storePause); err != nil {
			return storeTrouble(err)
		}
	}
}

// storeTrouble marks an error as one of the store, as opposed to one of Clerk.
func storeTrouble(err error) error {
	if err == nil || errors.Is(err, errLost) {
		return err
	}
	return fmt.Errorf("%w: %w", errStore, err)
}

// during calls fn, and meanwhile keeps the job for this process.
func (r *run) during(fn func()) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		fn()
	}()
	tick := time.NewTicker(renewal)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return nil
		case <-tick.C:
			if err := r.save(r.calling); err != nil {
				<-done // the failed save has ended its context
				return err
			}
		}
	}
}

// finish writes the outcome. What wasn't settled has failed; a current session that was not asked to end is kept.
func (r *run) finish() error {
	for i, m := range r.marks {
		m := mark(m)
		if r.ids[i] == r.rec.Current && m == waiting {
			m = last
		}
		r.marks[i] = byte(m.abandoned())
	}
	if err := r.patient(r.calling, func() error { return r.plan.renew(r.calling, r.rec) }); err != nil {
		return err
	}
	r.rec.Owner, r.rec.Finished = "", r.now().UnixMilli()
	if err := r.save(r.calling); err != nil {
		r.rec.Finished = 0
		return err
	}
	r.close()
	return nil
}

// close removes the job from the list of unfinished ones. Where that fails, the next process that finds it there removes it.
func (r *run) close() {
	if err := r.open.remove(r.calling, r.rec.ID); err != nil {
		r.log.WarnContext(r.calling, "a job that signs out stays on the list of unfinished ones for a while", "error", err)
	}
}

// release gives up the lease, so that another process can take the job over. Where that fails, the lease expires.
func (r *run) release() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.calling), farewell)
	defer cancel()
	r.rec.Marks, r.rec.Owner = string(r.marks), ""
	if _, err := r.l.write(ctx); err != nil {
		r.log.WarnContext(ctx, "a job that signs out could not be given back", "error", err)
	}
}
