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

// NoStale is a value of RemoteConfig.StaleFor: no key is used beyond its lifetime.
const NoStale time.Duration = -1

const (
	maxKeyID = 256
	// firstRetry is the pause after the first failed fetch. It doubles with each failure, up to longestRetry.
	firstRetry   = time.Second
	longestRetry = 10 * time.Second
	// In the last 1/aheadPart of the lifetime, the next key set is fetched in the background.
	aheadPart = 5
	// patience is how long a caller waits for a fetch if it has a key that may still be used.
	patience = 250 * time.Millisecond
	// Unknown ids cause up to unknownBurst fetches in a row, MinInterval apart, and then one per unknownSpacing intervals.
	unknownBurst   = 2
	unknownSpacing = 4
)

// Fetcher returns the body of GET /v1/jwks. It must return when the context ends, and need not be safe for concurrent use. An
// error with a method ErrorCode() string that returns "clerk_key_invalid" says that the secret key is wrong; every other error
// counts as an outage.
type Fetcher interface {
	JWKS(ctx context.Context) ([]byte, error)
}

// RemoteConfig says where the keys come from and how long they are trusted. Zero durations have the default.
type RemoteConfig struct {
	// Fetcher fetches the key sets. Required.
	Fetcher Fetcher
	// Now is the clock. Nil is the wall clock.
	Now func() time.Time
	// Lifetime is how long a key set is used, from the start of its fetch. A withdrawn key is refused after that. The next set is
	// fetched in the background during the last fifth of it.
	Lifetime time.Duration
	// StaleFor is how much longer a key set is used while the key server does not answer. [NoStale] uses it no longer.
	StaleFor time.Duration
	// MinInterval is the least time between two fetches that unknown key ids cause. When they continue, such fetches are four
	// times as far apart.
	MinInterval time.Duration
	// Timeout is the longest time of one fetch.
	Timeout time.Duration
	// Logger gets warnings about failed fetches and keys that can't be used. Nil discards them.
	Logger *slog.Logger
	// Observer gets an event for every fetch ([observe.KeyFetched]); nil means no observer.
	Observer observe.Observer
}

// Remote fetches keys from the key server and remembers them. Make it with [NewRemote] and close it with [Remote.Close]. It is
// safe for concurrent use, and takes no lock for a key that it knows.
type Remote struct {
	config  RemoteConfig
	current atomic.Pointer[keySet]

	mu       sync.Mutex
	flight   *flight // the running fetch; nil without one
	closed   bool
	attempt  time.Time     // when the last fetch ended; zero before the first
	failure  error         // of the last fetch; nil when it succeeded
	failures int           // in a row
	unknown  *rate.Limiter // of the fetches that unknown key ids cause
}

// NewRemote returns a Remote without keys. The first call of Key fetches them.
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

// Key returns the key with this id. It fetches when the keys are old or the id is unknown, within the limits in the package
// comment, which also names the errors. When ctx ends it returns at once, with an error that matches the cause of ctx and
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

// Close cancels a running fetch and waits until it has ended, or ctx ends. A closed Remote returns the keys that it has until
// their lifetime ends, and fetches no more.
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
