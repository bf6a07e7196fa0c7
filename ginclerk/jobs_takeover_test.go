package ginclerk_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
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
			testASignOutGoesOn(t, shared(t), func(t *testing.T, next *ginclerk.Clerk) {
				t.Helper()
				signOutsOf(t, next)
			})
		})
	}
}

// A process whose pages are those of many tenants goes on with what it finds of a tenant when that tenant's first request comes, whatever
// it is for.
func TestASignOutOfATenantGoesOnAfterARedeploy(t *testing.T) {
	t.Parallel()
	testASignOutGoesOn(t, storage.NewMemory(storage.MemoryConfig{}), func(t *testing.T, next *ginclerk.Clerk) {
		t.Helper()
		tenants := ginclerk.NewTenants(func(*http.Request) (*ginclerk.Clerk, error) { return next, nil })
		a := &app{engine: gin.New()}
		if _, err := pages.Mount(a.engine, tenants, pages.Options{}); err != nil {
			t.Fatal(err)
		}
		a.engine.GET("/", tenants.Attach(), whoami)
		a.ask(http.MethodGet, "/", program)
	})
}

func testASignOutGoesOn(t *testing.T, store storage.Store, successor func(*testing.T, *ginclerk.Clerk)) {
	t.Helper()
	start := time.Now()
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
	if _, err := signOutsOf(t, a.clerk).Start(t.Context(), request); err != nil {
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
		successor(t, newClerk(t, config))
	}
	await(t, "the next process takes over", func() bool { return a.activeSessions(t, ada) < left })
	await(t, "all sessions are ended", func() bool { return a.activeSessions(t, ada) == 0 })
	if revoked := a.server.Calls()["POST /v1/sessions/{session_id}/revoke"]; revoked != sessions {
		t.Errorf("%d sessions were ended with %d requests", sessions, revoked)
	}
}

func TestAnInstanceHasOneRunnerOfJobs(t *testing.T) {
	t.Parallel()
	one, other := newApp(t), newApp(t)
	tenants := ginclerk.NewTenants(func(*http.Request) (*ginclerk.Clerk, error) { return one.clerk, nil })
	site, err := pages.Mount(gin.New(), tenants, pages.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := site.SignOuts(tenants); err == nil {
		t.Error("a Clerk of many tenants has a runner")
	}
	ofTenant, err := site.SignOuts(one.clerk)
	if err != nil {
		t.Fatal(err)
	}
	if again := signOutsOf(t, one.clerk); again != ofTenant {
		t.Error("pages that are mounted again have another runner")
	}
	if signOutsOf(t, other.clerk) == ofTenant {
		t.Error("two instances share a runner")
	}
}

func TestAClosedClerkStartsNoJob(t *testing.T) {
	t.Parallel()
	for name, mountedBefore := range map[string]bool{"pages that were mounted before": true, "pages that are mounted afterwards": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			if mountedBefore {
				signOutsOf(t, a.clerk)
			}
			if err := a.clerk.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
			request := signout.Request{UserID: a.userID(t, ada), Scope: signout.Everywhere}
			if _, err := signOutsOf(t, a.clerk).Start(t.Context(), request); !errors.Is(err, signout.ErrClosed) {
				t.Errorf("a job starts with %v, want %v", err, signout.ErrClosed)
			}
		})
	}
}

// signOutsOf mounts the pages of a Clerk and returns the runner of its jobs.
func signOutsOf(tb testing.TB, clerk *ginclerk.Clerk) *signout.Runner {
	tb.Helper()
	site, err := pages.Mount(gin.New(), clerk, pages.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	runner, err := site.SignOuts(clerk)
	if err != nil {
		tb.Fatal(err)
	}
	return runner
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
