package jwks

import (
	"cmp"
	"context"
	"crypto/rsa"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

// Defaults of [RemoteConfig].
const (
	DefaultLifetime    = 5 * time.Minute // as in Clerk's SDKs
	DefaultStaleFor    = time.Hour
	DefaultMinInterval = 3 * time.Second
	DefaultTimeout     = 5 * time.Second
)

// NoStale is the value of RemoteConfig.StaleFor that uses no key beyond its lifetime.
const NoStale time.Duration = -1

const (
	maxKeyID = 256
	// firstRetry is how soon a failed fetch is tried again; the pause doubles up to longestRetry.
	firstRetry   = time.Second
	longestRetry = 10 * time.Second
	// aheadPart is the part of the lifetime, its last, in which the next key set is fetched in the background.
	aheadPart = 5
	// patience is how long a fetch may keep those waiting who have a key that may still be used.
	patience = 250 * time.Millisecond
	// Unknown ids cause up to unknownBurst fetches in a row, MinInterval apart, and then one in unknownSpacing intervals.
	unknownBurst   = 2
	unknownSpacing = 4
)

// Fetcher asks the key server. It returns the body of GET /v1/jwks. It must obey the context and need not be safe for
// concurrent use. An error with a method ErrorCode() string that returns "clerk_key_invalid" says that the secret key is
// wrong; every other one counts as an outage.
type Fetcher interface {
	JWKS(ctx context.Context) ([]byte, error)
}

// RemoteConfig says where the keys come from and how long they are trusted. Durations of zero have the default.
type RemoteConfig struct {
	// Fetcher asks the key server. Required.
	Fetcher Fetcher
	// Now is the clock. Nil is the wall clock.
	Now func() time.Time
	// Lifetime is how long a key set is used, from the moment it was asked for. A withdrawn key is refused after that. The
	// next set is fetched in the background during the last fifth of it.
	Lifetime time.Duration
	// StaleFor is how much longer it is used while the key server does not answer; [NoStale] is not at all.
	StaleFor time.Duration
	// MinInterval is the least time between two fetches that unknown key ids cause; where they go on, such fetches are four
	// times as far apart.
	MinInterval time.Duration
	// Timeout bounds one fetch.
	Timeout time.Duration
	// Logger hears of failed fetches and keys that can't be used. Nil discards.
	Logger *slog.Logger
	// Observer is told of every fetch ([observe.KeyFetched]); nil means no observer.
	Observer observe.Observer
}

// Remote finds keys by asking the key server and remembering its answer. Make it with [NewRemote] and close it with
// [Remote.Close]. It is safe for concurrent use, and a key that is known costs no lock.
type Remote struct {
	config  RemoteConfig
	current atomic.Pointer[keySet]

	mu       sync.Mutex
	flight   *flight // under way; nil when none is
	closed   bool
	attempt  time.Time     // when the last fetch ended; zero before the first
	failure  error         // of the last fetch; nil when it succeeded
	failures int           // in a row
	unknown  *rate.Limiter // of the fetches that unknown key ids cause
}

// NewRemote returns a Remote that has not fetched anything yet: the first call of Key does.
func NewRemote(config RemoteConfig) *Remote {
	config.Now = clock.Or(config.Now)
	config.Lifetime = cmp.Or(config.Lifetime, DefaultLifetime)
	config.StaleFor = max(cmp.Or(config.StaleFor, DefaultStaleFor), 0)
	config.MinInterval = cmp.Or(config.MinInterval, DefaultMinInterval)
	config.Timeout = cmp.Or(config.Timeout, DefaultTimeout)
	config.Observer = observe.All(config.Observer)
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	return &Remote{config: config, unknown: rate.NewLimiter(rate.Every(unknownSpacing*config.MinInterval), unknownBurst)}
}

// Key returns the key with this id. It fetches when the keys grow old or the id is unknown, within the limits that the
// package comment names. Errors: see there. It returns as soon as ctx ends, with an error that matches its cause and
// token.ErrKeysUnavailable.
func (r *Remote) Key(ctx context.Context, kid string) (*rsa.PublicKey, error) {
	if kid == "" || len(kid) > maxKeyID {
		return nil, mismatch()
	}
	now := r.config.Now()
	if set := r.current.Load(); set.within(r.config.Lifetime, now) {
		if key, found := set.key(kid); found {
			if !set.within(r.config.Lifetime-r.config.Lifetime/aheadPart, now) {
				r.fetchAhead(ctx, now)
			}
			return key, nil
		}
	}
	return r.resolve(ctx, kid, now)
}

// Close ends a fetch that is under way and waits for it, or for ctx. A closed Remote serves the keys it has until their
// lifetime ends and fetches no more.
func (r *Remote) Close(ctx context.Context) error {
	r.mu.Lock()
	r.closed = true
	f := r.flight
	r.mu.Unlock()
	if f == nil {
		return nil
	}
	f.cancel()
	select {
	case <-f.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
