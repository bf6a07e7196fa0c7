package ginclerk_test

import (
	"errors"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
)

// gatewayStatuses are those that Clerk uses to refuse, and gateways too.
func gatewayStatuses() []int { return []int{400, 401, 403, 404, 405, 409, 410, 422, 451} }

// TestAGatewaysAnswerIsNoAnswerOfClerk: a request that only Clerk can judge is told that nobody can tell, and is well again when
// the gateway is.
func TestAGatewaysAnswerIsNoAnswerOfClerk(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, operation string
		// prepare returns a request that is answered with 200 or a redirect that is none to sign-in.
		prepare func(*testing.T) (*app, func() *answer)
	}{
		{"the age of a session", readSession, func(t *testing.T) (*app, func() *answer) {
			t.Helper()
			a := newApp(t)
			a.guarded(a.clerk.MaxSessionAge(time.Hour))
			m := a.member(t, ada)
			return a, func() *answer { return m.get("/guarded") }
		}},
		{"the renewal of a token", "POST /v1/sessions/{session_id}/refresh", func(t *testing.T) (*app, func() *answer) {
			t.Helper()
			a := proxied(t)
			v := a.visitor(t, ada)
			a.ask(http.MethodGet, "/", program, bearer(a.token(t, ada)))
			a.clock.Advance(2 * time.Minute)
			return a, func() *answer { return a.ask(http.MethodGet, "/guarded", v.jar(), navigation) }
		}},
		{"the renewal of a token that a form brings", "POST /v1/sessions/{session_id}/refresh", func(t *testing.T) (*app, func() *answer) {
			t.Helper()
			a := proxied(t)
			v := a.visitor(t, ada)
			a.ask(http.MethodGet, "/", program, bearer(a.token(t, ada)))
			a.clock.Advance(2 * time.Minute)
			return a, func() *answer { return a.ask(http.MethodPost, "/guarded", v.jar(), ownForm) }
		}},
		{"a selected session", readSession, func(t *testing.T) (*app, func() *answer) {
			t.Helper()
			a, v := household(t)
			v.switchTo(t, ada)
			a.clock.Advance(2 * time.Minute)
			v.renewed(t)
			return a, func() *answer { return a.ask(http.MethodGet, "/guarded", v.jar(), navigation) }
		}},
		{"the token of a selected session", mintToken, func(t *testing.T) (*app, func() *answer) {
			t.Helper()
			a, v := household(t)
			v.switchTo(t, ada)
			a.clock.Advance(2 * time.Minute)
			v.renewed(t)
			return a, func() *answer { return a.ask(http.MethodGet, "/guarded", v.jar(), navigation) }
		}},
		{"an API key", "POST /api_keys/verify", func(t *testing.T) (*app, func() *answer) {
			t.Helper()
			a := newApp(t)
			a.engine.GET("/guarded", a.clerk.RequireToken(ginclerk.APIKey), whoCalls)
			key, err := a.server.CreateMachineToken(clerktest.MachineToken{Kind: clerktest.APIKey, Subject: a.userID(t, ada)})
			if err != nil {
				t.Fatal(err)
			}
			return a, func() *answer { return a.ask(http.MethodGet, "/guarded", program, bearer(key.Secret)) }
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a, request := row.prepare(t)
			for _, status := range gatewayStatuses() {
				a.server.Fail(clerktest.Fault{Operation: row.operation, Status: status, Garbage: true})
				if got := request(); got.Code != http.StatusServiceUnavailable {
					t.Errorf("status %d of a gateway: status %d, location %q", status, got.Code, got.Header().Get("Location"))
				}
				a.server.ClearFaults()
				a.clock.Advance(11 * time.Second)
			}
			request().wantStatus(t, http.StatusOK)
		})
	}
}

// TestAGatewayDoesNotRevoke: a session that was to be ended lives on at Clerk, so its token is good here as well.
func TestAGatewayDoesNotRevoke(t *testing.T) {
	t.Parallel()
	for _, status := range gatewayStatuses() {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()
			a := newApp(t).guarded()
			live := a.session(t, bob, clerktest.SessionOptions{})
			token := a.mint(t, live.ID, clerktest.TokenOptions{})
			a.server.Fail(clerktest.Fault{Operation: revokeSession, Status: status, Garbage: true})
			if err := a.clerk.Sessions().Revoke(t.Context(), live.UserID, live.ID); err == nil {
				t.Error("a gateway's answer says that the session has ended")
			}
			a.ask(http.MethodGet, "/", program, bearer(token)).wantSignedIn(t, live.UserID)
		})
	}
}

const revokeSession = "POST /v1/sessions/{session_id}/revoke"

// ticking has the application's clock go on by itself: the requests of a job have their times.
func ticking() setup {
	return configured(func(c *ginclerk.Config) {
		stopped, start := c.Now, time.Now()
		c.Now = func() time.Time { return stopped().Add(time.Since(start)) }
	})
}

// TestAGatewayIsTriedAgainByAJob: what it answers settles no session.
func TestAGatewayIsTriedAgainByAJob(t *testing.T) {
	t.Parallel()
	for _, status := range []int{401, 403, 404, 410} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()
			a := newApp(t, ticking())
			live := a.session(t, bob, clerktest.SessionOptions{})
			a.server.Fail(clerktest.Fault{Operation: revokeSession, Status: status, Garbage: true, Times: 2})
			job := a.signOut(t, signout.Request{UserID: live.UserID, Scope: signout.Selected, SessionIDs: []string{live.ID}})
			if job.Revoked != 1 || job.AlreadyGone != 0 || len(job.Failed) != 0 {
				t.Errorf("%+v", job)
			}
		})
	}
}

// TestAGatewayDoesNotKeepTokensFromBeingMade for good: that nobody could tell is another error than that the session is over.
func TestAGatewayDoesNotKeepTokensFromBeingMade(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{readSession, mintTemplate} {
		for _, status := range gatewayStatuses() {
			a := newApp(t)
			auth := a.authOf(t, bearer(a.token(t, ada)))
			a.server.Fail(clerktest.Fault{Operation: operation, Status: status, Garbage: true})
			_, err := auth.Token(t.Context(), outgoing.Template("billing"))
			if !errors.Is(err, ginclerk.ErrClerkUnreachable) || errors.Is(err, outgoing.ErrSessionEnded) || errors.Is(err, outgoing.ErrUnknownTemplate) {
				t.Errorf("%s, status %d: %v", operation, status, err)
			}
		}
	}
}

// TestAStatusThatNobodyKnowsEndsNothing: a job asks Clerk to end the session, and does not take it for ended.
func TestAStatusThatNobodyKnowsEndsNothing(t *testing.T) {
	t.Parallel()
	for _, scope := range []signout.Scope{signout.Selected, signout.Everywhere} {
		t.Run(string(scope), func(t *testing.T) {
			t.Parallel()
			a := newApp(t, ticking())
			live := a.session(t, bob, clerktest.SessionOptions{})
			a.server.Fail(clerktest.Fault{Operation: "GET /v1/sessions", Times: 1, Body: `{"total_count":1,"data":[
				{"object":"session","id":"` + live.ID + `","user_id":"` + live.UserID + `","client_id":"client_1","status":"suspended"}]}`})
			request := signout.Request{UserID: live.UserID, Scope: scope}
			if scope == signout.Selected {
				request.SessionIDs = []string{live.ID}
			}
			if job := a.signOut(t, request); job.Revoked != 1 || job.AlreadyGone != 0 {
				t.Errorf("%+v", job)
			}
		})
	}
}
