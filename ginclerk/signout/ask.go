package signout

import (
	"context"
	"errors"

	"github.com/ginclerk/ginclerk/ginclerk/internal/bounded"
)

// Job returns a job of the user. If the job is unfinished and no process works on it any more, this process takes it over at
// once, with or without [Runner.Watch]. Errors match [ErrNotFound] and [ErrUnavailable].
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

// Latest returns the job that the user last started or retried, as [Runner.Job] does.
func (r *Runner) Latest(ctx context.Context, userID string) (Job, error) {
	return r.latestOf(ctx, whose{userID: userID})
}

// LatestActing is [Runner.Latest] for an actor who impersonates the user ([Request].Impersonated). An actor's jobs are separate
// from the user's.
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

// Retry tries again to end the failed sessions of a job, and the current session if the job kept it. It does not ask Clerk again
// to end sessions that have ended. It ends sessions that have appeared since, as any job does. If the job still runs, or another
// job of the user does, Retry returns the running job. A retry may end the same sessions as the job: before you retry a job of
// the user, check that the caller is not an actor ([Job].Impersonated). Errors match [ErrNotFound], [ErrUnavailable] and
// [ErrClosed].
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

// show returns the job, and takes it over if no process works on it.
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

// restart makes a finished job run again. It changes the record before the pointer: a process that reads the pointer afterwards
// sees a running job, and a process that has read the pointer before can no longer change it.
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
		seen := l.snapshot() // the running job changes the ledger from now on
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

// again reads the record again after another process has changed it.
func (l *ledger) again(ctx context.Context, err error) (*ledger, error) {
	if err != nil {
		return nil, err
	}
	return readLedger(ctx, l.store, l.key, l.now)
}

// restart resets the sessions that the job tries again.
func (r *record) restart() {
	marks := []byte(r.Marks)
	for i, m := range marks {
		marks[i] = byte(mark(m).again())
	}
	r.Marks, r.Finished, r.Pass, r.Problem = string(marks), 0, 0, ""
}
