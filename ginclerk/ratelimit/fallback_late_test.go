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

	answers []func(...ratelimit.Take) ratelimit.Decision
}

func (s *script) Decide(_ context.Context, takes ...ratelimit.Take) (ratelimit.Decision, error) {
	if len(s.answers) == 0 {
		return ratelimit.Decision{}, errors.New("away")
	}
	answer := s.answers[0]
	s.answers = s.answers[1:]
	return answer(takes...), nil
}

func (s *script) ObeysContext() bool { return true }

// An answer of the window before, which another request's has overtaken, doesn't make what is known of this one forgotten.
func TestALateAnswerIsNotLearned(t *testing.T) {
	t.Parallel()
	clock := clockAt(epoch + 1)
	window := time.Minute
	at := func(now int64, counts ratelimit.Counts) func(...ratelimit.Take) ratelimit.Decision {
		return func(takes ...ratelimit.Take) ratelimit.Decision {
			return ratelimit.Judge(now, takes, []ratelimit.Counts{counts})
		}
	}
	store := &script{answers: []func(...ratelimit.Take) ratelimit.Decision{
		at(epoch+1, ratelimit.Counts{Start: epoch, Current: 9}),
		at(epoch-1, ratelimit.Counts{Start: epoch - window.Milliseconds()}),
	}}
	fallback, err := ratelimit.WithFallback(store, ratelimit.FallbackConfig{Now: clock.now})
	if err != nil {
		t.Fatal(err)
	}
	decide(t, fallback, take("ada", 10, window)) // the tenth of ten
	decide(t, fallback, take("ada", 10, window)) // late
	if decide(t, fallback, take("ada", 10, window)).Allowed {
		t.Error("the eleventh of ten is let in while the store is away")
	}
}
