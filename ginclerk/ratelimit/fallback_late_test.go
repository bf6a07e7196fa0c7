package ratelimit_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// script is a store that gives one answer after the other, and then none.
type script struct {
	ratelimit.Store

	answers []func(...ratelimit.Charge) ratelimit.Decision
}

func (s *script) Decide(_ context.Context, charges ...ratelimit.Charge) (ratelimit.Decision, error) {
	if len(s.answers) == 0 {
		return ratelimit.Decision{}, errors.New("away")
	}
	answer := s.answers[0]
	s.answers = s.answers[1:]
	return answer(charges...), nil
}

func (s *script) ObeysContext() bool { return true }

// An answer of the window before, which another request's has overtaken, doesn't make what is known of this one forgotten.
func TestALateAnswerIsNotLearned(t *testing.T) {
	t.Parallel()
	clock := clockAt(epoch + 1)
	window := time.Minute
	at := func(now int64, counts ratelimit.Counts) func(...ratelimit.Charge) ratelimit.Decision {
		return func(charges ...ratelimit.Charge) ratelimit.Decision {
			return ratelimit.Decide(now, charges, []ratelimit.Counts{counts})
		}
	}
	store := &script{answers: []func(...ratelimit.Charge) ratelimit.Decision{
		at(epoch+1, ratelimit.Counts{Start: epoch, Current: 9}),
		at(epoch-1, ratelimit.Counts{Start: epoch - window.Milliseconds()}),
	}}
	fallback, err := ratelimit.WithFallback(store, ratelimit.FallbackConfig{Now: clock.now})
	if err != nil {
		t.Fatal(err)
	}
	decide(t, fallback, charge("ada", 10, window)) // the tenth of ten
	decide(t, fallback, charge("ada", 10, window)) // late
	if decide(t, fallback, charge("ada", 10, window)).Allowed {
		t.Error("the eleventh of ten is let in while the store is away")
	}
}
