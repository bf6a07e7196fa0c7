package signout

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/failsafe-go/failsafe-go"

	"github.com/ginclerk/ginclerk/ginclerk/internal/bounded"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// Runner runs jobs. Make one with [New]. It is safe for concurrent use, and runs the jobs of many users at the same time.
type Runner struct {
	sessions Sessions
	revoker  Revoker
	ended    func(context.Context, []string)
	settled  func(context.Context, string, []string) // nil: nobody is told
	store    storage.Store
	keys     keys
	plan     plan
	open     openJobs
	pacer    *pacer
	retries  failsafe.Executor[any]
	now      func() time.Time
	observer observe.Observer
	log      *slog.Logger
	signals  *signals

	// For all jobs: stop ends their waits, abort also ends their requests.
	stopping, aborting context.Context //nolint:containedctx // jobs outlive the requests that start them
	stop, abort        context.CancelFunc

	mu       sync.Mutex
	closed   bool
	watching bool
	jobs     sync.WaitGroup // and the watcher
}

// New makes a runner. It reports every problem of the configuration at once. The runner starts nothing by itself: see
// [Runner.Watch]. The caller has to [Runner.Close] it.
func New(cfg Config) (*Runner, error) {
	cfg, err := cfg.prepare()
	if err != nil {
		return nil, err
	}
	names, store := newKeys(cfg.Instance), bounded.NewStore(cfg.Store, storeCall)
	r := &Runner{
		sessions: cfg.Sessions, revoker: cfg.Revoker, ended: cfg.Ended, settled: cfg.Settled, store: store, keys: names,
		plan:    plan{store: store, keys: names},
		open:    openJobs{store: store, key: names.open()},
		pacer:   newPacer(store, names.pace(), cfg.Limit, cfg.Now),
		retries: newRetries(), now: cfg.Now, observer: cfg.Observer, log: cfg.Logger, signals: newSignals(),
	}
	r.aborting, r.abort = context.WithCancel(context.Background())
	r.stopping, r.stop = context.WithCancel(r.aborting)
	return r, nil
}

// Close stops all jobs of this process and its watch. The jobs stay in the store and go on when another runner watches or is
// asked for them. Close waits for running requests until ctx ends, then cuts them off and returns the error of ctx. A second call
// does nothing.
func (r *Runner) Close(ctx context.Context) error {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.stop()
	defer r.abort()
	ended := make(chan struct{})
	go func() {
		r.jobs.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("signout: close: %w", ctx.Err())
	}
}

// Changed returns a channel that is closed when the job makes progress in this process. Ask for the channel first, then for the
// [Runner.Job]. The channel may be closed without progress. It is not closed when another process works on the job: look again
// after a while.
func (r *Runner) Changed(id string) <-chan struct{} { return r.signals.channel(id) }

// launch works on a job whose lease this process has.
func (r *Runner) launch(l *ledger) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return // the lease expires
	}
	r.watch() // so that a job that stops in this process goes on here, too
	r.signals.begin(l.rec.ID)
	r.jobs.Go(func() {
		defer r.signals.end(l.rec.ID)
		newRun(r, l).run()
	})
}

// Lasting reports whether unfinished jobs go on after this process has ended, in a process that watches ([Runner.Watch]). This is
// so if the records of the store outlive the process (storage.Lasts).
func (r *Runner) Lasting() bool { return storage.Lasts(r.store) }

func (r *Runner) isClosed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.closed
}
