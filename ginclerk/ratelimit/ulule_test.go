package ratelimit_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ulule/limiter/v3"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// 1767225600 is the epoch in seconds.
func TestUluleStore(t *testing.T) {
	t.Parallel()
	clock := clockAt(epoch)
	l := limiter.New(ratelimit.UluleStore(clock.store(0)), limiter.Rate{Limit: 3, Period: time.Minute})
	peek := func() (limiter.Context, error) { return l.Peek(t.Context(), "key") }
	get := func() (limiter.Context, error) { return l.Get(t.Context(), "key") }
	increment := func(count int64) func() (limiter.Context, error) {
		return func() (limiter.Context, error) { return l.Increment(t.Context(), "key", count) }
	}
	for _, step := range []struct {
		name  string
		after time.Duration
		ask   func() (limiter.Context, error)
		want  limiter.Context
	}{
		{"nothing is used", 0, peek, limiter.Context{Limit: 3, Remaining: 3, Reset: 1767225600}},
		{"the first", 0, get, limiter.Context{Limit: 3, Remaining: 2, Reset: 1767225661}},
		{"a cost that is too high uses nothing", 0, increment(3), limiter.Context{Limit: 3, Remaining: 2, Reset: 1767225661, Reached: true}},
		{"a cost that fits", 0, increment(2), limiter.Context{Limit: 3, Remaining: 0, Reset: 1767225661}},
		{"the next would be refused", 0, peek, limiter.Context{Limit: 3, Remaining: 0, Reset: 1767225661, Reached: true}},
		{"and is", 0, get, limiter.Context{Limit: 3, Remaining: 0, Reset: 1767225661, Reached: true}},
		{"at the reset it is let in", time.Minute + time.Second, get, limiter.Context{Limit: 3, Remaining: 0, Reset: 1767225681}},
		{"a cost that never fits waits for all", 0, increment(4), limiter.Context{Limit: 3, Remaining: 0, Reset: 1767225721, Reached: true}},
		{"after Reset nothing is used", 0, func() (limiter.Context, error) { return l.Reset(t.Context(), "key") }, limiter.Context{Limit: 3, Remaining: 3, Reset: 1767225661}},
	} {
		clock.add(step.after)
		got, err := step.ask()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(step.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", step.name, diff)
		}
	}
}

func TestUluleStoreRefuses(t *testing.T) {
	t.Parallel()
	store := ratelimit.UluleStore(clockAt(epoch).store(0))
	rate := limiter.Rate{Limit: 3, Period: time.Minute}
	for _, count := range []int64{0, -1} {
		if _, err := store.Increment(t.Context(), "key", count, rate); !errors.Is(err, ratelimit.ErrInvalid) {
			t.Errorf("Increment by %d: %v, want ErrInvalid", count, err)
		}
	}
	for name, ask := range map[string]func(context.Context, string, limiter.Rate) (limiter.Context, error){
		"Get": store.Get, "Peek": store.Peek, "Reset": store.Reset,
	} {
		if _, err := ask(t.Context(), "key", limiter.Rate{Limit: 3}); !errors.Is(err, ratelimit.ErrInvalid) {
			t.Errorf("%s with no period: %v, want ErrInvalid", name, err)
		}
	}
}

// TestUluleStoreOfOneThatAsksNobody: a store may let everything in while its server is away.
func TestUluleStoreOfOneThatAsksNobody(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		decision ratelimit.Decision
		want     limiter.Context
	}{
		{ratelimit.Decision{Allowed: true}, limiter.Context{Limit: 3, Remaining: 3}},
		{ratelimit.Decision{}, limiter.Context{Limit: 3, Reached: true}},
	} {
		got, err := ratelimit.UluleStore(sayer(row.decision)).Get(t.Context(), "key", limiter.Rate{Limit: 3, Period: time.Minute})
		if diff := cmp.Diff(row.want, got); diff != "" || err != nil {
			t.Errorf("%v (-want +got)\n%s", err, diff)
		}
	}
}

// sayer is a store that always says the same.
type sayer ratelimit.Decision

func (s sayer) Decide(context.Context, ...ratelimit.Charge) (ratelimit.Decision, error) {
	return ratelimit.Decision(s), nil
}

func (s sayer) Peek(context.Context, ...ratelimit.Charge) (ratelimit.Decision, error) {
	return ratelimit.Decision(s), nil
}

func (sayer) Reset(context.Context, ...ratelimit.Charge) error { return nil }
