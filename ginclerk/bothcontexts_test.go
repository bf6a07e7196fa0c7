package ginclerk_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

// contextsOf are the contexts that code behind a handler may be given. Those that are to be canceled end with the test.
func contextsOf(t *testing.T, c *gin.Context) map[string]context.Context {
	t.Helper()
	type own struct{}
	ofGin, cancelGin := context.WithTimeout(c, time.Hour)
	ofRequest, cancelRequest := context.WithTimeout(c.Request.Context(), time.Hour)
	t.Cleanup(cancelGin)
	t.Cleanup(cancelRequest)
	return map[string]context.Context{
		"Gin's":                         c,
		"a copy of Gin's":               c.Copy(),
		"one made of Gin's":             ofGin,
		"one made of a copy":            context.WithValue(c.Copy(), own{}, 1),
		"one that nothing cancels":      context.WithoutCancel(c),
		"the request's":                 c.Request.Context(),
		"one made of the request's":     ofRequest,
		"the request's in one of Gin's": context.WithValue(ofGin, own{}, 1),
	}
}

func TestEveryContextOfARequestSaysWhoItIs(t *testing.T) {
	t.Parallel()
	for name, fallback := range map[string]bool{"on a default engine": false, "on an engine with a fallback": true} {
		a := newApp(t)
		a.engine.ContextWithFallback = fallback
		called := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Sent", r.Header.Get("Authorization"))
		}))
		t.Cleanup(called.Close)
		transport, err := a.clerk.Transport(nil, called.URL)
		if err != nil {
			t.Fatal(err)
		}
		raw := a.token(t, ada)
		a.engine.GET("/", a.clerk.RequireSession(), func(c *gin.Context) {
			for which, ctx := range contextsOf(t, c) {
				if got := ginclerk.FromContext(ctx); got != ginclerk.From(c) {
					t.Errorf("%s, %s: %q, want the one who is signed in", name, which, got.UserID)
				}
				if got, err := ginclerk.FromContext(ctx).Token(ctx); got != raw || err != nil {
					t.Errorf("%s, %s: no token: %v", name, which, err)
				}
				watched, stop := ginclerk.WatchSession(ctx)
				if cause := context.Cause(watched); cause != nil {
					t.Errorf("%s, %s: a stream ends at once: %v", name, which, cause)
				}
				stop()
				r, err := http.NewRequestWithContext(ctx, http.MethodGet, called.URL, nil)
				if err != nil {
					t.Error(err)
					return
				}
				res, err := (&http.Client{Transport: transport}).Do(r)
				if err != nil {
					t.Errorf("%s, %s: %v", name, which, err)
					return
				}
				if got := res.Header.Get("X-Sent"); got != "Bearer "+raw {
					t.Errorf("%s, %s: another service was not sent the token", name, which)
				}
				_ = res.Body.Close()
			}
		})
		a.ask(http.MethodGet, "/", program, bearer(raw)).wantStatus(t, http.StatusOK)
	}
}

func TestEveryContextOfASignedOutRequestSaysNobody(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.GET("/", a.clerk.Attach(), func(c *gin.Context) {
		for which, ctx := range contextsOf(t, c) {
			if auth := ginclerk.FromContext(ctx); auth.SignedIn() || auth != ginclerk.From(c) {
				t.Errorf("%s: %q", which, auth.UserID)
			}
			watched, stop := ginclerk.WatchSession(ctx)
			if cause := context.Cause(watched); !errors.Is(cause, ginclerk.ErrSignedOut) {
				t.Errorf("%s: the stream ends with %v", which, cause)
			}
			stop()
		}
	})
	a.ask(http.MethodGet, "/", program).wantStatus(t, http.StatusOK)
	for which, ctx := range map[string]context.Context{"a bare one": t.Context(), "one of Gin's without a request": gin.CreateTestContextOnly(httptest.NewRecorder(), gin.New())} {
		if auth := ginclerk.FromContext(ctx); auth == nil || auth.SignedIn() {
			t.Errorf("%s: %v", which, auth)
		}
	}
}

// TestAStreamOnGinsContextEndsWithItsRequestAndItsSession: Gin's context does not end by itself on a default engine.
func TestAStreamOnGinsContextEndsWithItsRequestAndItsSession(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		which string
		then  func(*testing.T, *ginclerk.Clerk, *stream, context.CancelFunc)
		want  error
	}{
		{"the browser leaves, Gin's context", "Gin's", leaves, context.Canceled},
		{"the browser leaves, a copy", "a copy of Gin's", leaves, context.Canceled},
		{"the browser leaves, one made of Gin's", "one made of Gin's", leaves, context.Canceled},
		{"the session is revoked, Gin's context", "Gin's", revoked, ginclerk.ErrSessionEnded},
		{"the session is revoked, one made of Gin's", "one made of Gin's", revoked, ginclerk.ErrSessionEnded},
		{"the time is up, one made of Gin's", "one made of Gin's", func(*testing.T, *ginclerk.Clerk, *stream, context.CancelFunc) {
			<-time.After(2 * time.Hour)
		}, context.DeadlineExceeded},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := newStream(t)
			synctest.Test(t, func(t *testing.T) {
				clerk := newClerk(t, s.config)
				a := &app{engine: gin.New()}
				request, leave := context.WithCancel(t.Context())
				defer leave()
				a.engine.GET("/stream", clerk.RequireSession(), func(c *gin.Context) {
					watched, stop := ginclerk.WatchSession(contextsOf(t, c)[row.which])
					defer stop()
					row.then(t, clerk, s, leave)
					<-watched.Done()
					if got := context.Cause(watched); !errors.Is(got, row.want) {
						t.Errorf("the stream ended with %v, want %v", got, row.want)
					}
				})
				a.ask(http.MethodGet, "/stream", program, bearer(s.token), func(r *http.Request) { *r = *r.WithContext(request) }).wantStatus(t, http.StatusOK)
			})
		})
	}
}

func leaves(_ *testing.T, _ *ginclerk.Clerk, _ *stream, leave context.CancelFunc) { leave() }

func revoked(t *testing.T, clerk *ginclerk.Clerk, s *stream, _ context.CancelFunc) {
	t.Helper()
	if err := clerk.Revoke(t.Context(), revocation.Entry{SessionID: s.answers.id}); err != nil {
		t.Error(err)
	}
}
