package clerksource_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerksource"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

func TestALongListWaitsForItsTurns(t *testing.T) {
	t.Parallel()
	const total = 1200
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		body := `{"data":[`
		for i := offset; i < min(offset+500, total); i++ {
			if i > offset {
				body += ","
			}
			body += fmt.Sprintf(`{"id":"sess_%d","user_id":"user_1","status":"active"}`, i)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body+`],"total_count":1200}`)
	}))
	t.Cleanup(server.Close)
	api, err := clerkapi.New(clerkapi.Config{SecretKey: "sk_test_abcdefghijkl", URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	source, turns := clerksource.NewBackend(api), 0
	ctx := session.WithTurns(t.Context(), func(context.Context) error { turns++; return nil })
	got, err := source.OfUser(ctx, "user_1")
	if err != nil || len(got) != total || requests != 3 || turns != 2 {
		t.Errorf("%d sessions by %d requests with %d turns, error %v", len(got), requests, turns, err)
	}
	over := errors.New("no more turns")
	ctx = session.WithTurns(t.Context(), func(context.Context) error { return over })
	if _, err := source.OfUser(ctx, "user_1"); !errors.Is(err, over) || requests != 4 {
		t.Errorf("error %v after %d requests", err, requests-3)
	}
}

func TestRetryAfterGetsThrough(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "9")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	t.Cleanup(server.Close)
	api, err := clerkapi.New(clerkapi.Config{SecretKey: "sk_test_abcdefghijkl", URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	err = clerksource.NewBackend(api).Revoke(t.Context(), "sess_1")
	if got := session.RetryAfter(err); got != 9*time.Second || !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("%s, error %v", got, err)
	}
}
