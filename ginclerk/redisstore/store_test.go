package redisstore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk/redisstore"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/ginclerk/storage/storagetest"
	"github.com/ginclerk/ginclerk/internal/redistest"
)

func TestStoreIsAStore(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client(t)
	var stores atomic.Int32
	storagetest.Run(t, func(*testing.T) (storage.Store, func(time.Duration)) {
		return redisstore.NewStore(redisstore.Config{Client: client, Prefix: fmt.Sprint("store", stores.Add(1), ":")}), nil
	})
}

func TestStoreIsAStoreOnACluster(t *testing.T) {
	t.Parallel()
	client := redistest.Cluster(t).Client(t)
	var stores atomic.Int32
	storagetest.Run(t, func(*testing.T) (storage.Store, func(time.Duration)) {
		return redisstore.NewStore(redisstore.Config{Client: client, Prefix: fmt.Sprint("store", stores.Add(1), ":")}), nil
	})
}

func swap(t *testing.T, store storage.Store, old, replacement string) {
	t.Helper()
	swapped, err := store.CompareAndSwap(t.Context(), "a", bytesOrNil(old), bytesOrNil(replacement), time.Hour)
	if err != nil || !swapped {
		t.Fatalf("swap %q for %q: %t, %v", old, replacement, swapped, err)
	}
}

func bytesOrNil(s string) []byte {
	if s == "" {
		return nil
	}
	return []byte(s)
}

func wantRecord(t *testing.T, store storage.Store, want string) {
	t.Helper()
	got, err := store.Load(t.Context(), "a")
	if want == "" && errors.Is(err, storage.ErrNotFound) {
		return
	}
	if err != nil || string(got) != want {
		t.Fatalf("loaded %q, %v; want %q", got, err, want)
	}
}

func TestAStoreWithoutRedisIsUnavailable(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	store := redisstore.NewStore(redisstore.Config{Client: server.Client(t)})
	swap(t, store, "", "1")
	server.Freeze(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := store.Load(ctx, "a"); !errors.Is(err, storage.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("load from a frozen Redis: %v, want ErrUnavailable and the context's error", err)
	}
	server.Thaw(t)
	wantRecord(t, store, "1")
	server.Kill(t)
	if _, err := store.Load(t.Context(), "a"); !errors.Is(err, storage.ErrUnavailable) || errors.Is(err, storage.ErrNotFound) {
		t.Errorf("load: %v, want ErrUnavailable", err)
	}
	if swapped, err := store.CompareAndSwap(t.Context(), "a", nil, []byte("2"), time.Hour); swapped || !errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("swap: %t, %v; want ErrUnavailable", swapped, err)
	}
	server.Restart(t) // which knows neither the record nor the script
	wantRecord(t, store, "")
	swap(t, store, "", "3")
	wantRecord(t, store, "3")
}

func TestARedisThatForgotTheScriptIsToldAgain(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client(t)
	store := redisstore.NewStore(redisstore.Config{Client: client})
	swap(t, store, "", "1")
	if err := client.ScriptFlush(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	swap(t, store, "1", "2")
	wantRecord(t, store, "2")
}

func TestAFullRedisIsFull(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client(t)
	store := redisstore.NewStore(redisstore.Config{Client: client})
	swap(t, store, "", "1")
	if err := client.ConfigSet(t.Context(), "maxmemory", "1").Err(); err != nil {
		t.Fatal(err)
	}
	if swapped, err := store.CompareAndSwap(t.Context(), "b", nil, []byte("1"), time.Hour); swapped || !errors.Is(err, storage.ErrFull) {
		t.Errorf("swap: %t, %v; want ErrFull", swapped, err)
	}
	wantRecord(t, store, "1")
	swap(t, store, "1", "") // deleting works, and is what helps
	wantRecord(t, store, "")
}

func TestStrangersUnderAKeyAreAnError(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client(t)
	store := redisstore.NewStore(redisstore.Config{Client: client})
	for _, foreign := range []string{"", "r", "text", "x1234567890123456data"} {
		if err := client.Set(t.Context(), "ginclerk:store:a", foreign, 0).Err(); err != nil {
			t.Fatal(err)
		}
		if got, err := store.Load(t.Context(), "a"); err == nil || errors.Is(err, storage.ErrUnavailable) {
			t.Errorf("%q: loaded %q, %v", foreign, got, err)
		}
		if foreign == "r" {
			continue // // a record that was cut is not the old one of any caller
		}
		if swapped, err := store.CompareAndSwap(t.Context(), "a", nil, []byte("1"), time.Hour); swapped || err == nil {
			t.Errorf("%q: swapped %t, %v", foreign, swapped, err)
		}
	}
}

// TestASwapWhoseAnswerWasLostIsToldRightly: go-redis sends it again, and then it must not be beaten by itself.
func TestASwapWhoseAnswerWasLostIsToldRightly(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ old, replacement string }{
		"a record that is made":     {"", "2"},
		"a record that is replaced": {"1", "2"},
		"a record that is deleted":  {"1", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := redistest.Start(t)
			direct := redisstore.NewStore(redisstore.Config{Client: server.Client(t)})
			if row.old != "" {
				swap(t, direct, "", row.old)
			}
			thief := &answerThief{addr: server.Addr()}
			client := redis.NewClient(&redis.Options{Addr: server.Addr(), Dialer: thief.dial, MaxRetries: 3})
			defer func() { _ = client.Close() }()
			thieving := redisstore.NewStore(redisstore.Config{Client: client})
			// The script is known then, so that the next answer is that of the swap.
			if _, err := thieving.CompareAndSwap(t.Context(), "other", nil, []byte("1"), time.Hour); err != nil {
				t.Fatal(err)
			}
			thief.armed.Store(true)
			swap(t, thieving, row.old, row.replacement)
			if thief.armed.Load() {
				t.Fatal("no answer was stolen")
			}
			wantRecord(t, direct, row.replacement)
			if swapped, err := direct.CompareAndSwap(t.Context(), "a", bytesOrNil(row.old), []byte("3"), time.Hour); err != nil || swapped && row.old != "" {
				t.Errorf("a second swap of the same old record: %t, %v", swapped, err)
			}
		})
	}
}

// answerThief makes connections of which one loses an answer, and ends then.
type answerThief struct {
	addr  string
	armed atomic.Bool
}

func (a *answerThief) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, a.addr)
	return &thievingConn{Conn: conn, thief: a}, err
}

type thievingConn struct {
	net.Conn
	thief *answerThief
	asked atomic.Bool
}

func (c *thievingConn) Write(data []byte) (int, error) {
	c.asked.Store(bytes.Contains(bytes.ToLower(data), []byte("evalsha")))
	return c.Conn.Write(data)
}

func (c *thievingConn) Read(data []byte) (int, error) {
	n, err := c.Conn.Read(data)
	if err == nil && c.asked.Load() && c.thief.armed.CompareAndSwap(true, false) {
		_ = c.Close()
		return 0, io.EOF
	}
	return n, err
}

// TestErrorsNameNoKeys: keys hold ids, and errors go to logs.
func TestErrorsNameNoKeys(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	store := redisstore.NewStore(redisstore.Config{Client: server.Client(t)})
	server.Kill(t)
	_, err := store.Load(t.Context(), "user_secretive")
	if err == nil || strings.Contains(err.Error(), "secretive") {
		t.Errorf("error %v", err)
	}
}
