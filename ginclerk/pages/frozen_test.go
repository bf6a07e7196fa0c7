package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/ginclerk/redisstore"
	"github.com/ginclerk/ginclerk/internal/redistest"
)

// frozen is an application whose store, limits and revocations are in a Redis that does not answer. The client waits as long as
// go-redis does by default.
type frozen struct {
	*world
	browser *browser
	call    func() // one call of the client
}

func newFrozen(t *testing.T) *frozen {
	t.Helper()
	server := redistest.Start(t)
	client := redis.NewClient(&redis.Options{Addr: server.Addr()})
	t.Cleanup(func() { _ = client.Close() })
	config := redisstore.Config{Client: client}
	revocations, err := redisstore.NewRevocations(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = revocations.Close(t.Context()) })
	counted, err := redisstore.NewLimits(config)
	if err != nil {
		t.Fatal(err)
	}
	store := redisstore.NewStore(config)
	w := newWorld(t, options{
		config: func(c *ginclerk.Config) {
			c.Stores.Records, c.Stores.Revocations, c.Stores.RateLimits = store, revocations, counted
		},
		before: func(w *world) {
			w.engine.POST("/orders", w.clerk.RequireSession(), func(c *gin.Context) { c.Status(http.StatusNoContent) })
			w.engine.GET("/counted", w.clerk.RequireSession(), w.clerk.RateLimit(10, time.Minute), func(c *gin.Context) { c.Status(http.StatusNoContent) })
		},
		pages: pages.Options{},
	})
	ginclerk.UsePages(w.clerk, formsPage("/sessions/waiting"))
	w.elsewhere(t, ada)
	b := w.browser(t, ada)
	b.open(t, "/sessions/devices").wantPage(t, http.StatusOK, "/sessions/devices", "")
	server.Freeze(t)
	t.Cleanup(func() { server.Thaw(t) })
	return &frozen{world: w, browser: b, call: func() { _ = client.Get(t.Context(), "a").Err() }}
}

// Each use of the store ends long before one call of its client does.
func TestAFrozenStoreDelaysNoPage(t *testing.T) {
	t.Parallel()
	for name, use := range map[string]func(*testing.T, *frozen){
		"the hint on the devices": func(t *testing.T, f *frozen) {
			t.Helper()
			for range 5 {
				f.browser.open(t, "/sessions/devices").wantPage(t, http.StatusOK, "/sessions/devices", "")
			}
		},
		"forms that can't be kept": func(t *testing.T, f *frozen) {
			t.Helper()
			f.browser.expire(f.world)
			var running sync.WaitGroup
			for range 20 {
				guest := &browser{world: f.world, cookies: f.browser.cookies}
				running.Go(func() {
					got := guest.postTo("/orders", url.Values{"a": {"1"}})
					if got != http.StatusServiceUnavailable {
						t.Errorf("status %d, want 503", got)
					}
				})
			}
			running.Wait()
		},
		"a job that can't be started": func(t *testing.T, f *frozen) {
			t.Helper()
			f.browser.send(t, "/sign-out-others", "")
		},
		"a job that can't be shown": func(t *testing.T, f *frozen) {
			t.Helper()
			path := "/sessions/sign-outs/" + strings.Repeat("A", 26)
			f.browser.open(t, path).wantPage(t, http.StatusServiceUnavailable, path, "")
		},
		"a request that can't be counted": func(t *testing.T, f *frozen) {
			t.Helper()
			f.browser.open(t, "/counted").wantPage(t, http.StatusServiceUnavailable, "/counted", "")
		},
		"a session that others can't be told of": func(t *testing.T, f *frozen) {
			t.Helper()
			if got := f.browser.ask(http.MethodPost, f.base+"/sign-out", url.Values{}); got.Code != http.StatusSeeOther {
				t.Errorf("status %d", got.Code)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFrozen(t)
			called := make(chan struct{})
			go func() {
				defer close(called)
				f.call()
			}()
			use(t, f)
			select {
			case <-called:
				t.Error("the store was waited for as long as its client waits")
			default:
			}
		})
	}
}

// expire lets the browser's token expire, and takes away what could renew it.
func (b *browser) expire(w *world) {
	for name := range b.cookies {
		if strings.HasPrefix(name, "__refresh") {
			delete(b.cookies, name)
		}
	}
	w.clock.Advance(2 * time.Minute)
}

// postTo posts a form and keeps no cookies, because many goroutines post at once.
func (b *browser) postTo(target string, form url.Values) int {
	alone := &browser{world: b.world, cookies: map[string]string{}}
	for name, value := range b.cookies {
		alone.cookies[name] = value
	}
	return alone.ask(http.MethodPost, target, form).Code
}
