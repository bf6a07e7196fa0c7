package jwks

import (
	"context"
	"crypto/rsa"
	"math"
	"time"
)

// resolve is the way of a key id that the current keys do not answer: they are too old, or it is not among them.
func (r *Remote) resolve(ctx context.Context, kid string, now time.Time) (*rsa.PublicKey, error) {
	r.mu.Lock()
	set := r.current.Load() // a fetch may have ended since
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

	if known && outage { // it was just seen to be away: nobody waits for it
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

// fetchAhead fetches the next key set in the background, so that no request has to wait when the lifetime of this one ends.
func (r *Remote) fetchAhead(ctx context.Context, now time.Time) {
	if !r.mu.TryLock() {
		return // another request sees to it, or the next one does
	}
	defer r.mu.Unlock()
	if r.flight == nil && r.mayRefresh(now) {
		r.launch(ctx)
	}
}

// mayFetch holds the limits for a request that has no fresh key. Callers hold the lock, and no fetch is under way.
func (r *Remote) mayFetch(fresh bool, now time.Time) bool {
	if !fresh {
		return r.mayRefresh(now)
	}
	return !r.closed && r.sinceAttempt(now) >= r.config.MinInterval && r.unknown.AllowN(now, 1)
}

// mayRefresh holds the limits for a key set that grows old. Callers hold the lock, and no fetch is under way.
func (r *Remote) mayRefresh(now time.Time) bool {
	return !r.closed && r.sinceAttempt(now) >= r.pause()
}

// sinceAttempt is how long ago the last fetch ended: for ever before the first, and where the clock went back.
func (r *Remote) sinceAttempt(now time.Time) time.Duration {
	since := now.Sub(r.attempt)
	if r.attempt.IsZero() || since < 0 {
		return math.MaxInt64
	}
	return since
}

// pause is the time that failed fetches are apart.
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
