package jwks_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/jwks"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// codedError is an error with Clerk's error code, as the Backend API's client returns it.
type codedError struct{ code string }

func (e codedError) Error() string     { return "the Backend API says " + e.code }
func (e codedError) ErrorCode() string { return e.code }

func TestColdStartInAnOutage(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		err  error
		body string
		want token.Reason
	}{
		"no connection":          {err: errDown, want: token.ReasonJWKRemoteFailedToLoad},
		"an invalid secret key":  {err: fmt.Errorf("wrapped: %w", codedError{"clerk_key_invalid"}), want: token.ReasonSecretKeyInvalid},
		"another code":           {err: codedError{"internal_clerk_error"}, want: token.ReasonJWKRemoteFailedToLoad},
		"an answer of no key":    {body: `{"keys":[]}`, want: token.ReasonJWKRemoteFailedToLoad},
		"an answer without keys": {body: `{}`, want: token.ReasonJWKRemoteFailedToLoad},
		"null":                   {body: `null`, want: token.ReasonJWKRemoteFailedToLoad},
		"a page of HTML":         {body: `<html>`, want: token.ReasonJWKRemoteInvalid},
		"keys that are no list":  {body: `{"keys":{}}`, want: token.ReasonJWKRemoteInvalid},
		"an empty answer":        {body: ``, want: token.ReasonJWKRemoteInvalid},
		"an endless answer":      {body: `{"keys":[` + strings.Repeat(" ", 1<<20) + `]}`, want: token.ReasonJWKRemoteInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := &keyServer{body: []byte(row.body), err: row.err}
				r := remote(t, server)
				mustMiss(t, r, "ins_1", row.want, true)
				if _, err := r.Key(t.Context(), "ins_1"); row.err != nil && !errors.Is(err, row.err) {
					t.Errorf("the cause is lost: %v", err)
				}
			})
		})
	}
}

func TestFailedFetchesKeepTheirDistance(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := &keyServer{err: errDown}
		r := remote(t, server)
		for range 450 { // 45 seconds of ten requests each
			mustMiss(t, r, "ins_1", token.ReasonJWKRemoteFailedToLoad, true)
			letPass(100 * time.Millisecond)
		}
		mustHaveFetched(t, server, 7) // at 0, 1, 3, 7, 15, 25 and 35 seconds
		server.answer(jwkOf("ins_1", firstKey()))
		mustFind(t, r, "ins_1")
	})
}

func TestOutageIsBridgedForAWhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		r := remote(t, server, func(c *jwks.RemoteConfig) { c.StaleFor = 10 * time.Minute })
		mustFind(t, r, "ins_1")
		server.fail(errDown)
		for range 899 { // five minutes of lifetime and ten of grace
			letPass(time.Second)
			mustFind(t, r, "ins_1")
		}
		mustMiss(t, r, "ins_2", token.ReasonJWKRemoteFailedToLoad, true)
		letPass(time.Second)
		mustMiss(t, r, "ins_1", token.ReasonJWKRemoteFailedToLoad, true)
		server.answer(jwkOf("ins_1", firstKey()))
		letPass(10 * time.Second) // the longest pause
		mustFind(t, r, "ins_1")
	})
}

func TestNoStaleUsesNothingBeyondItsLifetime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		r := remote(t, server, func(c *jwks.RemoteConfig) { c.StaleFor = jwks.NoStale })
		mustFind(t, r, "ins_1")
		server.fail(errDown)
		letPass(jwks.DefaultLifetime)
		mustMiss(t, r, "ins_1", token.ReasonJWKRemoteFailedToLoad, true)
	})
}

// While the key server hangs, no caller with a usable key waits: the fetch of the next set begins before the lifetime of the current
// one ends, and is repeated in the background.
func TestAHangingKeyServerSlowsNoCallerWithAKey(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		r := remote(t, server)
		mustFind(t, r, "ins_1")
		server.hang()
		for range 600 {
			letPass(time.Second)
			begun := time.Now()
			mustFind(t, r, "ins_1")
			if waited := time.Since(begun); waited != 0 {
				t.Fatalf("a request waited %v", waited)
			}
		}
		if server.count() < 20 {
			t.Errorf("%d fetches: the server is not asked again", server.count())
		}
	})
}

// When no request came in the time for fetching ahead, the first requests afterwards wait a moment, and many wait no longer than
// one.
func TestCallersWaitAMomentForAHangingKeyServer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		r := remote(t, server)
		mustFind(t, r, "ins_1")
		server.hang()
		letPass(jwks.DefaultLifetime)
		begun := time.Now()
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() { mustFind(t, r, "ins_1") })
		}
		wg.Wait()
		mustFind(t, r, "ins_1")
		if waited := time.Since(begun); waited != 250*time.Millisecond {
			t.Errorf("21 requests waited %v", waited)
		}
		mustHaveFetched(t, server, 2)
	})
}

// A hanging key server does not prolong the use of a key.
func TestCallersWithoutAKeyWaitForAHangingKeyServer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		r := remote(t, server, func(c *jwks.RemoteConfig) { c.StaleFor = jwks.NoStale })
		mustFind(t, r, "ins_1")
		server.hang()
		letPass(jwks.DefaultLifetime)
		mustMiss(t, r, "ins_1", token.ReasonJWKRemoteFailedToLoad, true)
	})
}

func TestKeyWithdrawnDuringAnOutageIsRefusedAfterIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		r := remote(t, server)
		mustFind(t, r, "ins_1")
		server.fail(errDown)
		letPass(jwks.DefaultLifetime)
		mustFind(t, r, "ins_1")
		server.answer(jwkOf("ins_2", secondKey()))
		letPass(jwks.DefaultMinInterval)
		mustFind(t, r, "ins_1") // served from before, while the server is asked
		synctest.Wait()
		mustMiss(t, r, "ins_1", token.ReasonJWKKidMismatch, false)
		mustFind(t, r, "ins_2")
	})
}

// An outage of long ago says nothing about now: an old key is used only after another fetch has failed.
func TestAnOldOutageDoesNotKeepOldKeysAlive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		r := remote(t, server)
		mustFind(t, r, "ins_1")
		server.fail(errDown)
		letPass(jwks.DefaultLifetime)
		mustFind(t, r, "ins_1")
		server.answer(jwkOf("ins_2", secondKey()))
		letPass(jwks.DefaultLifetime)
		mustMiss(t, r, "ins_1", token.ReasonJWKKidMismatch, false)
	})
}

func TestBadAnswerDoesNotReplaceAGoodOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		r := remote(t, server)
		mustFind(t, r, "ins_1")
		server.set(func() { server.body = []byte("<html>") })
		letPass(time.Minute)
		mustMiss(t, r, "ins_2", token.ReasonJWKRemoteInvalid, true)
		mustFind(t, r, "ins_1")
	})
}

func TestClockThatGoesBackDoesNotKeepKeysAlive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		shift := time.Duration(0)
		r := remote(t, server, func(c *jwks.RemoteConfig) { c.Now = func() time.Time { return time.Now().Add(shift) } })
		mustFind(t, r, "ins_1")
		server.answer(jwkOf("ins_2", secondKey()))
		shift = -24 * time.Hour
		mustMiss(t, r, "ins_1", token.ReasonJWKKidMismatch, false)
		mustHaveFetched(t, server, 2)
	})
}

func TestTheLogTellsOfFailures(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var logged bytes.Buffer
		server := &keyServer{err: errDown}
		r := remote(t, server, func(c *jwks.RemoteConfig) {
			c.Logger = slog.New(slog.NewTextHandler(&logged, nil))
			c.Observer = observe.Log(c.Logger)
		})
		mustMiss(t, r, "ins_1", token.ReasonJWKRemoteFailedToLoad, true)
		server.answer(jwkOf("ins_1", firstKey()), jwk{"kty": "EC", "kid": "ec"})
		letPass(time.Minute)
		mustFind(t, r, "ins_1")
		for _, part := range []string{"could not be fetched", "connection refused", "skipped=1"} {
			if !strings.Contains(logged.String(), part) {
				t.Errorf("the log lacks %q: %s", part, logged.String())
			}
		}
	})
}

func TestCloseObeysItsContext(t *testing.T) {
	t.Parallel()
	stubborn := make(stubbornServer)
	r := jwks.NewRemote(jwks.RemoteConfig{Fetcher: stubborn})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { stubborn <- struct{}{}; cancel() }() // the fetch has begun: the caller leaves
	if _, err := r.Key(ctx, "ins_1"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if err := r.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want the context's error", err)
	}
	stubborn <- struct{}{}
	if err := r.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// stubbornServer ignores the context.
type stubbornServer chan struct{}

func (s stubbornServer) JWKS(context.Context) ([]byte, error) {
	<-s
	<-s
	return nil, errDown
}

func TestOutageIsBridgedBetweenDistantFetchesToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		r := remote(t, server, func(c *jwks.RemoteConfig) { c.Lifetime, c.MinInterval = 2*time.Second, time.Minute })
		mustFind(t, r, "ins_1")
		server.fail(errDown)
		for range 300 {
			letPass(time.Second)
			mustFind(t, r, "ins_1")
		}
	})
}

func TestFetchesAreReported(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var events []observe.Event
		server := &keyServer{err: errDown}
		r := remote(t, server, func(c *jwks.RemoteConfig) {
			c.Observer = observe.Func(func(_ context.Context, e observe.Event) { events = append(events, e) })
		})
		mustMiss(t, r, "ins_1", token.ReasonJWKRemoteFailedToLoad, true)
		server.answer(jwkOf("ins_1", firstKey()))
		letPass(time.Minute)
		mustFind(t, r, "ins_1")
		if len(events) != 2 || events[0].Kind != observe.KeyFetched || !errors.Is(events[0].Err, errDown) ||
			events[1] != (observe.Event{Kind: observe.KeyFetched}) {
			t.Errorf("%+v, want a fetch that failed and one that did not", events)
		}
	})
}
