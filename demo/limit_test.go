package main

import (
	"net/http"
	"testing"
	"time"
)

// A window that is over when the client tries again is one that the client was told to wait for.
func TestTooManyWaitsForTheWindowToEnd(t *testing.T) {
	t.Parallel()
	const period = 10 * time.Second
	if got := tooMany(period); got.Status != http.StatusTooManyRequests || got.RetryAfter != period {
		t.Errorf("%d after %s, want 429 after %s", got.Status, got.RetryAfter, period)
	}
}
