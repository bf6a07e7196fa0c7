package redisstore_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/ginclerk/ginclerk/ginclerk/redisstore"
	"github.com/ginclerk/ginclerk/internal/redistest"
)

// slowRedis is a hook in place of Redis: it holds each command and each pipeline until the test lets one answer, and lets every request in.
type slowRedis struct {
	answers chan func() // what happens just before the answer; may be nil

	mu   sync.Mutex
	sent [][]string // the policies of what was sent together
}

func (r *slowRedis) DialHook(redis.DialHook) redis.DialHook {
	return func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("no network in this test")
	}
}

func (r *slowRedis) ProcessHook(redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error { return r.serve(ctx, []redis.Cmder{cmd}) }
}

func (r *slowRedis) ProcessPipelineHook(redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return r.serve
}

func (r *slowRedis) serve(ctx context.Context, commands []redis.Cmder) error {
	var policies []string
	for _, cmd := range commands {
		key := fmt.Sprint(cmd.Args()[3])
		policies = append(policies, key[strings.LastIndexByte(key, ':')+1:])
	}
	r.mu.Lock()
	r.sent = append(r.sent, policies)
	r.mu.Unlock()
	var before func()
	select {
	case before = <-r.answers:
	case <-ctx.Done():
		for _, cmd := range commands {
			cmd.SetErr(ctx.Err())
		}
		return ctx.Err()
	}
	for _, cmd := range commands {
		var answer []byte
		for _, number := range []float64{1, 1000, 0, 0, 0} { // allowed, Redis's time, an unused counter
			answer = binary.LittleEndian.AppendUint64(answer, math.Float64bits(number))
		}
		if s, ok := cmd.(*redis.StringCmd); ok {
			s.SetVal(string(answer))
		}
	}
	if before != nil {
		before()
	}
	return nil
}

func (r *slowRedis) all() [][]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.sent)
}

// busy is a store whose Redis is slow, with the test of its bubble.
type busy struct {
	*testing.T
	*redisstore.Limits
	redis *slowRedis
	asked sync.WaitGroup
}

// withBusy runs a test in a bubble, where time passes at once.
func withBusy(t *testing.T, test func(*busy)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		client := redis.NewClient(&redis.Options{
			Addr: "127.0.0.1:1", ContextTimeoutEnabled: true,
			MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}, // it looks up the host
		})
		defer func() { _ = client.Close() }()
		b := &busy{T: t, redis: &slowRedis{answers: make(chan func())}}
		client.AddHook(b.redis)
		b.Limits = newLimits(t, client)
		test(b)
		b.asked.Wait()
	})
}

// ask asks in a goroutine, and returns once all that can happen has happened. The error comes when the decision does.
func (b *busy) ask(ctx context.Context, policy string) <-chan error {
	decided := make(chan error, 1)
	b.asked.Go(func() {
		c := charge("a", 10, time.Minute)
		c.Policy.Name = policy
		d, err := b.Decide(ctx, c)
		if err == nil && !d.Allowed {
			err = errors.New("refused")
		}
		decided <- err
	})
	synctest.Wait()
	return decided
}

// answer lets Redis answer what it holds, so many times.
func (b *busy) answer(times int) {
	for range times {
		b.redis.answers <- nil
		synctest.Wait()
	}
}

func wantSent(t *testing.T, b *busy, want ...string) {
	t.Helper()
	var got []string
	for _, together := range b.redis.all() {
		slices.Sort(together)
		got = append(got, strings.Join(together, " "))
	}
	if !slices.Equal(got, want) {
		t.Errorf("sent %q, want %q", got, want)
	}
}

func wantDecided(t *testing.T, decided <-chan error, want error) {
	t.Helper()
	select {
	case err := <-decided:
		if !errors.Is(err, want) {
			t.Errorf("error %v, want %v", err, want)
		}
	default:
		t.Errorf("not decided, want %v", want)
	}
}

func TestDecisionsThatComeWhileFourAreOnTheirWayGoTogether(t *testing.T) {
	t.Parallel()
	withBusy(t, func(b *busy) {
		t := b.T
		for _, policy := range []string{"1", "2", "3", "4", "5", "6", "7"} {
			b.ask(t.Context(), policy)
		}
		wantSent(t, b, "1", "2", "3", "4")
		b.answer(1)
		wantSent(t, b, "1", "2", "3", "4", "5 6 7")
		b.answer(4)
		wantDecided(t, b.ask(answered(b), "8"), nil)
	})
}

// answered lets Redis answer the next question, and returns the context for it.
func answered(b *busy) context.Context {
	go func() { b.redis.answers <- nil }()
	return context.Background()
}

func TestOneDecisionThatWaitsGoesByItself(t *testing.T) {
	t.Parallel()
	withBusy(t, func(b *busy) {
		t := b.T
		for _, policy := range []string{"1", "2", "3", "4"} {
			b.ask(t.Context(), policy)
		}
		fifth := b.ask(t.Context(), "5")
		b.answer(1)
		wantSent(t, b, "1", "2", "3", "4", "5")
		b.answer(4)
		wantDecided(t, fifth, nil)
	})
}

func TestADecisionWhoseCallerLeavesIsNotSent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		others []string
		want   []string
	}{
		"no other waits":    {nil, []string{"1", "2", "3", "4", "after"}},
		"one other waits":   {[]string{"5"}, []string{"1", "2", "3", "4", "5", "after"}},
		"two others do":     {[]string{"5", "6"}, []string{"1", "2", "3", "4", "5 6", "after"}},
		"three others wait": {[]string{"5", "6", "7"}, []string{"1", "2", "3", "4", "5 6 7", "after"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withBusy(t, func(b *busy) {
				t := b.T
				for _, policy := range []string{"1", "2", "3", "4"} {
					b.ask(t.Context(), policy)
				}
				ctx, cancel := context.WithCancel(t.Context())
				left := b.ask(ctx, "left")
				for _, policy := range c.others {
					b.ask(t.Context(), policy)
				}
				cancel()
				synctest.Wait()
				wantDecided(t, left, context.Canceled)
				b.answer(len(c.want) - 1)
				after := b.ask(t.Context(), "after")
				b.answer(1)
				wantDecided(t, after, nil)
				wantSent(t, b, c.want...)
			})
		})
	}
}

// TestATurnThatComesWhileItsCallerLeavesIsNotLost: which of the two is first is chance, so there are many rounds.
func TestATurnThatComesWhileItsCallerLeavesIsNotLost(t *testing.T) {
	t.Parallel()
	withBusy(t, func(b *busy) {
		t := b.T
		for range 100 {
			for _, policy := range []string{"1", "2", "3", "4"} {
				b.ask(t.Context(), policy)
			}
			ctx, cancel := context.WithCancel(t.Context())
			b.ask(ctx, "5")
			b.redis.answers <- cancel
			synctest.Wait()
			b.answer(3)
			select { // 5 was sent, or not
			case b.redis.answers <- nil:
				synctest.Wait()
			default:
			}
		}
		sent := len(b.redis.all())
		for _, policy := range []string{"1", "2", "3", "4"} {
			b.ask(t.Context(), policy)
		}
		if now := len(b.redis.all()); now != sent+4 {
			t.Errorf("%d of four decisions were sent at once", now-sent)
		}
		b.answer(4)
	})
}

func TestEachCallerOfABatchLeavesAtItsOwnDeadline(t *testing.T) {
	t.Parallel()
	withBusy(t, func(b *busy) {
		t := b.T
		for _, policy := range []string{"1", "2", "3", "4"} {
			b.ask(t.Context(), policy)
		}
		soon, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		late, cancelLate := context.WithTimeout(t.Context(), time.Minute)
		defer cancelLate()
		early, other, patient := b.ask(soon, "early"), b.ask(late, "other"), b.ask(t.Context(), "patient")
		b.answer(1)             // the batch is on its way
		time.Sleep(time.Second) //nolint:forbidigo // the time of synctest
		synctest.Wait()
		wantDecided(t, early, context.DeadlineExceeded)
		b.answer(3)
		time.Sleep(time.Minute) //nolint:forbidigo // the time of synctest
		synctest.Wait()
		wantDecided(t, other, context.DeadlineExceeded)
		b.answer(1)
		wantDecided(t, patient, nil)
	})
}

func TestABatchGoesOnAfterTheEarliestDeadline(t *testing.T) {
	t.Parallel()
	withBusy(t, func(b *busy) {
		t := b.T
		for _, policy := range []string{"1", "2", "3", "4"} {
			b.ask(t.Context(), policy)
		}
		soon, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		late, cancelLate := context.WithTimeout(t.Context(), time.Minute)
		defer cancelLate()
		early, other := b.ask(soon, "early"), b.ask(late, "other")
		b.answer(1)             // the batch is on its way
		time.Sleep(time.Second) //nolint:forbidigo // the time of synctest
		synctest.Wait()
		b.answer(4)
		wantDecided(t, early, context.DeadlineExceeded)
		wantDecided(t, other, nil)
	})
}

func TestABatchEndsAtItsLatestDeadline(t *testing.T) {
	t.Parallel()
	withBusy(t, func(b *busy) {
		t := b.T
		for _, policy := range []string{"1", "2", "3", "4"} {
			b.ask(t.Context(), policy)
		}
		for _, policy := range []string{"5", "6"} {
			limited, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			b.ask(limited, policy)
		}
		b.answer(1)             // 5 and 6 are on their way, and are never answered
		time.Sleep(time.Second) //nolint:forbidigo // the time of synctest
		synctest.Wait()
		next := b.ask(t.Context(), "next")
		wantSent(t, b, "1", "2", "3", "4", "5 6", "next")
		b.answer(4)
		wantDecided(t, next, nil)
	})
}

func TestABatchDoesNotWaitLongForASlowRedis(t *testing.T) {
	t.Parallel()
	withBusy(t, func(b *busy) {
		t := b.T
		for _, policy := range []string{"1", "2", "3", "4", "5"} {
			b.ask(t.Context(), policy)
		}
		time.Sleep(6 * time.Millisecond) //nolint:forbidigo // the time of synctest
		b.ask(t.Context(), "6")
		wantSent(t, b, "1", "2", "3", "4", "5 6")
		b.ask(t.Context(), "7")
		b.ask(t.Context(), "8")
		b.answer(1) // five are on their way: one more than usual
		wantSent(t, b, "1", "2", "3", "4", "5 6")
		b.answer(1)
		wantSent(t, b, "1", "2", "3", "4", "5 6", "7 8")
		b.answer(4)
	})
}

func TestABatchOf256GoesWithoutWaiting(t *testing.T) {
	t.Parallel()
	withBusy(t, func(b *busy) {
		t := b.T
		for range 4 + 256 {
			b.ask(t.Context(), "x")
		}
		if sent := b.redis.all(); len(sent) != 5 || len(sent[4]) != 256 {
			t.Errorf("sent %d times, want 4 single decisions and a batch of 256", len(sent))
		}
		b.answer(5)
	})
}

// together counts what goes to a real Redis.
type together struct{ alone, batches, most atomic.Int64 }

func (h *together) DialHook(next redis.DialHook) redis.DialHook { return next }

func (h *together) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		h.alone.Add(1)
		return next(ctx, cmd)
	}
}

func (h *together) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, commands []redis.Cmder) error {
		h.batches.Add(1)
		h.most.Store(max(h.most.Load(), int64(len(commands))))
		return next(ctx, commands)
	}
}

// TestBatchesLetInWhatTheLimitSays: many callers of one process, Redis forgets the script in between, and some callers leave.
func TestBatchesLetInWhatTheLimitSays(t *testing.T) {
	t.Parallel()
	const callers, each, limit = 64, 40, 500
	client := redistest.Start(t).Client(t)
	hook := &together{}
	client.AddHook(hook)
	limits := newLimits(t, client)
	var in, given atomic.Int64
	var running sync.WaitGroup
	for n := range callers {
		running.Go(func() {
			for i := range each {
				ctx, cancel := context.WithCancel(t.Context())
				switch {
				case n == 0 && i == each/2:
					if err := client.ScriptFlush(ctx).Err(); err != nil {
						t.Error(err)
					}
				case n%4 == 1:
					go cancel()
				}
				d, err := limits.Decide(ctx, charge("a", limit, year))
				switch {
				case errors.Is(err, context.Canceled):
					given.Add(1)
				case err != nil:
					t.Error(err)
				case d.Allowed:
					in.Add(1)
				}
				cancel()
			}
		})
	}
	running.Wait()
	if got := in.Load(); got > limit || got < limit-given.Load() {
		t.Errorf("let %d in of %d, %d callers left", got, limit, given.Load())
	}
	if left := mustPeek(t, limits, charge("a", limit, year)).At(0).Remaining; left != 0 {
		t.Errorf("%d left, want 0: more was asked for than the limit", left)
	}
	t.Logf("%d decisions: %d alone, %d batches, the largest of %d; %d callers left",
		callers*each, hook.alone.Load(), hook.batches.Load(), hook.most.Load(), given.Load())
	if hook.batches.Load() == 0 {
		t.Error("nothing went together")
	}
}
