package session_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/session"
)

type waiting struct{ error }

func (waiting) ErrorRetryAfter() time.Duration { return 7 * time.Second }

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		err  error
		want time.Duration
	}{
		{"no error", nil, 0},
		{"an error that doesn't say", session.ErrUnavailable, 0},
		{"an error that says", waiting{session.ErrUnavailable}, 7 * time.Second},
		{"below others", fmt.Errorf("%w: %w", session.ErrUnavailable, fmt.Errorf("x: %w", waiting{errRefused})), 7 * time.Second},
	} {
		if got := session.RetryAfter(row.err); got != row.want {
			t.Errorf("%s: %s, want %s", row.name, got, row.want)
		}
	}
}

func TestTurns(t *testing.T) {
	t.Parallel()
	if err := session.AwaitTurn(t.Context()); err != nil {
		t.Errorf("without turns: %v", err)
	}
	ctx := session.WithTurns(t.Context(), func(context.Context) error { return errRefused })
	if err := session.AwaitTurn(ctx); !errors.Is(err, errRefused) {
		t.Errorf("got %v", err)
	}
}
