package jwks

import (
	"context"
	"crypto/rsa"
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
	if r.flight == nil && r.mayFetch(kid, fresh, now) {
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

// mayFetch holds the limits. Callers hold the lock, and no fetch is under way.
func (r *Remote) mayFetch(kid string, fresh bool, now time.Time) bool {
	if r.closed {
		return false
	}
	since := now.Sub(r.attempt)
	if r.attempt.IsZero() || since < 0 {
		return true
	}
	if !fresh {
		return since >= r.pause()
	}
	if seen, found := r.missing[kid]; found && now.Sub(seen) < missingFor*r.config.MinInterval {
		return false
	}
	return since >= r.config.MinInterval
}

// pause is the time that failed fetches are apart.
func (r *Remote) pause() time.Duration {
	if r.failures == 0 {
		return 0
	}
	pause := firstRetry
	for range r.failures - 1 {
		if pause >= r.config.MinInterval {
			break
		}
		pause *= 2
	}
	return min(pause, r.config.MinInterval)
}
