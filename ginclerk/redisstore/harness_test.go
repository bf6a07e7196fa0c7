package redisstore_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk/redisstore"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// patience is how long a test waits for an event before it fails.
const patience = 2 * time.Minute

// replica has the revocations of one application process.
type replica struct {
	*redisstore.Revocations
	log *stateLog
}

func newReplica(tb testing.TB, config redisstore.Config) *replica {
	tb.Helper()
	log := &stateLog{changed: make(chan struct{})}
	config.Logger = slog.New(log)
	revocations, err := redisstore.NewRevocations(config)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := revocations.Close(ctx); err != nil {
			tb.Error(err)
		}
	})
	return &replica{Revocations: revocations, log: log}
}

func connectedReplica(tb testing.TB, client redis.UniversalClient) *replica {
	tb.Helper()
	r := newReplica(tb, redisstore.Config{Client: client})
	r.awaitConnected(tb, true)
	return r
}

// awaitConnected waits for the line in the log, which has each change right after it happened.
func (r *replica) awaitConnected(tb testing.TB, want bool) {
	tb.Helper()
	deadline := time.After(patience)
	for {
		changed := r.log.next()
		if r.Connected() == want {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			tb.Fatalf("connected is not %tb within %s", want, patience)
		}
	}
}

// awaitRevoked waits until a replica refuses a session.
func (r *replica) awaitRevoked(tb testing.TB, sessionIDs ...string) {
	tb.Helper()
	deadline := time.After(patience)
	for _, id := range sessionIDs {
		for {
			changed := r.Changed()
			if r.Revoked(id, "", time.Now()) {
				break
			}
			select {
			case <-changed:
			case <-deadline:
				tb.Fatalf("%s is not refused within %s", id, patience)
			}
		}
	}
}

func session(id string) revocation.Entry {
	return revocation.Entry{SessionID: id, Until: time.Now().Add(time.Hour)}
}

// mustRevoke revokes again as long as a busy machine does not answer in time.
func (r *replica) mustRevoke(tb testing.TB, entries ...revocation.Entry) {
	tb.Helper()
	deadline := time.Now().Add(patience)
	for {
		err := r.Revoke(tb.Context(), entries...)
		if err == nil {
			return
		}
		if !errors.Is(err, storage.ErrUnavailable) || time.Now().After(deadline) {
			tb.Fatal(err)
		}
	}
}

// stateLog is a slog.Handler that keeps the lines and signals each new one.
type stateLog struct {
	mu      sync.Mutex
	lines   []string
	changed chan struct{}
}

func (l *stateLog) Enabled(context.Context, slog.Level) bool { return true }
func (l *stateLog) WithAttrs([]slog.Attr) slog.Handler       { return l }
func (l *stateLog) WithGroup(string) slog.Handler            { return l }

func (l *stateLog) Handle(_ context.Context, record slog.Record) error {
	var line strings.Builder
	line.WriteString(record.Level.String() + " " + record.Message)
	record.Attrs(func(a slog.Attr) bool {
		line.WriteString(" " + a.String())
		return true
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line.String())
	close(l.changed)
	l.changed = make(chan struct{})
	return nil
}

func (l *stateLog) next() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.changed
}

func (l *stateLog) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.lines...)
}

// guard checks that replicas go on refusing what they refuse, until the returned function is called.
func guard(tb testing.TB, replicas []*replica, ids ...string) (stop func()) {
	tb.Helper()
	done := make(chan struct{})
	var running sync.WaitGroup
	for _, r := range replicas {
		running.Go(func() {
			tick := time.NewTicker(time.Millisecond)
			defer tick.Stop()
			for {
				for _, id := range ids {
					if !r.Revoked(id, "", time.Now()) {
						tb.Errorf("%s was refused and is accepted again", id)
						return
					}
				}
				select {
				case <-done:
					return
				case <-tick.C:
				}
			}
		})
	}
	return func() {
		close(done)
		running.Wait()
	}
}

func sessions(ids []string) []revocation.Entry {
	entries := make([]revocation.Entry, 0, len(ids))
	for _, id := range ids {
		entries = append(entries, session(id))
	}
	return entries
}
