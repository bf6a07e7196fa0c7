package signout

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

const (
	// maxPasses is how many lists with new sessions a job works on.
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

	saved   time.Time // when the record was last written
	renewed time.Time // when the unchanged records were last renewed
	dirty   bool      // a change is not saved yet
	fails   int       // sessions in a row that failed because Clerk was unavailable
	gaveUp  bool      // the run has given up because Clerk is unavailable

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

// run works on the job until the job is finished or the run can't go on.
func (r *run) run() {
	defer r.cancel()
	err := r.load()
	if err == nil {
		err = r.work()
	}
	if err == nil {
		err = r.finish()
	}
	r.tell(err)
	switch {
	case err == nil, errors.Is(err, errLost):
	case errors.Is(err, errStopped):
		r.release()
	case errors.Is(err, ErrNotFound):
		r.log.WarnContext(r.calling, "signout: a job can't go on because its records are gone", "error", err)
		r.release()
		r.close()
	default:
		r.log.WarnContext(r.calling, "signout: a job stopped; it goes on when a process with the same store takes it over", "error", err)
		r.release()
	}
}

// tell tells the observer how the work has ended. Where another process has the job by now, that process will tell.
func (r *run) tell(err error) {
	if errors.Is(err, errLost) {
		return
	}
	r.rec.Marks = string(r.marks)
	job := r.rec.job()
	event := observe.Event{Kind: observe.SignOutEnded, Count: job.Revoked + job.AlreadyGone, Duration: r.now().Sub(job.Started)}
	switch {
	case errors.Is(err, errStopped):
		event.Reason = observe.SignOutStopped
	case err != nil:
		event.Reason, event.Err = observe.SignOutStopped, err
	case !job.Complete():
		event.Reason = observe.SignOutIncomplete
	}
	r.observer.Observe(context.WithoutCancel(r.calling), event)
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

// work ends the other sessions until the list shows no new ones, and then the current session.
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

// others returns the sessions that have to end before the current one.
func (r *run) others() []int {
	var queue []int
	for i, m := range r.marks {
		if mark(m).todo() && r.ids[i] != r.rec.Current {
			queue = append(queue, i)
		}
	}
	return queue
}

// current returns the current session, and whether the job has to end it.
func (r *run) current() (int, bool) {
	i, ok := r.index[r.rec.Current]
	return i, ok && (mark(r.marks[i]) == last || mark(r.marks[i]).todo())
}

// failed reports whether the job has to keep the current session because something failed.
func (r *run) failed() bool {
	for _, m := range r.marks {
		if mark(m).reason() != "" {
			return true
		}
	}
	return r.rec.Problem != ""
}

// save writes the progress of the job and prolongs the lease of this process.
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

// patient calls try until it succeeds, for at most storePatience.
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

// storeTrouble marks an error as an error of the store, to distinguish it from one of Clerk.
func storeTrouble(err error) error {
	if err == nil || errors.Is(err, errLost) {
		return err
	}
	return fmt.Errorf("%w: %w", errStore, err)
}

// during calls fn, and prolongs the lease of this process until fn returns.
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

// finish writes the result. Sessions without a result have failed. A current session that the job did not try to end is kept.
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
	if err := r.tellSettled(); err != nil {
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

// tellSettled tells which sessions have ended.
func (r *run) tellSettled() error {
	var over []string
	for i, m := range r.marks {
		if mark(m).over() {
			over = append(over, r.ids[i])
		}
	}
	if r.settled == nil || len(over) == 0 {
		return nil
	}
	return r.during(func() { r.settled(r.calling, r.rec.UserID, over) })
}

// close removes the job from the list of unfinished jobs. If that fails, the next process that finds the job there removes it.
func (r *run) close() {
	if err := r.open.remove(r.calling, r.rec.ID); err != nil {
		r.log.WarnContext(r.calling, "signout: a finished job could not be removed from the list of unfinished jobs", "error", err)
	}
}

// release gives up the lease, so that another process can take the job over. If that fails, the lease expires.
func (r *run) release() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.calling), farewell)
	defer cancel()
	r.rec.Marks, r.rec.Owner = string(r.marks), ""
	if _, err := r.l.write(ctx); err != nil {
		r.log.WarnContext(ctx, "signout: the lease of a job could not be released; it expires", "error", err)
	}
}
