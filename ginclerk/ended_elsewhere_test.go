package ginclerk_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
)

// Who signs a session out is told that it is signed out, and so it is, even if somebody else was quicker.
func TestASessionThatHadEndedAlreadyIsRefusedToo(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*testing.T, *app, clerktest.Session){
		"one session": func(t *testing.T, a *app, s clerktest.Session) {
			t.Helper()
			if err := a.clerk.Sessions().Revoke(t.Context(), s.UserID, s.ID); err != nil {
				t.Error(err)
			}
		},
		"by a job": func(t *testing.T, a *app, s clerktest.Session) {
			t.Helper()
			a.signOut(t, signout.Request{UserID: s.UserID, Scope: signout.Selected, SessionIDs: []string{s.ID}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t).guarded()
			ended := a.session(t, bob, clerktest.SessionOptions{})
			kept := a.mint(t, ended.ID, clerktest.TokenOptions{})
			if err := a.server.RevokeSession(ended.ID); err != nil {
				t.Fatal(err)
			}
			end(t, a, ended)
			a.ask(http.MethodGet, "/", program, bearer(kept)).wantNobody(t, string(reason.SessionRevoked))
		})
	}
}

// The same where it ends between the two questions: whose it is, and that it shall end.
func TestASessionThatEndsMeanwhileIsRefusedToo(t *testing.T) {
	t.Parallel()
	a := newApp(t, configured(func(c *ginclerk.Config) { c.ClerkAPI.HTTPClient = &http.Client{Transport: nothingToRevoke{}} })).guarded()
	ended := a.session(t, bob, clerktest.SessionOptions{})
	kept := a.mint(t, ended.ID, clerktest.TokenOptions{})
	if err := a.clerk.Sessions().Revoke(t.Context(), ended.UserID, ended.ID); err != nil {
		t.Fatal(err)
	}
	a.ask(http.MethodGet, "/", program, bearer(kept)).wantNobody(t, string(reason.SessionRevoked))
}

// nothingToRevoke answers that there is no such session to whoever wants to end one.
type nothingToRevoke struct{}

func (nothingToRevoke) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.URL.Path, "/revoke") {
		return http.DefaultTransport.RoundTrip(r)
	}
	answer := httptest.NewRecorder()
	answer.Header().Set("Content-Type", "application/json")
	answer.WriteHeader(http.StatusNotFound)
	answer.Body.WriteString(`{"errors":[{"code":"resource_not_found","message":"not found"}]}`)
	res := answer.Result()
	res.Request = r
	return res, nil
}

// signOut runs a job to its end.
func (a *app) signOut(t *testing.T, request signout.Request) signout.Job {
	t.Helper()
	runner := signOutsOf(t, a.clerk)
	job, err := runner.Start(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	for job.State != signout.Finished {
		changed := runner.Changed(job.ID)
		if job, err = runner.Job(t.Context(), request.UserID, job.ID); err != nil {
			t.Fatal(err)
		}
		if job.State == signout.Finished {
			break
		}
		<-changed
	}
	if !job.Complete() {
		t.Fatalf("the job has not ended everything: %+v", job)
	}
	return job
}

// Whoever feeds revocations need not know how long tokens live here.
func TestARevocationStandsAsLongAsTokensCanLive(t *testing.T) {
	t.Parallel()
	a := newApp(t).attached()
	session := a.session(t, bob, clerktest.SessionOptions{})
	old := bearer(a.mint(t, session.ID, clerktest.TokenOptions{Lifetime: 24 * time.Hour}))
	for _, entry := range []revocation.Entry{
		{SessionID: session.ID, Until: a.clock.Now().Add(time.Minute)},
		{UserID: session.UserID, IssuedBefore: a.clock.Now(), Until: a.clock.Now().Add(time.Minute)},
	} {
		if err := a.clerk.Revoke(t.Context(), entry); err != nil {
			t.Fatal(err)
		}
	}
	a.clock.Advance(24*time.Hour - time.Second)
	a.ask(http.MethodGet, "/", program, old).wantNobody(t, string(reason.SessionRevoked))
}

// An answer that says next to nothing is an outage, and ends no session.
func TestAGarbledAnswerEndsNoSession(t *testing.T) {
	t.Parallel()
	garble := &garbledSessions{}
	a := newApp(t, configured(func(c *ginclerk.Config) { c.ClerkAPI.HTTPClient = &http.Client{Transport: garble} }))
	a.guarded(a.clerk.MaxSessionAge(time.Hour))
	session := a.session(t, bob, clerktest.SessionOptions{})
	token := bearer(a.mint(t, session.ID, clerktest.TokenOptions{}))
	for _, answer := range []string{`{"id":"` + session.ID + `"}`, `{"id":"` + session.ID + `","user_id":"` + session.UserID + `"}`} {
		garble.answer.Store(answer)
		a.ask(http.MethodGet, "/guarded", program, token).wantUnavailable(t)
		if err := a.clerk.Sessions().Revoke(t.Context(), session.UserID, session.ID); err == nil {
			t.Error("a session was ended of which nothing is known")
		}
	}
	garble.answer.Store("")
	a.ask(http.MethodGet, "/guarded", program, token).wantSignedIn(t, session.UserID)
}

// garbledSessions answers every question about a session with the same text, unless that is empty.
type garbledSessions struct{ answer atomic.Value }

func (g *garbledSessions) RoundTrip(r *http.Request) (*http.Response, error) {
	text, _ := g.answer.Load().(string)
	if text == "" || !strings.Contains(r.URL.Path, "/sessions/") {
		return http.DefaultTransport.RoundTrip(r)
	}
	answer := httptest.NewRecorder()
	answer.Header().Set("Content-Type", "application/json")
	answer.Body.WriteString(text)
	res := answer.Result()
	res.Request = r
	return res, nil
}
