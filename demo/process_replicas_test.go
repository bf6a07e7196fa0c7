package main

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/internal/redistest"
)

// replica is one of several demos on the same Clerk.
type replica struct {
	*process
	address string
}

// startReplica starts a demo that shares a Redis, and waits until it receives revocations from others.
func startReplica(t *testing.T, clerk *clerktest.Server, redis string) replica {
	t.Helper()
	p := startDemo(t, append(keysOf(clerk), "REDIS_URL=redis://"+redis))
	r := replica{process: p, address: p.address(t)}
	p.await(t, &p.stderr, regexp.MustCompile(`revocations connected to Redis`))
	return r
}

// asks returns the status of a session at a replica, with a new token.
func (r replica) asks(t *testing.T, clerk *clerktest.Server, sessionID string) int {
	t.Helper()
	token, err := clerk.MintToken(sessionID, clerktest.TokenOptions{AuthorizedParty: r.address})
	if err != nil {
		t.Fatal(err)
	}
	status, _ := ask(t, r.address+protectedPath, token)
	return status
}

// revokes signs a device of the user out, like the page with the devices.
func (r replica) revokes(t *testing.T, clerk *clerktest.Server, by, sessionID string) {
	t.Helper()
	token, err := clerk.MintToken(by, clerktest.TokenOptions{AuthorizedParty: r.address})
	if err != nil {
		t.Fatal(err)
	}
	body := strings.NewReader(url.Values{"session_id": {sessionID}}.Encode())
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.address+"/sessions/devices/revoke", body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "text/html")
	request.Header.Set("Sec-Fetch-Dest", "document")
	browser := newVisitor(t)
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := browser.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := io.ReadAll(response.Body); response.StatusCode != http.StatusSeeOther {
		t.Fatalf("revoke answers %s:\n%s", response.Status, text)
	}
	bodyOf(t, response)
}

func bobsSessions(t *testing.T, clerk *clerktest.Server, count int) (ids []string) {
	t.Helper()
	bob, err := clerk.UserByEmail("bob@example.com")
	if err != nil {
		t.Fatal(err)
	}
	for range count {
		session, err := clerk.CreateSession(bob.ID, clerktest.SessionOptions{})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, session.ID)
	}
	return ids
}

// One replica revokes a session. The other refuses the next request although the token is valid, and keeps refusing while Redis
// is gone.
func TestReplicasRefuseASessionThatOneRevokes(t *testing.T) {
	t.Parallel()
	redis, clerk := redistest.Start(t), clerktest.New(t)
	here, there := startReplica(t, clerk, redis.Addr()), startReplica(t, clerk, redis.Addr())
	ids := bobsSessions(t, clerk, 3)
	for _, id := range ids {
		if status := there.asks(t, clerk, id); status != http.StatusOK {
			t.Fatalf("before, a session gets %d, want 200", status)
		}
	}
	here.revokes(t, clerk, ids[0], ids[1])
	begun := time.Now()
	for there.asks(t, clerk, ids[1]) != http.StatusUnauthorized {
		if time.Since(begun) > patience { // a message that is lost is found only after ten seconds, see redisstore.DefaultResync
			t.Fatal("the other replica goes on to accept the session")
		}
	}
	t.Logf("refused by the other replica after %s", time.Since(begun))
	if status := there.asks(t, clerk, ids[0]); status != http.StatusOK {
		t.Errorf("the session that was not revoked gets %d, want 200", status)
	}

	redis.Kill(t)
	here.await(t, &here.stderr, regexp.MustCompile(`revocations lost Redis`))
	if status := there.asks(t, clerk, ids[1]); status != http.StatusUnauthorized {
		t.Errorf("while Redis is away the revoked session gets %d, want 401", status)
	}
	here.revokes(t, clerk, ids[0], ids[2])
	if status := here.asks(t, clerk, ids[2]); status != http.StatusUnauthorized {
		t.Errorf("what this replica has revoked without Redis gets %d, want 401", status)
	}
	redis.Restart(t)
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for deadline := time.Now().Add(patience); there.asks(t, clerk, ids[2]) != http.StatusUnauthorized; <-again.C {
		if time.Now().After(deadline) {
			t.Fatalf("Redis is back, and %s later the other replica accepts what was revoked meanwhile", patience)
		}
	}
}

// The page of one replica shows a note that was posted to the other.
func TestReplicasShareTheStore(t *testing.T) {
	t.Parallel()
	redis, clerk := redistest.Start(t), clerktest.New(t)
	here, there := startReplica(t, clerk, redis.Addr()), startReplica(t, clerk, redis.Addr())
	id := bobsSessions(t, clerk, 1)[0]
	for _, r := range []replica{here, there} {
		token, err := clerk.MintToken(id, clerktest.TokenOptions{AuthorizedParty: r.address})
		if err != nil {
			t.Fatal(err)
		}
		if r.address == there.address {
			if _, text := ask(t, r.address+exportPath, token); !strings.Contains(text, "milk") {
				t.Errorf("the other replica has no milk:\n%s", text)
			}
			continue
		}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.address+notesPath, strings.NewReader("text=milk"))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		response, err := newVisitor(t).Do(request)
		if err != nil {
			t.Fatal(err)
		}
		bodyOf(t, response)
	}
}

func TestProgramStartsWithoutRedis(t *testing.T) {
	t.Parallel()
	p := startDemo(t, []string{"PORT=0", "REDIS_URL=redis://user:0123456789@127.0.0.1:1/3"})
	if status, body := visit(t, newVisitor(t), p.address(t)+"/healthz"); status != http.StatusOK {
		t.Errorf("/healthz answers %d %q, want 200", status, body)
	}
	p.await(t, &p.stderr, regexp.MustCompile(`level=WARN msg="redisstore: revocations lost Redis`))
	for name, text := range map[string]string{"stdout": p.stdout.String(), "stderr": p.stderr.String()} {
		if strings.Contains(text, "0123456789") {
			t.Errorf("the password is on %s:\n%s", name, text)
		}
	}
	if text := p.stdout.String(); !strings.Contains(text, "Redis, shared by all replicas") {
		t.Errorf("stdout does not say that Redis is used:\n%s", text)
	}
}

// The secret from the dashboard verifies Clerk's webhooks.
func TestProgramTakesClerksWebhooks(t *testing.T) {
	t.Parallel()
	clerk := clerktest.New(t)
	// The test delivers by hand, so no server listens there.
	endpoint, err := clerk.AddWebhook("http://127.0.0.1:1"+webhookPath, webhookEvents()...)
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		environment []string
		want, after int
	}{
		"with the secret":    {[]string{"CLERK_WEBHOOK_SIGNING_SECRET=" + endpoint.SigningSecret}, http.StatusOK, http.StatusUnauthorized},
		"without the secret": {nil, http.StatusNotImplemented, http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			p := startDemo(t, append(keysOf(clerk), row.environment...))
			r := replica{process: p, address: p.address(t)}
			id := bobsSessions(t, clerk, 1)[0]
			if err := clerk.EndSession(id); err != nil {
				t.Fatal(err)
			}
			messages := clerk.WebhookMessages()
			request, err := clerk.WebhookRequest(t.Context(), messages[len(messages)-1], "")
			if err != nil {
				t.Fatal(err)
			}
			if request.URL, err = url.Parse(r.address + webhookPath); err != nil {
				t.Fatal(err)
			}
			request.Host = request.URL.Host
			response, err := newVisitor(t).Do(request)
			if err != nil {
				t.Fatal(err)
			}
			if body := bodyOf(t, response); response.StatusCode != row.want {
				t.Errorf("the webhook gets %s, want %d\n%s", response.Status, row.want, body)
			}
			if status := r.asks(t, clerk, id); status != row.after {
				t.Errorf("after it the session gets %d, want %d", status, row.after)
			}
		})
	}
}
