package pages_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/internal/parking"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
)

const (
	revokeOperation = "POST /v1/sessions/{session_id}/revoke"
	jobsPath        = "/sessions/sign-outs/"
)

// busy returns a world in which Ada has one browser and n other devices.
func busy(t *testing.T, devices int, o options) (*world, *browser) {
	t.Helper()
	o.ticking = true
	w := newWorld(t, o)
	for range devices {
		w.elsewhere(t, ada)
	}
	b := w.browser(t, ada)
	b.open(t, "/sessions").wantPage(t, http.StatusOK, "/sessions", "")
	return w, b
}

// active counts the active sessions of a user.
func (w *world) active(tb testing.TB, email string) int {
	tb.Helper()
	n := 0
	for _, s := range w.server.Sessions(w.userID(tb, email)) {
		if s.Status == "active" {
			n++
		}
	}
	return n
}

// others returns the active sessions of a user without that of the browser.
func (b *browser) others(t *testing.T, email string) []string {
	t.Helper()
	var ids []string
	for _, s := range b.world.server.Sessions(b.world.userID(t, email)) {
		if s.Status == "active" && s.ID != b.current(t) {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// post sends a form and does not follow the redirect.
func (b *browser) post(action string, form url.Values, changes ...func(*http.Request)) *page {
	return b.ask(http.MethodPost, b.world.base+action, form, changes...)
}

// jobOf returns the job to whose page an answer leads.
func jobOf(t *testing.T, answer *page) string {
	t.Helper()
	id, found := strings.CutPrefix(answer.Header().Get("Location"), jobsPath)
	if !found {
		t.Fatalf("status %d, location %q, body %.300s; want the page of a job", answer.Code, answer.Header().Get("Location"), answer.Body)
	}
	return id
}

// finished waits for a job to finish.
func (w *world) finished(t *testing.T, email, id string) signout.Job {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	runner, err := w.site.SignOuts(w.clerk)
	if err != nil {
		t.Fatal(err)
	}
	for {
		changed := runner.Changed(id)
		job, err := runner.Job(ctx, w.userID(t, email), id)
		if err != nil {
			t.Fatal(err)
		}
		if job.State == signout.Finished {
			return job
		}
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatalf("the job goes on and on: %+v", job)
		}
	}
}

// counts returns the numbers on the page of a job.
func (p *page) counts(t *testing.T) [3]string {
	t.Helper()
	return [3]string{p.text(t, "ended"), p.text(t, "gone"), p.text(t, "failed")}
}

// slowly makes Clerk slow to end sessions, until the returned function is called.
func (w *world) slowly(t *testing.T) (release func()) {
	t.Helper()
	gate := make(chan struct{})
	w.server.Fail(clerktest.Fault{Operation: revokeOperation, Status: http.StatusServiceUnavailable, Until: gate, Times: 1000})
	released := false
	release = func() {
		if !released {
			released = true
			w.server.ClearFaults()
			close(gate)
		}
	}
	t.Cleanup(release)
	return release
}

// failing answers instead of Clerk to requests whose path ends with suffix, once suffix is set.
type failing struct{ suffix string }

func (f *failing) RoundTrip(r *http.Request) (*http.Response, error) {
	if f.suffix != "" && strings.HasSuffix(r.URL.Path, f.suffix) {
		return &http.Response{StatusCode: http.StatusInternalServerError, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
	}
	return http.DefaultTransport.RoundTrip(r)
}

// formsPage is where forms wait.
func formsPage(path string) ginclerk.Pages {
	return ginclerk.Pages{Forms: parking.Page{URL: path, Replay: http.NotFoundHandler()}}
}
