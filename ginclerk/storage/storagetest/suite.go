package storagetest

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

const (
	long = time.Hour
	// short is the lifetime of a record whose end the test waits for, in real time where the store has no other clock.
	short = 150 * time.Millisecond
	look  = 5 * time.Millisecond
	// patience ends a wait that nothing will end.
	patience = 10 * time.Second
)

// Run runs the tests, each with its own empty store. open returns the store and a function that moves its time on; nil where its
// time is the real one.
func Run(t *testing.T, open func(t *testing.T) (store storage.Store, advance func(time.Duration))) {
	t.Helper()
	for name, test := range map[string]func(*harness){
		"a record is there once it was made":               (*harness).creates,
		"only who knows the old record replaces it":        (*harness).replaces,
		"only who knows the old record deletes it":         (*harness).deletes,
		"an empty record is a record":                      (*harness).keepsEmptyRecords,
		"any bytes and keys are kept as they are":          (*harness).keepsAnything,
		"a record ends when its time is over":              (*harness).ends,
		"a replacement has a time of its own":              (*harness).prolongs,
		"bytes are copied in and out":                      (*harness).copies,
		"arguments that break the contract change nothing": (*harness).refuses,
		"a cancelled context changes nothing":              (*harness).obeysContexts,
		"of many at once exactly one makes the record":     (*harness).letsOneIn,
		"no step is lost when many count":                  (*harness).counts,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, advance := open(t)
			test(&harness{T: t, store: store, advance: advance})
		})
	}
}

type harness struct {
	*testing.T
	store   storage.Store
	advance func(time.Duration)
}

func (h *harness) swap(key string, old, replacement []byte, lifetime time.Duration, want bool) {
	h.Helper()
	got, err := h.store.CompareAndSwap(h.Context(), key, old, replacement, lifetime)
	if err != nil || got != want {
		h.Fatalf("swapped %q for %q: %t, %v; want %t", old, replacement, got, err, want)
	}
}

// holds checks what is there; nil is nothing.
func (h *harness) holds(key string, want []byte) {
	h.Helper()
	got, err := h.store.Load(h.Context(), key)
	if want == nil {
		if got != nil || !errors.Is(err, storage.ErrNotFound) {
			h.Fatalf("loaded %q, %v; want ErrNotFound", got, err)
		}
		return
	}
	if err != nil || got == nil || !bytes.Equal(got, want) {
		h.Fatalf("loaded %q, %v; want %q", got, err, want)
	}
}

// awaitEnd lets a record's lifetime pass.
func (h *harness) awaitEnd(key string, lifetime time.Duration) {
	h.Helper()
	if h.advance != nil {
		h.advance(lifetime)
		return
	}
	ctx, cancel := context.WithTimeout(h.Context(), patience)
	defer cancel()
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	for {
		if _, err := h.store.Load(ctx, key); errors.Is(err, storage.ErrNotFound) {
			return
		} else if err != nil {
			h.Fatalf("the record does not end: %v", err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			h.Fatal("the record does not end")
		}
	}
}

func (h *harness) creates() {
	h.holds("a", nil)
	h.swap("a", nil, []byte("1"), long, true)
	h.holds("a", []byte("1"))
	h.holds("A", nil)
	h.swap("a", nil, []byte("2"), long, false)
	h.swap("a", nil, []byte("1"), long, false)
	h.holds("a", []byte("1"))
}

func (h *harness) replaces() {
	h.swap("a", []byte("1"), []byte("2"), long, false)
	h.swap("a", nil, []byte("1"), long, true)
	h.swap("a", []byte("11"), []byte("2"), long, false)
	h.swap("a", []byte("1"), []byte("2"), long, true)
	h.swap("a", []byte("1"), []byte("3"), long, false)
	h.swap("a", []byte("2"), []byte("2"), long, true)
	h.holds("a", []byte("2"))
}

func (h *harness) deletes() {
	h.swap("a", nil, nil, 0, true)
	h.swap("a", []byte("1"), nil, 0, false)
	h.swap("a", nil, []byte("1"), long, true)
	h.swap("a", nil, nil, 0, false)
	h.swap("a", []byte("2"), nil, 0, false)
	h.holds("a", []byte("1"))
	h.swap("a", []byte("1"), nil, 0, true)
	h.holds("a", nil)
	h.swap("a", []byte("1"), nil, 0, false)
	h.swap("a", nil, []byte("2"), long, true)
	h.holds("a", []byte("2"))
}

func (h *harness) keepsEmptyRecords() {
	h.swap("a", []byte{}, []byte("1"), long, false)
	h.swap("a", nil, []byte{}, long, true)
	h.holds("a", []byte{})
	h.swap("a", nil, []byte("1"), long, false)
	h.swap("a", []byte{}, []byte("1"), long, true)
	h.swap("a", []byte{}, nil, 0, false)
	h.holds("a", []byte("1"))
}

func (h *harness) keepsAnything() {
	all := make([]byte, 0, 256)
	for b := range 256 {
		all = append(all, byte(b))
	}
	big := bytes.Repeat(all, 1024)
	for _, key := range []string{
		"k", strings.Repeat("k", storage.MaxKeyBytes), "a b\r\n*1\r\n", "{a}", "\x00\xff", "ключ",
	} {
		h.swap(key, nil, big, long, true)
		h.holds(key, big)
		h.swap(key, big, all, long, true)
		h.holds(key, all)
	}
}

func (h *harness) ends() {
	h.swap("other", nil, []byte("1"), long, true)
	h.swap("a", nil, []byte("1"), short, true)
	h.holds("a", []byte("1"))
	h.awaitEnd("a", short)
	h.holds("a", nil)
	h.swap("a", []byte("1"), []byte("2"), long, false)
	h.swap("a", nil, []byte("2"), long, true)
	h.holds("a", []byte("2"))
	h.holds("other", []byte("1"))
}

func (h *harness) prolongs() {
	h.swap("shorter", nil, []byte("1"), long, true)
	h.swap("shorter", []byte("1"), []byte("1"), short, true)
	h.swap("longer", nil, []byte("1"), short, true)
	h.swap("longer", []byte("1"), []byte("1"), long, true)
	h.awaitEnd("shorter", short)
	h.holds("shorter", nil)
	h.holds("longer", []byte("1"))
}

func (h *harness) copies() {
	given := []byte("given")
	h.swap("a", nil, given, long, true)
	given[0] = 'X'
	h.holds("a", []byte("given"))
	loaded, err := h.store.Load(h.Context(), "a")
	if err != nil {
		h.Fatal(err)
	}
	loaded[0] = 'Y'
	_ = append(loaded[:1], "ZZZZ"...)
	h.holds("a", []byte("given"))
}

func (h *harness) refuses() {
	for name, call := range map[string]struct {
		key      string
		lifetime time.Duration
	}{
		"no key":                {"", long},
		"too long a key":        {strings.Repeat("k", storage.MaxKeyBytes+1), long},
		"no lifetime":           {"a", 0},
		"a lifetime that ended": {"a", -time.Second},
	} {
		swapped, err := h.store.CompareAndSwap(h.Context(), call.key, nil, []byte("1"), call.lifetime)
		if swapped || !errors.Is(err, storage.ErrInvalid) {
			h.Errorf("%s: %t, %v; want ErrInvalid", name, swapped, err)
		}
	}
	h.holds("a", nil)
}

func (h *harness) obeysContexts() {
	ctx, cancel := context.WithCancel(h.Context())
	cancel()
	if swapped, err := h.store.CompareAndSwap(ctx, "a", nil, []byte("1"), long); swapped || !errors.Is(err, context.Canceled) {
		h.Errorf("swapped: %t, %v; want the context's error", swapped, err)
	}
	h.holds("a", nil)
	if _, err := h.store.Load(ctx, "a"); !errors.Is(err, context.Canceled) {
		h.Errorf("loaded: %v; want the context's error", err)
	}
}

func (h *harness) letsOneIn() {
	const rounds, callers = 20, 8
	for round := range rounds {
		key := "round" + strconv.Itoa(round)
		var winners atomic.Int32
		h.together(callers, func(caller int) error {
			won, err := h.store.CompareAndSwap(h.Context(), key, nil, []byte(strconv.Itoa(caller)), long)
			if won {
				winners.Add(1)
			}
			return err
		})
		if got := winners.Load(); got != 1 {
			h.Fatalf("%d callers made the record", got)
		}
	}
}

func (h *harness) counts() {
	const callers, steps = 4, 25
	h.swap("n", nil, []byte("0"), long, true)
	h.together(callers, func(int) error {
		for done := 0; done < steps; {
			old, err := h.store.Load(h.Context(), "n")
			if err != nil {
				return err
			}
			n, err := strconv.Atoi(string(old))
			if err != nil {
				return err
			}
			swapped, err := h.store.CompareAndSwap(h.Context(), "n", old, strconv.AppendInt(nil, int64(n+1), 10), long)
			if err != nil {
				return err
			}
			if swapped {
				done++
			}
		}
		return nil
	})
	h.holds("n", []byte(strconv.Itoa(callers*steps)))
}

// together runs callers at the same time and waits for them.
func (h *harness) together(callers int, call func(caller int) error) {
	h.Helper()
	var running sync.WaitGroup
	for caller := range callers {
		running.Go(func() {
			if err := call(caller); err != nil {
				h.Error(err)
			}
		})
	}
	running.Wait()
}
