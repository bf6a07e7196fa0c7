package ginclerk_test

import (
	"context"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/redisstore"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/internal/redistest"
)

// A redeploy in the middle of a sign-out everywhere: the next process ends the rest, and nobody looks at the job meanwhile.
func TestASignOutGoesOnAfterARedeploy(t *testing.T) {
	t.Parallel()
	for name, shared := range map[string]func(*testing.T) storage.Store{
		"with Redis": func(t *testing.T) storage.Store {
			t.Helper()
			client := redis.NewClient(&redis.Options{Addr: redistest.Start(t).Addr(), ContextTimeoutEnabled: true})
			t.Cleanup(func() { _ = client.Close() })
			return redisstore.NewStore(redisstore.Config{Client: client})
		},
		"with a store that an application brings along": func(*testing.T) storage.Store {
			return storage.NewMemory(storage.MemoryConfig{})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, start := shared(t), time.Now()
			var config ginclerk.Config
			a := newApp(t, configured(func(c *ginclerk.Config) {
				now := c.Now // jobs take their time
				c.Now = func() time.Time { return now().Add(time.Since(start)) }
				c.Stores.Records, config = store, *c
				config.Stores.Records = store
			}))
			const sessions = 30
			for range sessions {
				a.session(t, ada, clerktest.SessionOptions{})
			}
			request := signout.Request{UserID: a.userID(t, ada), Scope: signout.Everywhere}
			if _, err := a.clerk.SignOuts().Start(t.Context(), request); err != nil {
				t.Fatal(err)
			}
			await(t, "the job begins", func() bool { return a.activeSessions(t, ada) < sessions })
			if err := a.clerk.Close(context.WithoutCancel(t.Context())); err != nil {
				t.Fatal(err)
			}
			left := a.activeSessions(t, ada)
			if left == 0 {
				t.Fatal("the redeploy came too late")
			}
			for range 2 {
				newClerk(t, config)
			}
			await(t, "the next process takes over", func() bool { return a.activeSessions(t, ada) < left })
			await(t, "all sessions are ended", func() bool { return a.activeSessions(t, ada) == 0 })
			if revoked := a.server.Calls()["POST /v1/sessions/{session_id}/revoke"]; revoked != sessions {
				t.Errorf("%d sessions were ended with %d requests", sessions, revoked)
			}
		})
	}
}

func (a *app) activeSessions(tb testing.TB, email string) (n int) {
	tb.Helper()
	for _, s := range a.server.Sessions(a.userID(tb, email)) {
		if s.Status == "active" {
			n++
		}
	}
	return n
}

// await polls, since what is waited for is in another process's hands, as far as the test knows.
func await(tb testing.TB, what string, done func() bool) {
	tb.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for patience := time.Now().Add(time.Minute); !done(); <-tick.C {
		if time.Now().After(patience) {
			tb.Fatalf("not in a minute: %s", what)
		}
	}
}
