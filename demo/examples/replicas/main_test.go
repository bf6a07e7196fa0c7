package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
)

// startRedis starts a Redis server that ends with the test, and returns its address.
func startRedis(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("redis-server")
	if err != nil {
		const message = "MISSING: redis-server. Left out: what replicas share. To get it: apt-get install redis-server"
		if os.Getenv("CI") == "true" {
			t.Fatal(message)
		}
		t.Skip(message)
	}
	free, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	server := exec.CommandContext(t.Context(), program, "--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no", "--dir", t.TempDir())
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Wait() }) // it ends with the test's context
	client := redis.NewClient(&redis.Options{Addr: address, MaxRetries: 200, MinRetryBackoff: time.Millisecond, MaxRetryBackoff: 50 * time.Millisecond})
	defer func() { _ = client.Close() }()
	if err := client.Ping(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	return address
}

// replica is one process of the application, here in the process of the test.
type replica struct {
	url         string
	revocations ginclerk.Revocations
}

func startReplica(t *testing.T, server *clerktest.Server, redisAddress string) replica {
	t.Helper()
	gin.SetMode(gin.TestMode)
	client := redis.NewClient(&redis.Options{Addr: redisAddress, ContextTimeoutEnabled: true})
	t.Cleanup(func() { _ = client.Close() })
	config := gintest.Config(server)
	var err error
	if config.Stores, err = newStores(client); err != nil {
		t.Fatal(err)
	}
	clerk, err := ginclerk.New(config)
	if err != nil {
		t.Fatal(err)
	}
	router, err := newRouter(clerk)
	if err != nil {
		t.Fatal(err)
	}
	app := httptest.NewServer(router)
	t.Cleanup(func() {
		app.Close()
		ctx := context.WithoutCancel(t.Context())
		if err := clerk.Close(ctx); err != nil {
			t.Error(err)
		}
		if closer, ok := config.Stores.Revocations.(interface{ Close(context.Context) error }); ok {
			_ = closer.Close(ctx)
		}
	})
	return replica{url: app.URL, revocations: config.Stores.Revocations}
}

// send sends a request of a script on the application's own page.
func (r replica) send(t *testing.T, method, path, cookies string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, r.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	request.Header.Set("Cookie", cookies)
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode
}

func TestReplicas(t *testing.T) {
	redisAddress, server := startRedis(t), clerktest.New(t)
	first, second := startReplica(t, server, redisAddress), startReplica(t, server, redisAddress)
	cookies, err := server.CookieHeader("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name    string
		replica replica
		cookies string
		want    int
	}{
		{"signed out, the first replica refuses", first, "", http.StatusUnauthorized},
		{"signed out, the second refuses", second, "", http.StatusUnauthorized},
		{"signed in, the first serves", first, cookies, http.StatusOK},
		{"signed in, the second serves", second, cookies, http.StatusOK},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := row.replica.send(t, http.MethodGet, "/api/me", row.cookies); got != row.want {
				t.Errorf("it answers %d, want %d", got, row.want)
			}
		})
	}

	t.Run("the limit counts the requests of both", func(t *testing.T) {
		grace, err := server.CookieHeader("grace@example.com")
		if err != nil {
			t.Fatal(err)
		}
		for range 10 {
			for _, r := range []replica{first, second} {
				if got := r.send(t, http.MethodGet, "/api/me", grace); got != http.StatusOK {
					t.Fatalf("within the limit: %d", got)
				}
			}
		}
		if got := second.send(t, http.MethodGet, "/api/me", grace); got != http.StatusTooManyRequests {
			t.Errorf("one more: %d, want 429", got)
		}
	})

	t.Run("signed out at the first, the second refuses", func(t *testing.T) {
		told := second.revocations.Changed()
		if got := first.send(t, http.MethodPost, "/sessions/sign-out", cookies); got != http.StatusOK {
			t.Fatalf("signing out: %d", got)
		}
		<-told // the message is on its way through Redis
		if got := second.send(t, http.MethodGet, "/api/me", cookies); got != http.StatusUnauthorized {
			t.Errorf("with the same cookies: %d, want 401", got)
		}
	})
}
