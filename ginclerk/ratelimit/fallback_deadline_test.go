package ratelimit_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// silentStore never answers before its context ends, and keeps the contexts.
type silentStore struct {
	ratelimit.Store

	contexts chan context.Context
}

func (silentStore) ObeysContext() bool { return true }

func (s silentStore) Decide(ctx context.Context, _ ...ratelimit.Charge) (ratelimit.Decision, error) {
	s.contexts <- ctx
	<-ctx.Done()
	return ratelimit.Decision{}, ctx.Err()
}

// promptAnswer answers at once, and keeps the contexts.
type promptAnswer struct{ silentStore }

func (s promptAnswer) Decide(ctx context.Context, _ ...ratelimit.Charge) (ratelimit.Decision, error) {
	s.contexts <- ctx
	return ratelimit.Decision{Allowed: true}, nil
}

type valueKey struct{}

// TestEveryCallOfAPromptStoreEndsInTime: calls begin at many distances from each other, so that some share a deadline.
func TestEveryCallOfAPromptStoreEndsInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const timeout, calls = 64 * time.Millisecond, 200
		store := silentStore{contexts: make(chan context.Context, calls)}
		fallback, err := ratelimit.WithFallback(store, ratelimit.FallbackConfig{Timeout: timeout, Failures: 2 * calls, Default: ratelimit.FailClosed})
		if err != nil {
			t.Fatal(err)
		}
		took := make(chan time.Duration, calls)
		for i := range calls {
			go func() {
				begin := time.Now()
				_, err := fallback.Decide(t.Context(), ratelimit.Charge{Key: "a", Cost: 1, Policy: ratelimit.Policy{Name: "api", Limit: 1, Window: time.Second}})
				if !errors.Is(err, ratelimit.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("error %v", err)
				}
				took <- time.Since(begin)
			}()
			time.Sleep(time.Duration(i) * 37 * time.Microsecond) //nolint:forbidigo // the time of synctest
		}
		for range calls {
			if d := <-took; d > timeout || d < timeout-time.Millisecond {
				t.Errorf("a call took %v, want %v or up to a 64th less", d, timeout)
			}
		}
	})
}

func TestAPromptStoreGetsTheValuesOfARequestAndNotItsEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := promptAnswer{silentStore{contexts: make(chan context.Context, 1)}}
		fallback, err := ratelimit.WithFallback(store, ratelimit.FallbackConfig{Timeout: time.Second})
		if err != nil {
			t.Fatal(err)
		}
		ask := func(key string) context.Context {
			ctx, cancel := context.WithCancel(context.WithValue(t.Context(), valueKey{}, key))
			defer cancel()
			c := ratelimit.Charge{Key: key, Cost: 1, Policy: ratelimit.Policy{Name: "api", Limit: 1, Window: time.Second}}
			if _, err := fallback.Decide(ctx, c); err != nil {
				t.Fatal(err)
			}
			return <-store.contexts
		}
		first, second := ask("a"), ask("b")
		if got := []any{first.Value(valueKey{}), second.Value(valueKey{})}; got[0] != "a" || got[1] != "b" {
			t.Errorf("values %v, want a and b", got)
		}
		if first.Err() != nil || second.Err() != nil {
			t.Errorf("ended with its request: %v, %v", first.Err(), second.Err())
		}
		time.Sleep(500 * time.Millisecond) //nolint:forbidigo // the time of synctest
		ask("c")                           // has a deadline of its own, so the one before it ends
		synctest.Wait()
		for _, ctx := range []context.Context{first, second} {
			if ctx.Err() == nil {
				t.Error("a context outlives the last call that shares it")
			}
		}
	})
}
