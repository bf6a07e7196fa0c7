package webhook_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

func TestADoneIDIsNotHandledAgain(t *testing.T) {
	t.Parallel()
	handled := 0
	b := newBench(t, countHandled(&handled))
	const retries = 27*time.Hour + 35*time.Minute + 5*time.Second // docs.svix.com/retries
	if webhook.Remembered <= retries {
		t.Errorf("ids are forgotten after %s, while Svix tries again for %s", webhook.Remembered, retries)
	}
	steps := []struct {
		after time.Duration
		word  string
		times int
	}{{0, "handled", 1}, {0, "duplicate", 1}, {retries, "duplicate", 1}, {webhook.Remembered, "handled", 2}}
	for _, step := range steps {
		b.clock.Advance(step.after)
		status, word := b.deliver(t, b.genuine("msg_1", sessionEnded("sess_1")))
		if status != http.StatusOK || word != step.word || handled != step.times {
			t.Errorf("%s later: %d %q, handled %d times, want %q and %d", step.after, status, word, handled, step.word, step.times)
		}
	}
	if got := len(b.revoked.all()); got != len(steps) {
		t.Errorf("revoked %d times, want at every attempt", got)
	}
}

func TestOneOfManyAttemptsHandlesTheEvent(t *testing.T) {
	t.Parallel()
	var handled atomic.Int32
	started, finish := make(chan struct{}), make(chan struct{})
	on := func(c *webhook.Config) {
		c.OnEvent = func(context.Context, webhook.Event) error {
			handled.Add(1)
			close(started) // panics on a second call
			<-finish
			return nil
		}
	}
	b := newBench(t, on)
	replica := newBench(t, func(c *webhook.Config) { on(c); c.Store, c.Now = b.store, b.clock.Now })
	m := b.genuine("msg_1", sessionEnded("sess_1"))
	var words sync.Map
	var running sync.WaitGroup
	deliver := func(to *bench) {
		_, word := to.deliver(t, m)
		count, _ := words.LoadOrStore(word, new(atomic.Int32))
		count.(*atomic.Int32).Add(1)
	}
	running.Go(func() { deliver(b) })
	<-started
	var others sync.WaitGroup
	for i := range 64 {
		others.Go(func() { deliver([]*bench{b, replica}[i%2]) })
	}
	others.Wait()
	close(finish)
	running.Wait()
	count := func(word string) int32 {
		if n, found := words.Load(word); found {
			return n.(*atomic.Int32).Load()
		}
		return 0
	}
	if handled.Load() != 1 || count("handled") != 1 || count("in_progress") != 64 {
		t.Errorf("handled %d times; answered handled %d, in_progress %d times", handled.Load(), count("handled"), count("in_progress"))
	}
	if status, word := replica.deliver(t, m); status != http.StatusOK || word != "duplicate" {
		t.Errorf("afterwards: %d %q", status, word)
	}
}

func TestOneOfManyCallsClaimsTheID(t *testing.T) {
	t.Parallel()
	var handled atomic.Int32
	b := newBench(t, func(c *webhook.Config) {
		c.OnEvent = func(context.Context, webhook.Event) error { handled.Add(1); return nil }
	})
	m := b.genuine("msg_1", sessionEnded("sess_1"))
	var running sync.WaitGroup
	for range 64 {
		running.Go(func() {
			if status, word := b.deliver(t, m); status != http.StatusOK && status != http.StatusConflict {
				t.Errorf("answered %d %q", status, word)
			}
		})
	}
	running.Wait()
	if handled.Load() != 1 {
		t.Errorf("handled %d times", handled.Load())
	}
}

func TestAFailedHandlerGetsAnotherChance(t *testing.T) {
	t.Parallel()
	const inside = "row of jane@example.com is locked"
	tests := []struct {
		name string
		fail func() error
	}{
		{"an error", func() error { return errors.New(inside) }},
		{"a panic", func() error { panic(inside) }},
		{"an aborted handler", func() error { panic(http.ErrAbortHandler) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			calls, second := 0, 0
			b := newBench(t, func(c *webhook.Config) {
				c.OnSession = func(context.Context, webhook.SessionEvent) error {
					if calls++; calls <= 2 {
						return tt.fail()
					}
					return nil
				}
				c.OnEvent = func(context.Context, webhook.Event) error { second++; return nil }
			})
			m := b.genuine("msg_1", sessionEnded("sess_1"))
			for range 2 {
				request := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(m.body))
				request.Header = m.header(t)
				recorder := httptest.NewRecorder()
				b.receiver.ServeHTTP(recorder, request)
				if body := recorder.Body.String(); recorder.Code != http.StatusInternalServerError || strings.TrimSpace(body) != `{"error":"handler"}` {
					t.Errorf("answered %d %q", recorder.Code, body)
				}
			}
			if second != 0 {
				t.Error("the handler behind the failed one ran")
			}
			if status, word := b.deliver(t, m); status != http.StatusOK || word != "handled" || second != 1 {
				t.Errorf("third attempt: %d %q", status, word)
			}
			if log := b.log.String(); !strings.Contains(log, "msg_1") || tt.name == "a panic" && strings.Contains(log, inside) {
				t.Errorf("log: %s", log)
			}
		})
	}
}

func TestAnUnavailableStoreAnswers503(t *testing.T) {
	t.Parallel()
	handled := 0
	b := newBench(t, countHandled(&handled))
	m := b.genuine("msg_1", sessionEnded("sess_1"))
	b.store.failSwap.Store(true)
	if status, word := b.deliver(t, m); status != http.StatusServiceUnavailable || word != "unavailable" || handled != 0 {
		t.Errorf("answered %d %q, handled %d times", status, word, handled)
	}
	if got := b.revoked.all(); len(got) != 1 || got[0].SessionID != "sess_1" {
		t.Errorf("revoked %v although the session has ended", got)
	}
	b.store.failSwap.Store(false)
	if status, word := b.deliver(t, m); status != http.StatusOK || word != "handled" || handled != 1 {
		t.Errorf("when it is back: %d %q, handled %d times", status, word, handled)
	}
	b.store.failLoad.Store(true)
	if status, word := b.deliver(t, m); status != http.StatusServiceUnavailable || word != "unavailable" {
		t.Errorf("when it can't be read: %d %q", status, word)
	}
}

func TestTheHandlersResultIsTheAnswerWhileTheStoreFails(t *testing.T) {
	t.Parallel()
	var failure error
	handled := 0
	var b *bench
	b = newBench(t, func(c *webhook.Config) {
		c.OnEvent = func(context.Context, webhook.Event) error {
			handled++
			b.store.failSwap.Store(true)
			return failure
		}
	})
	if status, word := b.deliver(t, b.genuine("msg_1", sessionEnded("sess_1"))); status != http.StatusOK || word != "handled" {
		t.Errorf("a handler that succeeded: %d %q", status, word)
	}
	b.store.failSwap.Store(false)
	failure = errors.New("no")
	m := b.genuine("msg_2", sessionEnded("sess_1"))
	if status, word := b.deliver(t, m); status != http.StatusInternalServerError || word != "handler" {
		t.Errorf("a handler that failed: %d %q", status, word)
	}
	b.store.failSwap.Store(false)
	if status, word := b.deliver(t, m); status != http.StatusConflict || word != "in_progress" {
		t.Errorf("the claim that could not be given back: %d %q", status, word)
	}
	b.clock.Advance(webhook.DefaultLease + 15*time.Second)
	failure = nil
	if status, word := b.deliver(t, b.genuine("msg_2", sessionEnded("sess_1"))); status != http.StatusOK || word != "handled" || handled != 3 {
		t.Errorf("after the claim lapsed: %d %q, handled %d times", status, word, handled)
	}
}

// Its claim lapses.
func TestTheClaimOfADeadProcessLapses(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *webhook.Config) {
		c.OnEvent = func(ctx context.Context, e webhook.Event) error { return nil }
	})
	swapped, err := b.store.CompareAndSwap(t.Context(), "webhook::msg_1", nil, []byte("claimed X"), time.Minute)
	if err != nil || !swapped {
		t.Fatal(swapped, err)
	}
	if status, word := b.deliver(t, b.genuine("msg_1", sessionEnded("sess_1"))); status != http.StatusConflict {
		t.Errorf("while it may live: %d %q", status, word)
	}
	b.clock.Advance(time.Minute)
	if status, word := b.deliver(t, b.genuine("msg_1", sessionEnded("sess_1"))); status != http.StatusOK || word != "handled" {
		t.Errorf("afterwards: %d %q", status, word)
	}
}

// Its claim has lapsed when it ends. The event still counts as done.
func TestAHandlerThatOutlivesItsLeaseCompletesTheEvent(t *testing.T) {
	t.Parallel()
	var b *bench
	handled := 0
	b = newBench(t, func(c *webhook.Config) {
		c.OnEvent = func(context.Context, webhook.Event) error {
			handled++
			b.clock.Advance(time.Hour)
			return nil
		}
	})
	if status, word := b.deliver(t, b.genuine("msg_1", sessionEnded("sess_1"))); status != http.StatusOK || word != "handled" {
		t.Errorf("answered %d %q", status, word)
	}
	if status, word := b.deliver(t, b.genuine("msg_1", sessionEnded("sess_1"))); word != "duplicate" || handled != 1 {
		t.Errorf("again: %d %q, handled %d times", status, word, handled)
	}
}

func TestHandlersOutliveTheRequestButNotTheLease(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *webhook.Config) {
		c.Lease = 20 * time.Millisecond
		c.OnEvent = func(ctx context.Context, _ webhook.Event) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			<-ctx.Done()
			return ctx.Err()
		}
	})
	m := b.genuine("msg_1", sessionEnded("sess_1"))
	hungUp, cancel := context.WithCancel(t.Context())
	cancel()
	request := httptest.NewRequestWithContext(hungUp, http.MethodPost, "/", strings.NewReader(m.body))
	request.Header = m.header(t)
	recorder := httptest.NewRecorder()
	b.receiver.ServeHTTP(recorder, request)
	if got := word(t, recorder); got != "handler" || !strings.Contains(b.log.String(), context.DeadlineExceeded.Error()) {
		t.Errorf("answered %q, log %s", got, b.log)
	}
	if _, err := b.store.Load(t.Context(), "webhook::msg_1"); err == nil {
		t.Error("the claim was not given back")
	}
}

func TestEndpointsWithOneStoreAreApart(t *testing.T) {
	t.Parallel()
	handled := 0
	b := newBench(t, countHandled(&handled))
	named := newBench(t, func(c *webhook.Config) { countHandled(&handled)(c); c.Store, c.Name = b.store, "billing" })
	m := b.genuine("msg_1", sessionEnded("sess_1"))
	for _, endpoint := range []*bench{b, named} {
		if _, word := endpoint.deliver(t, m); word != "handled" {
			t.Errorf("answered %q", word)
		}
	}
}

func TestAReceiverWithoutHandlersNeedsNoStore(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *webhook.Config) { c.Store = nil })
	if status, word := b.deliver(t, b.genuine("msg_1", sessionEnded("sess_1"))); status != http.StatusOK || word != "unhandled" {
		t.Errorf("answered %d %q", status, word)
	}
	if len(b.revoked.all()) != 1 {
		t.Error("nothing was revoked")
	}
}
