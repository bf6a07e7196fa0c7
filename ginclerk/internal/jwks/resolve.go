package jwks

import (
	"context"
	"crypto/rsa"
	"math"
	"time"
)

// resolve finds a key when the current set is too old or does not have the id.
func (r *Remote) resolve(ctx context.Context, kid string, now time.Time) (*rsa.PublicKey, error) {
	r.mu.Lock()
	set := r.current.Load() // a fetch may have ended in the meantime
	fresh := set.within(r.config.Lifetime, now)
	key, found := set.key(kid)
	if fresh && found {
		r.mu.Unlock()
		return key, nil
	}
	known := found && set.within(r.config.Lifetime+r.config.StaleFor, now)
	if r.flight == nil && r.mayFetch(fresh, now) {
		r.launch(ctx)
	}
	f, failure := r.flight, r.failure
	outage := failure != nil && (f == nil || now.Sub(r.attempt) < r.config.Lifetime)
	r.mu.Unlock()

	if known && outage { // the key server failed a moment ago: don't wait for it
		return key, nil
	}
	switch {
	case f != nil:
		return r.wait(ctx, f, kid, key, known)
	case failure != nil:
		return nil, failure
	case fresh:
		return nil, mismatch()
	default:
		return nil, unavailable(errClosed)
	}
}

// fetchAhead fetches the next key set in the background, so that no request waits when the lifetime of the current one ends.
func (r *Remote) fetchAhead(ctx context.Context, now time.Time) {
	if !r.mu.TryLock() {
		return // another request starts the fetch, or the next one does
	}
	defer r.mu.Unlock()
	if r.flight == nil && r.mayRefresh(now) {
		r.launch(ctx)
	}
}

// mayFetch reports whether the limits allow a fetch for a request without a fresh key. The caller holds the lock, and no fetch is
// running.
func (r *Remote) mayFetch(fresh bool, now time.Time) bool {
	if !fresh {
		return r.mayRefresh(now)
	}
	return !r.closed && r.sinceAttempt(now) >= r.config.MinInterval && r.unknown.AllowN(now, 1)
}

// mayRefresh reports whether the limits allow a fetch for a key set that grows old. The caller holds the lock, and no fetch is running.
func (r *Remote) mayRefresh(now time.Time) bool {
	return !r.closed && r.sinceAttempt(now) >= r.pause()
}

// sinceAttempt returns how long ago the last fetch ended. It returns the longest duration before the first fetch, and when the clock
// has gone back.
func (r *Remote) sinceAttempt(now time.Time) time.Duration {
	since := now.Sub(r.attempt)
	if r.attempt.IsZero() || since < 0 {
		return math.MaxInt64
	}
	return since
}

// pause returns the least time until the next fetch after failed ones.
func (r *Remote) pause() time.Duration {
	if r.failures == 0 {
		return 0
	}
	pause := firstRetry
	for range r.failures - 1 {
		if pause >= longestRetry {
			break
		}
		pause *= 2
	}
	return min(pause, longestRetry)
}
