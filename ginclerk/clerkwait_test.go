package ginclerk_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/user"
)

// slowClerk is the way to the embedded Clerk. Each call takes as long as the test says, by the time of a bubble, which stands still while
// Clerk itself answers.
type slowClerk struct {
	server *clerktest.Server
	real   *http.Transport
	takes  time.Duration
	calls  atomic.Int64
}

func (s *slowClerk) RoundTrip(r *http.Request) (*http.Response, error) {
	s.calls.Add(1)
	select {
	case <-time.After(s.takes):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	answer, err := s.real.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }() // it has been read
	body, err := io.ReadAll(answer.Body)
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return answer, err
}

// slowApp is an application whose Clerk is slow.
type slowApp struct {
	config ginclerk.Config
	wire   *slowClerk
	token  string // of a session
	apiKey string
	userID string
}

func newSlowApp(t *testing.T, takes, timeout time.Duration) *slowApp {
	t.Helper()
	a := newApp(t, setup{clerk: func(c *clerktest.Config) { c.Clock = clerktest.NewFixedClock(bubbleStart) }})
	s := &slowApp{
		config: configFor(a.server), token: a.token(t, bob), userID: a.userID(t, mia),
		wire: &slowClerk{server: a.server, real: &http.Transport{DisableKeepAlives: true, DisableCompression: true}, takes: takes},
	}
	issued, err := a.server.CreateMachineToken(clerktest.MachineToken{Kind: clerktest.APIKey, Subject: s.userID, Name: "slow"})
	if err != nil {
		t.Fatal(err)
	}
	s.apiKey = issued.Secret
	s.config.Tokens.JWTKey, s.config.Now = a.server.JWTKey(), time.Now
	s.config.ClerkAPI.HTTPClient = &http.Client{Transport: s.wire, Timeout: timeout}
	return s
}

// slowRequest is a request to an application whose Clerk is slow, in its handler.
type slowRequest struct {
	*gin.Context

	clerk *ginclerk.Clerk
}

// ask makes a call to Clerk, whose answers are not remembered.
func (r slowRequest) ask(ctx context.Context) error {
	_, err := r.clerk.Users().ByEmailAddress(ctx, mia)
	return err
}

// again makes calls one after the other.
func (r slowRequest) again(ctx context.Context, times int) error {
	for range times {
		if err := r.ask(ctx); err != nil {
			return err
		}
	}
	return nil
}

// atOnce makes calls at the same time.
func (r slowRequest) atOnce(times int) error {
	failed := make([]error, times)
	var wait sync.WaitGroup
	for i := range times {
		wait.Go(func() { failed[i] = r.ask(r.Request.Context()) })
	}
	wait.Wait()
	return errors.Join(failed...)
}

// serve has the application serve a request with a handler.
func (s *slowApp) serve(t *testing.T, machine bool, work func(slowRequest) error) (got *answer, took time.Duration) {
	t.Helper()
	clerk := newClerk(t, s.config)
	a := &app{engine: gin.New()}
	guard, sent := clerk.RequireSession(), s.token
	if machine {
		guard, sent = clerk.RequireToken(ginclerk.APIKey), s.apiKey
	}
	a.engine.GET("/", guard, func(c *gin.Context) {
		if err := work(slowRequest{c, clerk}); err != nil {
			clerk.Answer(c, ginclerk.ProblemFor(err))
			return
		}
		c.String(http.StatusOK, "done")
	})
	ctx, end := context.WithCancel(t.Context())
	defer end() // as net/http does
	begun := time.Now()
	got = a.ask(http.MethodGet, "/", program, bearer(sent), func(r *http.Request) { *r = *r.WithContext(ctx) })
	took = time.Since(begun)
	<-time.After(time.Minute) // calls that others could share go on
	return got, took
}

func TestARequestWaitsForClerkTenSecondsInAll(t *testing.T) {
	t.Parallel()
	const hanging = time.Hour
	for _, row := range []struct {
		name    string
		takes   time.Duration // each call
		timeout time.Duration // of the HTTP client
		machine bool          // the request comes with a machine token, about which Clerk is asked
		work    func(slowRequest) error
		status  int
		took    time.Duration
	}{
		{"calls that take nine seconds", 3 * time.Second, 0, false, func(r slowRequest) error {
			return r.again(r.Request.Context(), 3)
		}, http.StatusOK, 9 * time.Second},
		{"calls that take twelve", 4 * time.Second, 0, false, func(r slowRequest) error {
			return r.again(r.Request.Context(), 3)
		}, http.StatusServiceUnavailable, 10 * time.Second},
		{"calls with Gin's context", 4 * time.Second, 0, false, func(r slowRequest) error {
			return r.again(r.Context, 3)
		}, http.StatusServiceUnavailable, 10 * time.Second},
		{"calls that remember their answers", 4 * time.Second, 0, false, func(r slowRequest) error {
			_ = r.again(r.Request.Context(), 2)
			_, err := ginclerk.From(r.Context).User(r.Context)
			return err
		}, http.StatusServiceUnavailable, 10 * time.Second},
		{"a call after the question who the request is", 6 * time.Second, 0, true, func(r slowRequest) error {
			return r.ask(r.Request.Context())
		}, http.StatusServiceUnavailable, 10 * time.Second},
		{"a call when no time is left", hanging, 0, false, func(r slowRequest) error {
			_ = r.ask(r.Request.Context())
			return r.ask(r.Request.Context())
		}, http.StatusServiceUnavailable, 10 * time.Second},
		{"what the application does meanwhile costs nothing", 4 * time.Second, 0, false, func(r slowRequest) error {
			_ = r.ask(r.Request.Context())
			<-time.After(time.Minute)
			return r.ask(r.Request.Context())
		}, http.StatusOK, 68 * time.Second},
		{"what the application does meanwhile brings nothing", 4 * time.Second, 0, false, func(r slowRequest) error {
			_ = r.again(r.Request.Context(), 2)
			<-time.After(time.Minute)
			return r.ask(r.Request.Context())
		}, http.StatusServiceUnavailable, 70 * time.Second},
		{"calls at the same time count once", 4 * time.Second, 0, false, func(r slowRequest) error {
			return errors.Join(r.atOnce(5), r.atOnce(5))
		}, http.StatusOK, 8 * time.Second},
		{"calls at the same time end together", 6 * time.Second, 0, false, func(r slowRequest) error {
			return errors.Join(r.atOnce(5), r.atOnce(5))
		}, http.StatusServiceUnavailable, 10 * time.Second},
		{"the timeout of the HTTP client counts", 4 * time.Second, 5 * time.Second, false, func(r slowRequest) error {
			return r.again(r.Request.Context(), 2)
		}, http.StatusServiceUnavailable, 5 * time.Second},
		{"another context has no part in it", 4 * time.Second, 0, false, func(r slowRequest) error {
			return r.again(context.Background(), 4)
		}, http.StatusOK, 16 * time.Second},
		{"an answer that has begun", 4 * time.Second, 0, false, func(r slowRequest) error {
			_, _ = r.Writer.WriteString("first ")
			return r.again(r.Request.Context(), 4)
		}, http.StatusOK, 16 * time.Second},
		{"a stream that has begun", 4 * time.Second, 0, false, func(r slowRequest) error {
			_ = r.ask(r.Request.Context())
			r.Writer.Flush()
			return r.again(r.Request.Context(), 4)
		}, http.StatusOK, 20 * time.Second},
		{"a session that is watched", 4 * time.Second, 0, false, func(r slowRequest) error {
			watched, stop := ginclerk.WatchSession(r.Request.Context())
			defer stop()
			return r.again(watched, 4)
		}, http.StatusOK, 16 * time.Second},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := newSlowApp(t, row.takes, row.timeout)
			synctest.Test(t, func(t *testing.T) {
				got, took := s.serve(t, row.machine, row.work)
				got.wantStatus(t, row.status)
				if took != row.took {
					t.Errorf("the answer came after %s, want %s", took, row.took)
				}
				if row.status == http.StatusServiceUnavailable && got.Header().Get("Retry-After") == "" {
					t.Error("the outage has no Retry-After")
				}
			})
		})
	}
}

// TestNoCallIsMadeWhenNoTimeIsLeft, neither one of its own nor one that others share.
func TestNoCallIsMadeWhenNoTimeIsLeft(t *testing.T) {
	t.Parallel()
	s := newSlowApp(t, time.Hour, 0)
	synctest.Test(t, func(t *testing.T) {
		_, _ = s.serve(t, false, func(r slowRequest) error {
			_ = r.ask(r.Request.Context())
			made := s.wire.calls.Load()
			ownErr := r.ask(r.Request.Context())
			_, sharedErr := r.clerk.Users().User(r.Request.Context(), s.userID)
			if !errors.Is(ownErr, user.ErrUnavailable) || !errors.Is(sharedErr, user.ErrUnavailable) {
				t.Errorf("errors %v and %v", ownErr, sharedErr)
			}
			if got := s.wire.calls.Load(); got != made {
				t.Errorf("%d calls were made", got-made)
			}
			return nil
		})
	})
}

// TestARequestWithoutTimeLeavesTheOthersTheirAnswer: what it has asked is asked for all.
func TestARequestWithoutTimeLeavesTheOthersTheirAnswer(t *testing.T) {
	t.Parallel()
	s := newSlowApp(t, 4*time.Second, 0)
	synctest.Test(t, func(t *testing.T) {
		got, took := s.serve(t, false, func(r slowRequest) error {
			_ = r.again(r.Request.Context(), 2)
			other := make(chan error)
			go func() {
				<-time.After(time.Second)
				u, err := r.clerk.Users().User(context.Background(), s.userID) // of another request
				if err == nil && u.ID != s.userID {
					err = errors.New("another user")
				}
				other <- err
			}()
			_, err := r.clerk.Users().User(r.Request.Context(), s.userID)
			if otherErr := <-other; otherErr != nil {
				t.Errorf("the other request got %v", otherErr)
			}
			if got := s.wire.calls.Load(); got != 3 {
				t.Errorf("%d calls were made, want 3", got)
			}
			return err
		})
		got.wantStatus(t, http.StatusServiceUnavailable)
		if took != 12*time.Second { // the handler waits for the other request
			t.Errorf("after %s", took)
		}
	})
}

// TestWhatGoesOnAfterTheRequestHasItsTime: a job that a handler has begun is no request.
func TestWhatGoesOnAfterTheRequestHasItsTime(t *testing.T) {
	t.Parallel()
	s := newSlowApp(t, 4*time.Second, 0)
	synctest.Test(t, func(t *testing.T) {
		job := make(chan error, 1)
		got, _ := s.serve(t, false, func(r slowRequest) error {
			ctx := context.WithoutCancel(r.Request.Context())
			go func() { job <- r.again(ctx, 5) }()
			return r.ask(r.Request.Context())
		})
		got.wantStatus(t, http.StatusOK)
		if err := <-job; err != nil {
			t.Errorf("the job: %v", err)
		}
	})
}
