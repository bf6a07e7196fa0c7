package clerkapi_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

// told keeps the events.
type told struct {
	mu     sync.Mutex
	events []observe.Event
}

func (t *told) Observe(_ context.Context, e observe.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.events = append(t.events, e)
}

// ticking is a clock that advances by a second at each reading.
func ticking() func() time.Time {
	var mu sync.Mutex
	now := time.Unix(0, 0)
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Second)
		return now
	}
}

// TestEveryCallIsReported makes every call against several answers of Clerk.
func TestEveryCallIsReported(t *testing.T) {
	t.Parallel()
	for _, c := range calls() {
		for name, row := range map[string]struct {
			answer http.HandlerFunc
			status int
		}{
			"is answered":     {says(http.StatusOK, c.answer), http.StatusOK},
			"is refused":      {says(http.StatusNotFound, `{"errors":[{"code":"resource_not_found"}]}`), http.StatusNotFound},
			"meets an outage": {says(http.StatusBadGateway, "<!doctype html>"), http.StatusBadGateway},
			"is cut off":      {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 0},
		} {
			t.Run(c.name+" "+name, func(t *testing.T) {
				t.Parallel()
				clerk, observer := newStub(t, row.answer), &told{}
				_ = c.do(t.Context(), newClient(t, clerk.URL, func(cfg *clerkapi.Config) {
					cfg.Observer, cfg.Now = observer, ticking()
				}))
				checkReported(t, observer.events, len(clerk.requests()), row.status)
			})
		}
	}
}

// checkReported checks that each request was reported once, with a name and without secrets.
func checkReported(t *testing.T, events []observe.Event, requests, status int) {
	t.Helper()
	if len(events) != requests || requests == 0 {
		t.Fatalf("%d events for %d requests", len(events), requests)
	}
	for _, e := range events {
		failed := status != http.StatusOK
		if e.Kind != observe.ClerkCalled || e.Target == "" || e.Status != status || e.Duration != time.Second || (e.Err != nil) != failed {
			t.Errorf("%+v", e)
		}
		if text := fmt.Sprintf("%+v %v", e, e.Err); strings.Contains(text, "secret") || strings.Contains(text, string(secret)) {
			t.Errorf("an event holds a secret: %s", text)
		}
	}
}

func TestCallsInTheNameOfABrowserAreReported(t *testing.T) {
	t.Parallel()
	browser := clerkapi.Browser{Credential: clerkapi.Credential{DevBrowser: "dvb_secret"}}
	for name, do := range map[string]func(context.Context, *clerkapi.Frontend) error{
		"touch session": func(ctx context.Context, f *clerkapi.Frontend) error { return f.Touch(ctx, browser, sessID, nil) },
		"start verification": func(ctx context.Context, f *clerkapi.Frontend) error {
			_, err := f.StartVerification(ctx, browser, sessID, "first_factor")
			return err
		},
		"get frontend jwks": func(ctx context.Context, f *clerkapi.Frontend) error {
			_, err := f.JWKS(ctx)
			return err
		},
	} {
		for what, row := range map[string]struct {
			answer http.HandlerFunc
			status int
		}{
			"is answered": {says(http.StatusOK, `{"response":{"id":"`+sessID+`"}}`), http.StatusOK},
			"is cut off":  {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 0},
		} {
			t.Run(name+" "+what, func(t *testing.T) {
				t.Parallel()
				clerk, observer := newStub(t, row.answer), &told{}
				_ = do(t.Context(), newFrontend(t, clerk.URL, func(cfg *clerkapi.FrontendConfig) {
					cfg.Observer, cfg.Now = observer, ticking()
				}))
				checkReported(t, observer.events, len(clerk.requests()), row.status)
				if got := observer.events[0].Target; got != name {
					t.Errorf("the call is named %q, want %q", got, name)
				}
			})
		}
	}
}
