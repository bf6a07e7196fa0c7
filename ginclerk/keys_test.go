package ginclerk_test

import (
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

const operationKeys = "GET /v1/jwks"

// TestGoodTokensDoNotWaitForKeys: the lifetime of the key set ends while Clerk hangs. The fault ends when the test does, so a
// request that waits for Clerk does not come back before its own time limit.
func TestGoodTokensDoNotWaitForKeys(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		// asked are the ages of the key set at which requests come while Clerk hangs.
		asked []time.Duration
	}{
		{"on a server that is in use", []time.Duration{4*time.Minute + 30*time.Second, 5*time.Minute + time.Second, 6 * time.Minute}},
		{"on a server that was idle", []time.Duration{5*time.Minute + time.Second, 6 * time.Minute}},
		{"on a server that was idle for long", []time.Duration{50 * time.Minute}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t).guarded()
			a.engine.GET("/private", a.clerk.RequireSession(), whoami)
			member := a.member(t, ada)
			member.get("/private").wantStatus(t, http.StatusOK)
			hang := make(chan struct{})
			defer close(hang)
			a.server.Fail(clerktest.Fault{Operation: operationKeys, Until: hang})
			begun := a.clock.Now()
			for _, age := range row.asked {
				a.clock.Advance(age - a.clock.Now().Sub(begun))
				waitingLess(t, 20, func() { member.get("/private").wantStatus(t, http.StatusOK) })
			}
			if got, most := a.server.Calls()[operationKeys], 2; got > most {
				t.Errorf("%d questions for keys, want at most %d: one of them hangs", got, most)
			}
		})
	}
}

// waitingLess has requests made at once, and fails where they hang. That they wait for no fetch is held in virtual time, in package jwks.
func waitingLess(t *testing.T, times int, request func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		var running sync.WaitGroup
		for range times {
			running.Go(request)
		}
		running.Wait()
	}()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Error("requests wait for a Clerk that hangs")
		<-done
	}
}

// TestAWithdrawnKeyIsRefusedWhenItsTimeIsOver, although the next key set is asked for ahead: the lifetime is absolute.
func TestAWithdrawnKeyIsRefusedWhenItsTimeIsOver(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.GET("/private", a.clerk.RequireSession(), whoami)
	old := a.server.KeyID()
	a.member(t, ada).get("/private").wantStatus(t, http.StatusOK)
	a.clock.Advance(5 * time.Minute)
	session := a.session(t, ada, clerktest.SessionOptions{})
	token := a.mint(t, session.ID, clerktest.TokenOptions{})
	if _, err := a.server.RotateKey(); err != nil {
		t.Fatal(err)
	}
	if err := a.server.WithdrawKey(old); err != nil {
		t.Fatal(err)
	}
	a.ask(http.MethodGet, "/private", program, bearer(token)).wantStatus(t, http.StatusUnauthorized)
}

// TestAKeyThatIsPublishedAMomentLater is not refused for a minute because somebody came too early with it.
func TestAKeyThatIsPublishedAMomentLater(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.GET("/private", a.clerk.RequireSession(), whoami)
	member := a.member(t, ada)
	member.get("/private").wantStatus(t, http.StatusOK)
	a.clock.Advance(time.Minute)
	before := publishedKeys(t, a)
	if _, err := a.server.RotateKey(); err != nil {
		t.Fatal(err)
	}
	a.server.Fail(clerktest.Fault{Operation: operationKeys, Body: before, Times: 1})
	member.get("/private").wantStatus(t, http.StatusUnauthorized)
	a.clock.Advance(time.Second)
	asked := a.server.Calls()[operationKeys]
	for range 20 {
		member.get("/private").wantStatus(t, http.StatusUnauthorized)
	}
	if got := a.server.Calls()[operationKeys]; got != asked {
		t.Errorf("%d questions for keys within a second of the last", got-asked)
	}
	a.clock.Advance(2 * time.Second)
	member.get("/private").wantStatus(t, http.StatusOK)
}

func publishedKeys(t *testing.T, a *app) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.server.BackendURL()+"/v1/jwks", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+a.server.SecretKey())
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("status %d: %v", response.StatusCode, err)
	}
	return string(text)
}
