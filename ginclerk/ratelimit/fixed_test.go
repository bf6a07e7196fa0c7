package ratelimit_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/ulule/limiter/v3"
	"github.com/ulule/limiter/v3/drivers/store/memory"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// ululeMemory returns one of ulule's own stores, without the goroutine that cleans it and can't be stopped.
func ululeMemory() limiter.Store { return memory.NewStoreWithOptions(limiter.StoreOptions{}) }

// fixedWindows returns a store over one of ulule's, which reads the wall clock: the windows of these tests are an hour long.
func fixedWindows(t *testing.T) ratelimit.Store {
	t.Helper()
	return ratelimit.FixedWindows(ululeMemory(), ratelimit.FixedWindowConfig{Logger: slog.New(slog.DiscardHandler)})
}

func hourly(name string, limit int64) ratelimit.Policy {
	return ratelimit.Policy{Name: name, Limit: limit, Window: time.Hour}
}

func TestFixedWindowsCount(t *testing.T) {
	t.Parallel()
	store := fixedWindows(t)
	user := ratelimit.Charge{Key: "ada", Policy: hourly("user", 3), Cost: 1}
	for i, remaining := range []int64{2, 1, 0} {
		if d := decide(t, store, user); !d.Allowed || d.At(0).Remaining != remaining {
			t.Errorf("request %d: %v with %d left, want %d", i+1, d.Allowed, d.At(0).Remaining, remaining)
		}
	}
	d := decide(t, store, user)
	wait, finite := d.RetryAfter().Duration()
	if d.Allowed || !finite || wait <= 0 || wait > 2*time.Hour {
		t.Errorf("the fourth request: allowed %v, to be tried again after %v", d.Allowed, d.RetryAfter())
	}
	if p := peek(t, store, user); p.Allowed {
		t.Error("Peek would let a fifth request in")
	}
	other := user
	other.Key = "bob"
	if !decide(t, store, other).Allowed {
		t.Error("another key shares the count")
	}
	if err := store.Reset(t.Context(), user); err != nil {
		t.Fatal(err)
	}
	if !decide(t, store, user).Allowed {
		t.Error("Reset forgot nothing")
	}
}

// TestWhatOneFixedWindowRefusesCostsNothingUnderTheOthers: neither under those that were asked before, nor under itself.
func TestWhatOneFixedWindowRefusesCostsNothingUnderTheOthers(t *testing.T) {
	t.Parallel()
	store := fixedWindows(t)
	user := ratelimit.Charge{Key: "ada", Policy: hourly("user", 10), Cost: 1}
	organization := ratelimit.Charge{Key: "acme", Policy: hourly("organization", 5), Cost: 6}
	if decide(t, store, user, organization).Allowed {
		t.Fatal("a cost above the limit was allowed")
	}
	organization.Cost = 5
	if d := decide(t, store, user, organization); !d.Allowed || d.At(0).Remaining != 9 {
		t.Errorf("allowed %v with %d left for the user, want 9: the refused request cost something", d.Allowed, d.At(0).Remaining)
	}
}

// failing is a store of ulule's that does not answer.
type failing struct{ limiter.Store }

var errAway = errors.New("away")

func (failing) Increment(context.Context, string, int64, limiter.Rate) (limiter.Context, error) {
	return limiter.Context{}, errAway
}

func TestAFixedWindowStoreThatFailsAllowsNothing(t *testing.T) {
	t.Parallel()
	store := ratelimit.FixedWindows(failing{ululeMemory()}, ratelimit.FixedWindowConfig{Logger: slog.New(slog.DiscardHandler)})
	d, err := store.Decide(t.Context(), ratelimit.Charge{Key: "ada", Policy: hourly("user", 3), Cost: 1})
	if d.Allowed || !errors.Is(err, ratelimit.ErrUnavailable) || !errors.Is(err, errAway) {
		t.Errorf("%+v, %v", d, err)
	}
	if _, err := store.Decide(t.Context()); !errors.Is(err, ratelimit.ErrInvalid) {
		t.Errorf("no charges: %v, want ErrInvalid", err)
	}
}

func TestFixedWindowsAreWarnedOf(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	ratelimit.FixedWindows(ululeMemory(), ratelimit.FixedWindowConfig{Logger: slog.New(slog.NewTextHandler(&out, nil))})
	if text := out.String(); !strings.Contains(text, "level=WARN") || !strings.Contains(text, "fixed windows") {
		t.Errorf("the log says %q", text)
	}
}
