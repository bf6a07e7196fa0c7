package clerkwait_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkwait"
)

const limit = 10 * time.Second

// call waits for an answer, as long as the context lets it.
func call(ctx context.Context, takes time.Duration) error {
	waits, end := clerkwait.Begin(ctx)
	defer end()
	select {
	case <-time.After(takes):
		return nil
	case <-waits.Done():
		return clerkwait.Err(waits)
	}
}

func TestABudget(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		do   func(ctx context.Context) error
		want error
		took time.Duration
	}{
		{"it is spent by waiting", func(ctx context.Context) error {
			return errors.Join(call(ctx, 6*time.Second), call(ctx, 6*time.Second))
		}, clerkwait.ErrSpent, limit},
		{"not by anything else", func(ctx context.Context) error {
			<-time.After(time.Hour)
			return call(ctx, 6*time.Second)
		}, nil, time.Hour + 6*time.Second},
		{"half of it is left for later", func(ctx context.Context) error {
			restore := clerkwait.In(ctx).Halve()
			first := call(ctx, 6*time.Second)
			restore()
			if !errors.Is(first, clerkwait.ErrSpent) {
				return errors.New("the first half was more")
			}
			return call(ctx, 4*time.Second)
		}, nil, 9 * time.Second},
		{"a context without it has none", func(ctx context.Context) error {
			return call(clerkwait.Without(ctx), time.Minute)
		}, nil, time.Minute},
		{"one that was lifted bounds nothing that goes on", func(ctx context.Context) error {
			time.AfterFunc(time.Second, clerkwait.In(ctx).Lift)
			return call(ctx, time.Minute)
		}, nil, time.Minute},
		{"the context of the caller ends earlier", func(ctx context.Context) error {
			short, cancel := context.WithTimeout(ctx, time.Second)
			defer cancel()
			return call(short, time.Minute)
		}, context.DeadlineExceeded, time.Second},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx := new(clerkwait.Budget).Begin(t.Context(), limit, time.Now)
				begun := time.Now()
				err := row.do(context.WithoutCancel(ctx)) // a context that is made from it has it, too
				if took := time.Since(begun); !errors.Is(err, row.want) || (err == nil) != (row.want == nil) || took != row.took {
					t.Errorf("error %v after %s, want %v after %s", err, took, row.want, row.took)
				}
			})
		})
	}
}

// TestARequestThatIsOverBoundsNothing: what goes on was begun by it, and nothing waits.
func TestARequestThatIsOverBoundsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		request, end := context.WithCancel(t.Context())
		ctx := context.WithoutCancel(new(clerkwait.Budget).Begin(request, limit, time.Now))
		time.AfterFunc(time.Second, end)
		if err := errors.Join(call(ctx, time.Minute), call(ctx, time.Minute)); err != nil {
			t.Errorf("error %v", err)
		}
	})
}

// TestNoBudget: a context that is no request's has none, and nil bounds nothing.
func TestNoBudget(t *testing.T) {
	t.Parallel()
	none := clerkwait.In(t.Context())
	none.Lift()
	none.Halve()()
	if err := call(t.Context(), 0); err != nil || none != nil {
		t.Errorf("error %v, budget %v", err, none)
	}
}
