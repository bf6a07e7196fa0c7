package signout

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/ginclerk/ginclerk/ginclerk/internal/bounded"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// maxRaces is how often Start tries again because another start of the same user was faster.
const maxRaces = 10

// Start starts a job and returns at once; the job goes on when ctx ends. If a job of the user is running, whatever its scope,
// Start returns that job. Errors match [ErrRequest], [ErrUnavailable] and [ErrClosed].
func (r *Runner) Start(ctx context.Context, req Request) (Job, error) {
	const op = "start"
	if err := req.check(); err != nil {
		return Job{}, fail(op, err)
	}
	if r.isClosed() {
		return Job{}, fail(op, ErrClosed)
	}
	ctx, cancel := bounded.Within(ctx, askPatience)
	defer cancel()
	for range maxRaces {
		there, pointer, err := r.latest(ctx, req.whose())
		if err != nil {
			return Job{}, fail(op, err)
		}
		if there != nil && there.rec.running() {
			job, err := r.show(ctx, there)
			return job, fail(op, err)
		}
		created, err := r.create(ctx, req)
		if err != nil {
			return Job{}, fail(op, err)
		}
		if err := r.open.add(ctx, created.rec.ID); err != nil {
			r.discard(ctx, created)
			return Job{}, fail(op, err)
		}
		won, err := r.point(ctx, pointer, created.rec)
		if err != nil {
			return Job{}, fail(op, err)
		}
		if won {
			job := created.rec.job()
			r.launch(created) //nolint:contextcheck // a job outlives the request that starts it
			return job, nil
		}
		r.discard(ctx, created)
	}
	return Job{}, fail(op, errors.New("other calls were faster every time"))
}

// create writes a job that the user's pointer does not name yet.
func (r *Runner) create(ctx context.Context, req Request) (*ledger, error) {
	ids := req.selected()
	chunks, err := r.plan.write(ctx, ids)
	if err != nil {
		return nil, err
	}
	rec := &record{
		ID: newID(), UserID: req.UserID, Acting: req.Impersonated, Actor: req.Actor, Current: req.CurrentSessionID, Scope: req.Scope, Started: r.now().UnixMilli(),
		Chunks: chunks, Marks: string(bytes.Repeat([]byte{byte(named)}, len(ids))),
	}
	l := &ledger{store: r.store, key: r.keys.job(rec.ID), now: r.now, rec: rec}
	l.hold()
	done, err := l.write(ctx)
	if err == nil && !done {
		err = errors.New("the id of the job is taken")
	}
	if err != nil {
		return nil, err
	}
	return l, nil
}

// discard deletes a job that was never started. Errors do not matter, because the records expire.
func (r *Runner) discard(ctx context.Context, l *ledger) {
	_, _ = r.store.CompareAndSwap(ctx, l.key, l.stored, nil, 0)
	r.plan.drop(ctx, l.rec.Chunks)
	_ = r.open.remove(ctx, l.rec.ID)
}

// latest returns the job that the pointer names, and the pointer. The pointer is that of the user, or of the actor who
// impersonates the user. The job is nil if the pointer names none.
func (r *Runner) latest(ctx context.Context, of whose) (*ledger, []byte, error) {
	pointer, err := r.store.Load(ctx, r.keys.user(of))
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read the user's job: %w", err)
	}
	id, _, _ := bytes.Cut(pointer, []byte(" "))
	l, err := readLedger(ctx, r.store, r.keys.job(string(id)), r.now)
	if errors.Is(err, ErrNotFound) {
		return nil, pointer, nil
	}
	if err != nil {
		return nil, nil, err
	}
	return l, pointer, nil
}

// point makes the user's pointer name a job, unless the pointer has changed in the meantime. No two pointers are equal.
func (r *Runner) point(ctx context.Context, pointer []byte, rec *record) (bool, error) {
	fresh := []byte(rec.ID + " " + newID())
	won, err := r.store.CompareAndSwap(ctx, r.keys.user(rec.whose()), pointer, fresh, retention)
	if err != nil {
		return false, fmt.Errorf("write the user's job: %w", err)
	}
	return won, nil
}
