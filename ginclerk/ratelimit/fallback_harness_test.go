package ratelimit_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

var errBroken = errors.New("connection refused")

// flakyStore is a store in memory whose connection fails.
type flakyStore struct {
	*ratelimit.Memory
	fails atomic.Pointer[func(context.Context) error] // nil answers
	asked atomic.Int64
}

func (s *flakyStore) Decide(ctx context.Context, charges ...ratelimit.Charge) (ratelimit.Decision, error) {
	s.asked.Add(1)
	if fail := s.fails.Load(); fail != nil {
		return ratelimit.Decision{}, (*fail)(ctx)
	}
	return s.Memory.Decide(ctx, charges...)
}

func (s *flakyStore) Peek(ctx context.Context, charges ...ratelimit.Charge) (ratelimit.Decision, error) {
	if fail := s.fails.Load(); fail != nil {
		return ratelimit.Decision{}, (*fail)(ctx)
	}
	return s.Memory.Peek(ctx, charges...)
}

func (s *flakyStore) Reset(ctx context.Context, charges ...ratelimit.Charge) error {
	if fail := s.fails.Load(); fail != nil {
		return (*fail)(ctx)
	}
	return s.Memory.Reset(ctx, charges...)
}

func (s *flakyStore) fail(how func(context.Context) error) { s.fails.Store(&how) }
func (s *flakyStore) answer()                              { s.fails.Store(nil) }

func refuse(context.Context) error { return errBroken }

// hang obeys its context, as go-redis does where it is told to.
func hang(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// slow answers after a while, if it is given that long.
func slow(ctx context.Context) error {
	select {
	case <-time.After(20 * time.Millisecond):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// lines are what is logged.
type lines struct {
	slog.Handler
	mu  sync.Mutex
	all []string
}

func (l *lines) Handle(_ context.Context, record slog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	line := record.Level.String() + " " + record.Message
	record.Attrs(func(a slog.Attr) bool { line += " " + a.String(); return true })
	l.all = append(l.all, line)
	return nil
}

func (l *lines) read() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.all)
}

// promptStore says that it obeys its context.
type promptStore struct{ *flakyStore }

func (promptStore) ObeysContext() bool { return true }

type fixture struct {
	*ratelimit.Fallback
	store *flakyStore
	lines *lines
}

func newFixture(tb testing.TB, config ratelimit.FallbackConfig) *fixture {
	tb.Helper()
	f := &fixture{store: &flakyStore{Memory: ratelimit.NewMemory(ratelimit.Config{Now: config.Now})}}
	f.lines = &lines{Handler: slog.DiscardHandler}
	config.Observer = observe.Log(slog.New(&enabled{f.lines}))
	var err error
	if f.Fallback, err = ratelimit.WithFallback(f.store, config); err != nil {
		tb.Fatal(err)
	}
	return f
}

// enabled wants every line.
type enabled struct{ *lines }

func (*enabled) Enabled(context.Context, slog.Level) bool { return true }

func under(name, key string, limit int64) ratelimit.Charge {
	t := charge(key, limit, time.Minute)
	t.Policy.Name = name
	return t
}

// allowed is how many of the next requests are let in.
func allowed(tb testing.TB, store ratelimit.Store, requests int, charges ...ratelimit.Charge) int {
	tb.Helper()
	in := 0
	for range requests {
		if decide(tb, store, charges...).Allowed {
			in++
		}
	}
	return in
}
