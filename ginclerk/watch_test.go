package ginclerk_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

// sessionAnswers answers questions about a session with a status that the test sets; "" is an outage.
type sessionAnswers struct {
	id     string
	userID string
	status atomic.Value // string
}

func (s *sessionAnswers) RoundTrip(r *http.Request) (*http.Response, error) {
	status, _ := s.status.Load().(string)
	if status == "" {
		return nil, errors.New("connection refused")
	}
	answer := httptest.NewRecorder()
	answer.Header().Set("Content-Type", "application/json")
	answer.Body.WriteString(`{"object":"session","id":"` + s.id + `","user_id":"` + s.userID + `","client_id":"client_1","status":"` + status + `"}`)
	res := answer.Result()
	res.Request = r
	return res, nil
}

// bubbleStart is when time begins in a bubble of testing/synctest.
var bubbleStart = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// stream is a session to be watched in a bubble. The embedded Clerk stays outside: it has a socket.
type stream struct {
	config  ginclerk.Config
	answers *sessionAnswers
	token   string
}

func newStream(t *testing.T) *stream {
	t.Helper()
	s, _ := newStreamIn(t, "")
	return s
}

// newStreamIn is newStream with an organization active.
func newStreamIn(t *testing.T, organization string) (*stream, clerktest.Session) {
	t.Helper()
	a := newApp(t, setup{clerk: func(c *clerktest.Config) { c.Clock = clerktest.NewFixedClock(bubbleStart) }})
	session := a.session(t, bob, clerktest.SessionOptions{OrganizationID: organization})
	config := configFor(a.server)
	config.Tokens.JWTKey, config.Now = a.server.JWTKey(), time.Now
	s := &stream{
		config: config, token: a.mint(t, session.ID, clerktest.TokenOptions{}),
		answers: &sessionAnswers{id: session.ID, userID: session.UserID},
	}
	s.answers.status.Store("active")
	s.config.ClerkAPI.HTTPClient = &http.Client{Transport: s.answers}
	return s, session
}

// begin opens the stream and returns its context.
func (s *stream) begin(t *testing.T) (clerk *ginclerk.Clerk, watched context.Context) {
	t.Helper()
	clerk = newClerk(t, s.config)
	a := &app{engine: gin.New()}
	a.engine.GET("/stream", clerk.RequireSession(), func(c *gin.Context) {
		ctx, stop := ginclerk.WatchSession(c.Request.Context())
		t.Cleanup(stop)
		watched = ctx
	})
	a.ask(http.MethodGet, "/stream", program, bearer(s.token)).wantStatus(t, http.StatusOK)
	if watched == nil {
		t.Fatal("the stream did not begin")
	}
	return clerk, watched
}

func TestWatchSession(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		then  func(*testing.T, *ginclerk.Clerk, *sessionAnswers)
		after time.Duration
		want  error
	}{
		{"a session that lives on", func(*testing.T, *ginclerk.Clerk, *sessionAnswers) {}, time.Hour, nil},
		{"a session that is revoked here", func(t *testing.T, k *ginclerk.Clerk, s *sessionAnswers) {
			t.Helper()
			if err := k.Revoke(t.Context(), revocation.Entry{SessionID: s.id}); err != nil {
				t.Error(err)
			}
		}, 0, ginclerk.ErrSessionEnded},
		{"a user who is revoked here", func(t *testing.T, k *ginclerk.Clerk, s *sessionAnswers) {
			t.Helper()
			if err := k.Revoke(t.Context(), revocation.Entry{UserID: s.userID, IssuedBefore: time.Now()}); err != nil {
				t.Error(err)
			}
		}, 0, ginclerk.ErrSessionEnded},
		{"another user who is revoked", func(t *testing.T, k *ginclerk.Clerk, _ *sessionAnswers) {
			t.Helper()
			if err := k.Revoke(t.Context(), revocation.Entry{UserID: "user_other", IssuedBefore: time.Now()}); err != nil {
				t.Error(err)
			}
		}, time.Hour, nil},
		{"a session that Clerk says is over, before it is asked", func(_ *testing.T, _ *ginclerk.Clerk, s *sessionAnswers) {
			s.status.Store("ended")
		}, 59 * time.Second, nil},
		{"a session that Clerk says is over", func(_ *testing.T, _ *ginclerk.Clerk, s *sessionAnswers) { s.status.Store("revoked") }, time.Minute, ginclerk.ErrSessionEnded},
		{"a session that has become pending", func(_ *testing.T, _ *ginclerk.Clerk, s *sessionAnswers) { s.status.Store("pending") }, time.Minute, ginclerk.ErrSessionEnded},
		{"a short outage", func(_ *testing.T, _ *ginclerk.Clerk, s *sessionAnswers) { s.status.Store("") }, 9 * time.Minute, nil},
		{"a long outage", func(_ *testing.T, _ *ginclerk.Clerk, s *sessionAnswers) { s.status.Store("") }, 11 * time.Minute, ginclerk.ErrSessionUnknown},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := newStream(t)
			synctest.Test(t, func(t *testing.T) {
				clerk, watched := s.begin(t)
				synctest.Wait()
				row.then(t, clerk, s.answers)
				<-time.After(row.after)
				synctest.Wait()
				if got := context.Cause(watched); !errors.Is(got, row.want) || (row.want == nil) != (got == nil) {
					t.Errorf("the stream ended with %v, want %v", got, row.want)
				}
			})
		})
	}
}

// An answer that somebody else had just before is as old as it is, not as new as when it is looked at.
func TestWatchSessionBesideOthersWhoAsk(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name        string
		asked, then time.Duration
		what        func(*testing.T, *ginclerk.Clerk, *sessionAnswers)
		end         time.Duration
	}{
		{"a session that ends after the answer is over within a minute", 59 * time.Second, 59 * time.Second, func(_ *testing.T, _ *ginclerk.Clerk, s *sessionAnswers) {
			s.status.Store("ended")
		}, 60 * time.Second},
		{"a user who was banned after the answer is told of later", time.Second, 60*time.Second + 500*time.Millisecond, func(t *testing.T, k *ginclerk.Clerk, s *sessionAnswers) {
			t.Helper()
			if err := k.Revoke(t.Context(), revocation.Entry{UserID: s.userID, IssuedBefore: bubbleStart.Add(30 * time.Second)}); err != nil {
				t.Error(err)
			}
		}, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := newStream(t)
			synctest.Test(t, func(t *testing.T) {
				clerk, watched := s.begin(t)
				others := &app{engine: gin.New()}
				others.engine.GET("/", clerk.MaxSessionAge(time.Hour), whoami)
				<-time.After(row.asked)
				others.ask(http.MethodGet, "/", program, bearer(s.token))
				<-time.After(row.then - row.asked)
				row.what(t, clerk, s.answers)
				<-time.After(row.end)
				synctest.Wait()
				if got := context.Cause(watched); !errors.Is(got, ginclerk.ErrSessionEnded) {
					t.Errorf("the stream ended with %v", got)
				}
			})
		})
	}
}

func TestWatchSessionOfNobody(t *testing.T) {
	t.Parallel()
	ctx, stop := ginclerk.WatchSession(t.Context())
	defer stop()
	if got := context.Cause(ctx); !errors.Is(got, ginclerk.ErrSignedOut) {
		t.Errorf("ended with %v", got)
	}
}
