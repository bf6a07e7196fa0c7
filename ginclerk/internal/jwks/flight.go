package jwks

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkwait"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

// flight is one fetch that callers may wait for.
type flight struct {
	cancel context.CancelFunc
	done   chan struct{}   // closed when set and err are final
	late   <-chan struct{} // closed when callers that have a usable key stop waiting
	set    *keySet
	err    error
}

// launch starts a fetch, which outlives the request that causes it. The caller holds the lock.
func (r *Remote) launch(ctx context.Context) {
	ctx, cancel := context.WithTimeout(clerkwait.Without(context.WithoutCancel(ctx)), r.config.Timeout)
	late, forget := context.WithTimeout(ctx, patience)
	f := &flight{cancel: cancel, done: make(chan struct{}), late: late.Done()}
	r.flight = f
	go func() {
		defer cancel()
		defer forget()
		asked := r.config.Now()
		set, err := r.fetch(ctx, asked)
		r.config.Observer.Observe(ctx, observe.Event{Kind: observe.KeyFetched, Duration: r.config.Now().Sub(asked), Err: err})
		r.land(f, set, err)
	}()
}

func (r *Remote) fetch(ctx context.Context, asked time.Time) (*keySet, error) {
	body, err := r.config.Fetcher.JWKS(ctx)
	if err != nil {
		return nil, failed(err)
	}
	keys, skipped, err := parseKeySet(body)
	if err != nil {
		return nil, unusable(err)
	}
	if skipped > 0 {
		r.config.Logger.LogAttrs(ctx, slog.LevelWarn, "jwks: skipped keys that can't be used",
			slog.Int("skipped", skipped), slog.Int("usable", len(keys)))
	}
	return &keySet{keys: keys, asked: asked}, nil
}

// land stores the result and wakes the waiting callers.
func (r *Remote) land(f *flight, set *keySet, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.flight, r.attempt, r.failure = nil, r.config.Now(), err
	if err != nil {
		r.failures++
	} else {
		r.failures = 0
		set.keepPointers(r.current.Load())
		r.current.Store(set)
	}
	f.set, f.err = set, err
	close(f.done)
}

// wait returns the key that the fetch finds. If the fetch fails or is late, it returns the previous key, provided that this key
// may still be used (known).
func (r *Remote) wait(
	ctx context.Context, f *flight, kid string, before *rsa.PublicKey, known bool,
) (*rsa.PublicKey, error) {
	late := f.late
	if !known {
		late = nil
	}
	waits, end := clerkwait.Begin(ctx)
	defer end()
	select {
	case <-waits.Done():
		if err := clerkwait.Err(waits); !known || !errors.Is(err, clerkwait.ErrSpent) {
			return nil, unavailable(fmt.Errorf("waiting for the key server: %w", err))
		}
	case <-late:
	case <-f.done:
	}
	if known && !f.succeeded() {
		return before, nil
	}
	if f.err != nil {
		return nil, f.err
	}
	if key, found := f.set.key(kid); found {
		return key, nil
	}
	return nil, mismatch()
}

// succeeded reports whether the fetch has ended without an error. It does not wait.
func (f *flight) succeeded() bool {
	select {
	case <-f.done:
		return f.err == nil
	default:
		return false
	}
}
