package outgoing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/ginclerk/ginclerk/ginclerk/internal/flight"
	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
)

// Defaults of a [Config].
const (
	DefaultMargin     = 10 * time.Second
	DefaultMaxEntries = 10_000
	DefaultTimeout    = 10 * time.Second
)

// Config configures a [Source].
type Config struct {
	// Minter is required.
	Minter Minter
	// Now is the clock; required.
	Now func() time.Time
	// Margin is how long a token in memory must still live to be returned; 0 means DefaultMargin.
	Margin time.Duration
	// MaxEntries bounds the number of tokens in memory; the least used ones are dropped first. 0 means DefaultMaxEntries.
	MaxEntries int
	// Timeout bounds the making of a token; several callers may wait for it. 0 means DefaultTimeout.
	Timeout time.Duration
}

// Source gets tokens from a [Minter] and keeps them. Make one with [NewSource]; it is safe for concurrent use.
type Source struct {
	config Config
	tokens *otter.Cache[key, Token]

	flights flight.Group

	mu       sync.Mutex
	mintings map[*minting]struct{} // those that are running
}

// NewSource makes a source. It starts no goroutine.
func NewSource(config Config) (*Source, error) {
	if config.Minter == nil || config.Now == nil {
		return nil, errors.New("outgoing: source: Minter and Now are required")
	}
	if config.Margin < 0 || config.MaxEntries < 0 || config.Timeout < 0 {
		return nil, errors.New("outgoing: source: Margin, MaxEntries and Timeout must not be negative")
	}
	config.Margin = cmp.Or(config.Margin, DefaultMargin)
	config.MaxEntries = cmp.Or(config.MaxEntries, DefaultMaxEntries)
	config.Timeout = cmp.Or(config.Timeout, DefaultTimeout)
	tokens, err := otter.New(&otter.Options[key, Token]{
		MaximumSize: config.MaxEntries,
		Executor:    func(task func()) { task() }, // the cache starts no goroutine
		Clock:       otterClock(config.Now),
		ExpiryCalculator: otter.ExpiryWritingFunc(func(e otter.Entry[key, Token]) time.Duration {
			return max(e.Value.left(config.Now()), 1)
		}),
		Logger: &otter.NoopLogger{},
	})
	if err != nil {
		return nil, fmt.Errorf("outgoing: source: %w", err)
	}
	return &Source{
		config: config, tokens: tokens, flights: flight.Group{Timeout: config.Timeout}, mintings: map[*minting]struct{}{},
	}, nil
}

// String keeps the tokens out of text.
func (s *Source) String() string { return "outgoing.Source{…}" }

// Format keeps the tokens out of text of every verb.
func (s *Source) Format(state fmt.State, _ rune) { unprinted.Write(state, s.String()) }

// Token returns a token that lives long enough, from memory or a new one. Callers that want the same token at the same time wait
// for one minting. If one of them gives up, the minting goes on for the others. Errors are not remembered. They match
// [ErrSessionEnded], [ErrUnknownTemplate], [ErrOrganizationChanged], [ErrShortLived] or [ErrUnavailable].
func (s *Source) Token(ctx context.Context, r Request) (Token, error) {
	if err := r.validate(); err != nil {
		return Token{}, fail(err)
	}
	if err := ctx.Err(); err != nil {
		return Token{}, fail(err)
	}
	if kept, found := s.kept(r); found {
		return s.handOut(kept, r)
	}
	made, err := s.mintOnce(ctx, r)
	if err != nil {
		return Token{}, fail(err)
	}
	return s.handOut(made, r)
}

// kept returns the token in memory that satisfies the request.
func (s *Source) kept(r Request) (Token, bool) {
	kept, found := s.tokens.GetIfPresent(r.key())
	if !found {
		return Token{}, false
	}
	// A token whose whole life is too short satisfies the request, too, because a new one would be as short.
	return kept, kept.left(s.config.Now()) >= max(r.MinimumLife, s.config.Margin) || kept.lifetime < r.MinimumLife
}

// handOut returns the token, or ErrShortLived if its life is too short for the caller.
func (s *Source) handOut(t Token, r Request) (Token, error) {
	if t.left(s.config.Now()) < r.MinimumLife {
		return Token{}, fail(fmt.Errorf("%w: %v where %v are needed", ErrShortLived, t.lifetime, r.MinimumLife))
	}
	return t, nil
}

// Forget drops the tokens of a session. A token that is just being made for the session is not kept, either.
func (s *Source) Forget(sessionID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for m := range s.mintings {
		if m.key.sessionID == sessionID {
			m.forgotten = true
			s.flights.Forget(m.key.String())
		}
	}
	for k := range s.tokens.Keys() {
		if k.sessionID == sessionID {
			s.tokens.Invalidate(k)
			s.flights.Forget(k.String()) // the call that has just stored the token may still run
		}
	}
}

// otterClock makes the cache use the clock of the source, and no timer.
type otterClock func() time.Time

// NowNano implements [otter.Clock].
func (c otterClock) NowNano() int64 { return c().UnixNano() }

// Tick implements [otter.Clock].
func (c otterClock) Tick(time.Duration) <-chan time.Time { return nil }
