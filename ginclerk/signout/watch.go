package signout

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

const (
	// watchPause is the time between two looks for jobs without a process, a quarter more or less.
	watchPause = 2 * time.Second
	// longestWatchPause is the longest such time while the store is unavailable.
	longestWatchPause = 10 * time.Second
	// watchTime is how long one look may take.
	watchTime = 5 * time.Second
	// maxLooks is how many jobs one look reads.
	maxLooks = 50
	// maxTaken is how many jobs one look takes over, so that replicas share the work.
	maxTaken = 10
	// unnamedPause is how long the watcher ignores a job that its user's pointer does not name: a start may be about to set the
	// pointer, or has failed.
	unnamedPause = time.Minute
)

// Watch makes this process look for unfinished jobs whose process has died or was closed, and take them over, until the runner is
// closed. It returns at once; a second call does nothing. A process that has run a job watches without a call of Watch.
//
// Every two seconds a look reads one record, and the records of unfinished jobs of other processes: each of these once per lease,
// and at most fifty in one look.
func (r *Runner) Watch() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.watch()
}

// watch is [Runner.Watch] for callers that hold the lock.
func (r *Runner) watch() {
	if r.closed || r.watching {
		return
	}
	r.watching = true
	r.jobs.Go(func() { (&watcher{Runner: r, rest: map[string]time.Time{}}).run() })
}

// watcher looks for jobs without a process.
type watcher struct {
	*Runner
	rest map[string]time.Time // when to read a job again
	away bool                 // the last look failed
}

func (w *watcher) run() {
	for pause := watchPause; sleep(w.stopping, jittered(pause)) == nil; {
		err := w.look()
		switch {
		case err == nil:
			pause, w.away = watchPause, false
		case w.stopping.Err() != nil:
		case !w.away:
			w.away = true
			w.log.WarnContext(w.stopping, "signout: unfinished jobs could not be read", "error", err)
		default:
			pause = min(2*pause, longestWatchPause)
		}
	}
}

// jittered spreads the looks of the replicas over time.
func jittered(pause time.Duration) time.Duration {
	return pause*3/4 + rand.N(pause/2) //nolint:gosec // it spreads load and keeps no secret
}

// look takes over jobs without a process, and removes finished jobs from the list.
func (w *watcher) look() error {
	ctx, cancel := context.WithTimeout(w.stopping, watchTime)
	defer cancel()
	ids, err := w.open.list(ctx)
	if err != nil {
		return err
	}
	var over []string
	taken := 0
	for _, id := range w.due(ids) {
		won, ended, err := w.visit(ctx, id)
		if err != nil {
			return err
		}
		if ended {
			over = append(over, id)
		}
		if won {
			taken++
		}
		if taken == maxTaken {
			break
		}
	}
	if len(over) == 0 {
		return nil
	}
	return w.open.remove(ctx, over...)
}

// due returns the jobs to read now. It begins at a random place in the list, so that each job has its turn if there are too many.
func (w *watcher) due(ids []string) []string {
	now, rest := w.now(), make(map[string]time.Time, len(w.rest))
	var due []string
	for _, id := range ids {
		until, known := w.rest[id]
		switch {
		case w.signals.runs(id):
		case known && now.Before(until):
			rest[id] = until
		default:
			due = append(due, id)
		}
	}
	w.rest = rest
	if len(due) <= maxLooks {
		return due
	}
	first := rand.IntN(len(due)) //nolint:gosec // it gives each job a turn and keeps no secret
	return append(due[first:], due[:first]...)[:maxLooks]
}

// visit reads a job, and takes it over if no process has it. It reports whether it took the job over, and whether the job is
// over.
func (w *watcher) visit(ctx context.Context, id string) (won, ended bool, err error) {
	l, err := readLedger(ctx, w.store, w.keys.job(id), w.now)
	if errors.Is(err, storage.ErrUnavailable) || err != nil && ctx.Err() != nil {
		return false, false, err
	}
	if err != nil || !l.rec.running() {
		return false, true, nil //nolint:nilerr // one that can't be read can't be gone on with either
	}
	now := w.now()
	if l.rec.leased(now) {
		w.rest[id] = now.Add(min(lease, time.UnixMilli(l.rec.Lease).Sub(now)))
		return false, false, nil
	}
	named, err := w.named(ctx, l.rec)
	if err != nil || !named {
		w.rest[id] = now.Add(unnamedPause)
		return false, false, err
	}
	l.hold()
	won, err = l.write(ctx)
	if won {
		w.rest[id] = now.Add(2 * lease) // if the job fails here at once, another process may succeed
		w.launch(l)                     //nolint:contextcheck // a job outlives the look that finds it
	}
	return won, false, err
}

// named reports whether the user's pointer names the job. For the user, a job without a pointer was never started.
func (w *watcher) named(ctx context.Context, rec *record) (bool, error) {
	pointer, err := w.store.Load(ctx, w.keys.user(rec.whose()))
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	id, _, _ := bytes.Cut(pointer, []byte(" "))
	return string(id) == rec.ID, err
}
