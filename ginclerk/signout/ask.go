package signout

import (
	"context"
	"errors"

	"github.com/ginclerk/ginclerk/ginclerk/internal/bounded"
)

// Job returns a job of the user. Where it is unfinished and the process that worked on it has gone, this one goes on with it
// at once, whether it watches or not.
// Errors match [ErrNotFound] and [ErrUnavailable].
func (r *Runner) Job(ctx context.Context, userID, id string) (Job, error) {
	const op = "job"
	ctx, cancel := bounded.Within(ctx, askPatience)
	defer cancel()
	l, err := r.owned(ctx, userID, id)
	if err != nil {
		return Job{}, fail(op, err)
	}
	job, err := r.show(ctx, l)
	return job, fail(op, err)
}

// Latest returns the job that the user started or retried last, as [Runner.Job] does.
func (r *Runner) Latest(ctx context.Context, userID string) (Job, error) {
	return r.latestOf(ctx, whose{userID: userID})
}

// LatestActing is [Runner.Latest] for an actor who impersonates the user ([Request].Impersonated), whose jobs are kept apart.
func (r *Runner) LatestActing(ctx context.Context, userID, actor string) (Job, error) {
	return r.latestOf(ctx, whose{userID: userID, acting: true, actor: actor})
}

func (r *Runner) latestOf(ctx context.Context, of whose) (Job, error) {
	const op = "latest job"
	if of.userID == "" {
		return Job{}, fail(op, ErrNotFound)
	}
	ctx, cancel := bounded.Within(ctx, askPatience)
	defer cancel()
	l, _, err := r.latest(ctx, of)
	if err == nil && (l == nil || l.rec.whose() != of) {
		err = ErrNotFound
	}
	if err != nil {
		return Job{}, fail(op, err)
	}
	job, err := r.show(ctx, l)
	return job, fail(op, err)
}

// Retry tries the failed sessions of a job again, and the current session where it was kept. Sessions that have ended are left alone;
// sessions that have appeared since are ended as in any job. If the job still runs, or another job of the user does, Retry returns
// that job. A retry may end what the job may: before you retry a job of the user, check that the caller is not an actor
// ([Job].Impersonated). Errors match [ErrNotFound], [ErrUnavailable] and [ErrClosed].
func (r *Runner) Retry(ctx context.Context, userID, id string) (Job, error) {
	const op = "retry"
	if r.isClosed() {
		return Job{}, fail(op, ErrClosed)
	}
	ctx, cancel := bounded.Within(ctx, askPatience)
	defer cancel()
	l, err := r.owned(ctx, userID, id)
	if err != nil {
		return Job{}, fail(op, err)
	}
	if !l.rec.running() && !l.rec.job().Complete() {
		l, err = r.restart(ctx, l)
	}
	if err != nil {
		return Job{}, fail(op, err)
	}
	job, err := r.show(ctx, l)
	return job, fail(op, err)
}

// owned reads a job and checks that it belongs to the user.
func (r *Runner) owned(ctx context.Context, userID, id string) (*ledger, error) {
	if userID == "" || !idForm.MatchString(id) {
		return nil, ErrNotFound
	}
	l, err := readLedger(ctx, r.store, r.keys.job(id), r.now)
	if err != nil {
		return nil, err
	}
	if l.rec.UserID != userID || l.rec.ID != id {
		return nil, ErrNotFound
	}
	return l, nil
}

// show returns the job, and goes on with it if it has been left alone.
func (r *Runner) show(ctx context.Context, l *ledger) (Job, error) {
	job, err := r.plan.view(ctx, l.rec)
	if err != nil || !l.rec.running() || l.rec.leased(r.now()) || r.signals.runs(l.rec.ID) || r.isClosed() {
		return job, err
	}
	l.hold()
	won, err := l.write(ctx)
	if err != nil {
		return Job{}, err
	}
	if won {
		r.launch(l) //nolint:contextcheck // a job outlives the request that starts it
	}
	return job, nil
}

// restart makes a finished job run again. It changes the record before the pointer: a process that reads the pointer afterwards sees a
// job that runs, and one that has read it before can't change it any more.
func (r *Runner) restart(ctx context.Context, l *ledger) (*ledger, error) {
	other, pointer, err := r.latest(ctx, l.rec.whose())
	if err != nil {
		return nil, err
	}
	if other != nil && other.rec.ID != l.rec.ID && other.rec.running() {
		return other, nil
	}
	finished := l.stored
	l.rec.restart()
	l.hold()
	if won, err := l.write(ctx); err != nil || !won {
		return l.again(ctx, err)
	}
	won := false
	if err = r.open.add(ctx, l.rec.ID); err == nil {
		won, err = r.point(ctx, pointer, l.rec)
	}
	if err == nil && won {
		seen := l.snapshot() // the job changes its own from now on
		r.launch(l)          //nolint:contextcheck // a job outlives the request that starts it
		return seen, nil
	}
	_, undone := r.store.CompareAndSwap(ctx, l.key, l.stored, finished, retention)
	if err := errors.Join(err, undone); err != nil {
		return nil, err
	}
	other, _, err = r.latest(ctx, l.rec.whose())
	if err == nil && other == nil {
		err = ErrNotFound
	}
	return other, err
}

// again reads the record that another process has changed.
func (l *ledger) again(ctx context.Context, err error) (*ledger, error) {
	if err != nil {
		return nil, err
	}
	return readLedger(ctx, l.store, l.key, l.now)
}

// restart forgets what is to be tried again.
func (r *record) restart() {
	marks := []byte(r.Marks)
	for i, m := range marks {
		marks[i] = byte(mark(m).again())
	}
	r.Marks, r.Finished, r.Pass, r.Problem = string(marks), 0, 0, ""
}
