package clerktest

import (
	"context"
	"testing"
	"time"
)

// closeTimeout is how long a test waits for requests that are still in progress.
const closeTimeout = time.Second

// New starts an embedded Clerk for a test, and closes it when the test ends. The options change the zero [Config]. Making a
// signing key takes time, so New uses one of a few public keys, with a new key id. A failure ends the test.
func New(tb testing.TB, options ...func(*Config)) *Server {
	tb.Helper()
	key, err := pooledKey()
	if err != nil {
		tb.Fatal(err)
	}
	config := Config{signingKey: key}
	for _, option := range options {
		option(&config)
	}
	s, err := Start(config)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(tb.Context()), closeTimeout)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			tb.Errorf("close embedded Clerk: %v", err)
		}
	})
	return s
}
