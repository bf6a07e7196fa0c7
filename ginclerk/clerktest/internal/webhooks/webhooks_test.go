package webhooks_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/webhooks"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// transport answers requests without a network.
type transport func(*http.Request) (*http.Response, error)

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

func status(code int) (*http.Response, error) {
	return &http.Response{StatusCode: code, Body: http.NoBody}, nil
}

// pass advances the bubble's time.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// dispatch starts a dispatcher with one endpoint and one message, in the bubble's time.
func dispatch(t *testing.T, answer transport) *webhooks.Dispatcher {
	t.Helper()
	w := world.New(time.Now)
	d := webhooks.New(webhooks.Config{
		World: w, InstanceID: "ins_1", Now: time.Now, Client: &http.Client{Transport: answer}, Logger: slog.New(slog.DiscardHandler),
	})
	t.Cleanup(d.Close)
	if _, err := d.Add("http://localhost/hooks", nil); err != nil {
		t.Fatal(err)
	}
	w.AddUser(world.NewUser{Email: "ada@example.com"})
	d.Record(w.TakeEvents(), core.Cause{})
	return d
}

func TestReceiversHaveFifteenSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began, took := time.Now(), time.Duration(0)
		d := dispatch(t, func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			took = time.Since(began)
			return nil, r.Context().Err()
		})
		if err := d.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		m := d.Messages()[0]
		if took != 15*time.Second || len(m.Attempts) != 1 || !errors.Is(m.Attempts[0].Err, context.DeadlineExceeded) {
			t.Errorf("it ended after %s with %+v, want 15s and a failed attempt", took, m.Attempts)
		}
		if want := began.Add(20 * time.Second); !m.NextAttempt.Equal(want) {
			t.Errorf("next at %s, want %s: the pause begins with the failure", m.NextAttempt, want)
		}
	})
}

func TestAllAttemptsFollowTheClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		d := dispatch(t, func(*http.Request) (*http.Response, error) { return status(http.StatusInternalServerError) })
		pass(100 * time.Hour)
		m, want := d.Messages()[0], 5*time.Second+35*time.Minute+27*time.Hour
		last := m.Attempts[len(m.Attempts)-1].At.Sub(began)
		if len(m.Attempts) != 8 || last != want || m.Status != webhooks.Failed {
			t.Errorf("%d attempts, the last after %s (%s), want 8 and %s", len(m.Attempts), last, m.Status, want)
		}
	})
}

func TestAFixedClockStandsStill(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		noon := time.Now()
		w := world.New(func() time.Time { return noon })
		d := webhooks.New(webhooks.Config{
			World: w, Logger: slog.New(slog.DiscardHandler),
			Now:    func() time.Time { asked.Add(1); return noon },
			Client: &http.Client{Transport: transport(func(*http.Request) (*http.Response, error) { return status(500) })},
		})
		t.Cleanup(d.Close)
		if _, err := d.Add("http://localhost/hooks", nil); err != nil {
			t.Fatal(err)
		}
		w.AddUser(world.NewUser{Email: "ada@example.com"})
		d.Record(w.TakeEvents(), core.Cause{})
		synctest.Wait()
		asked.Store(0)
		pass(time.Minute)
		if n := asked.Load(); n > 12 {
			t.Errorf("the clock was asked %d times in a minute, want once in five seconds", n)
		}
	})
}

func TestClientStaysOnLoopback(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	for _, row := range []struct {
		url     string
		beyond  bool
		refused bool
	}{
		{server.URL, false, false},
		{strings.Replace(server.URL, "127.0.0.1", "192.0.2.1", 1), false, true},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, row.url, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		res, err := webhooks.NewClient(row.beyond).Do(req)
		if err == nil {
			_ = res.Body.Close()
		}
		if refused := err != nil && strings.Contains(err.Error(), "not on loopback"); refused != row.refused {
			t.Errorf("%s: %v, refused %t, want %t", row.url, err, refused, row.refused)
		}
		if network, ok := errors.AsType[*net.OpError](err); row.refused && (!ok || network.Op != "dial") {
			t.Errorf("%s: %v, want it refused before it connects", row.url, err)
		}
	}
}

func FuzzCheckURL(f *testing.F) {
	for _, seed := range []string{
		"http://localhost:8080/hooks", "https://[::1]/", "http://127.0.0.1", "http://localhost.evil.example/", "//localhost", "http://me@localhost",
		"http://127.0.0.1.nip.io", "http://localhost#", "http://2130706433/", "http://0x7f.1/", "http://[::ffff:127.0.0.1]/", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if webhooks.CheckURL(raw, false) != nil {
			return
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, raw, http.NoBody)
		if err != nil {
			t.Fatalf("%q is accepted, and no request can be made of it: %v", raw, err)
		}
		if !core.Loopback(req.URL.Hostname()) || webhooks.CheckURL(raw, true) != nil {
			t.Errorf("%q leads to %q", raw, req.URL.Hostname())
		}
	})
}
