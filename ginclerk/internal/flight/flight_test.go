package flight_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/flight"
)

// question is a call that answers when it is released, and counts how often it was made.
type question struct {
	group flight.Group
	gate  chan struct{}
	made  int
}

func newQuestion() *question { return &question{gate: make(chan struct{})} }

type answer struct {
	value string
	err   error
}

// ask makes a number of callers ask for the same thing, and returns once all of them wait.
func (q *question) ask(ctx context.Context, callers int) chan answer {
	answers := make(chan answer, callers)
	for range callers {
		go func() {
			value, err := flight.Do(ctx, &q.group, "key", func(ctx context.Context) (string, error) {
				q.made++
				select {
				case <-q.gate:
					return "answer", nil
				case <-ctx.Done():
					return "", ctx.Err()
				}
			})
			answers <- answer{value, err}
		}()
	}
	synctest.Wait()
	return answers
}

func TestCallersAtTheSameTimeShareOneCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQuestion()
		answers := q.ask(t.Context(), 20)
		close(q.gate)
		for range 20 {
			if got := <-answers; got != (answer{value: "answer"}) {
				t.Errorf("%+v", got)
			}
		}
		if q.made != 1 {
			t.Errorf("%d calls, want 1", q.made)
		}
	})
}

func TestACallerThatGivesUpEndsNothingForTheOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQuestion()
		ctx, cancel := context.WithCancel(t.Context())
		first, second := q.ask(ctx, 1), q.ask(t.Context(), 1)
		cancel()
		if got := <-first; !errors.Is(got.err, context.Canceled) {
			t.Errorf("the first caller got %+v, want context.Canceled", got)
		}
		close(q.gate)
		if got := <-second; got != (answer{value: "answer"}) {
			t.Errorf("the second caller got %+v", got)
		}
		if q.made != 1 {
			t.Errorf("%d calls, want 1", q.made)
		}
	})
}

func TestACallHasATimeLimit(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ timeout, want time.Duration }{
		"the default":     {0, flight.DefaultTimeout},
		"one that is set": {time.Second, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				q := newQuestion()
				q.group.Timeout = row.timeout
				begun := time.Now()
				if got := <-q.ask(t.Context(), 1); !errors.Is(got.err, context.DeadlineExceeded) {
					t.Errorf("%+v, want context.DeadlineExceeded", got)
				}
				if took := time.Since(begun); took != row.want {
					t.Errorf("the call ended after %v, want %v", took, row.want)
				}
			})
		})
	}
}

func TestACallThatIsForgottenServesThoseThatWaitAlready(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQuestion()
		before := q.ask(t.Context(), 1)
		q.group.Forget("key")
		after := q.ask(t.Context(), 1)
		if q.made != 2 {
			t.Errorf("%d calls, want 2", q.made)
		}
		close(q.gate)
		for _, answers := range []chan answer{before, after} {
			if got := <-answers; got != (answer{value: "answer"}) {
				t.Errorf("%+v", got)
			}
		}
	})
}
