package pages_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

// event is a server-sent event.
type event struct {
	name string
	data map[string]any
}

// reply is the status and the header of a response.
type reply struct {
	status int
	header http.Header
}

// listen opens the stream of a job like an EventSource. Events arrive until the stream ends.
func (b *browser) listen(t *testing.T, id string) (<-chan event, reply) {
	t.Helper()
	server := httptest.NewServer(b.world.engine)
	t.Cleanup(server.Close) // waits for the handler
	return b.listenAt(t, t.Context(), server, id)
}

func (b *browser) listenAt(t *testing.T, ctx context.Context, server *httptest.Server, id string) (<-chan event, reply) {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+jobsPath+id+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = "localhost:8080"
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("Sec-Fetch-Dest", "empty")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	for name, value := range b.cookies {
		request.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	events := make(chan event, 1000)
	go func() {
		defer close(events)
		var one event
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch {
			case name == "event":
				one.name = value
			case name == "data":
				if err := json.Unmarshal([]byte(value), &one.data); err != nil {
					t.Errorf("%s: %v", value, err)
				}
			case one.name != "":
				events <- one
				one = event{}
			}
		}
	}()
	return events, reply{response.StatusCode, response.Header}
}

// next waits for an event.
func next(t *testing.T, events <-chan event) (event, bool) {
	t.Helper()
	select {
	case one, open := <-events:
		return one, open
	case <-time.After(20 * time.Second):
		t.Fatal("no event comes, and the stream does not end")
		return event{}, false
	}
}

// lastOf reads a stream to its end, and returns the last event.
func lastOf(t *testing.T, events <-chan event) (last event) {
	t.Helper()
	for one, open := next(t, events); open; one, open = next(t, events) {
		last = one
	}
	return last
}

func TestProgressIsStreamed(t *testing.T) {
	t.Parallel()
	w, b := busy(t, 30, options{kind: instance.Production})
	release := w.slowly(t)
	id := jobOf(t, b.post("/sign-out-others", nil))
	events, response := b.listen(t, id)
	if got := response.header.Get("Content-Type"); got != "text/event-stream; charset=utf-8" || response.header.Get("Cache-Control") != "no-store" {
		t.Errorf("Content-Type %q, Cache-Control %q", got, response.header.Get("Cache-Control"))
	}
	first, _ := next(t, events)
	if first.name != "progress" || first.data["total"] != 30.0 || first.data["summary"] != "0 of 30 sign-ins done." || first.data["left"] != 30.0 {
		t.Errorf("first %+v", first)
	}
	release()
	last, before := first, 0.0
	for one, open := next(t, events); open; one, open = next(t, events) {
		if settled := one.data["settled"].(float64); settled < before {
			t.Errorf("it goes backwards: %v after %v", settled, before)
		}
		before, last = one.data["settled"].(float64), one
	}
	if last.name != "finished" || last.data["ended"] != 30.0 || last.data["failed"] != 0.0 || last.data["left"] != 0.0 {
		t.Errorf("last %+v", last)
	}
}

// The last event says that the session has ended.
func TestAStreamEndsWithItsSession(t *testing.T) {
	t.Parallel()
	w, b := busy(t, 3, options{kind: instance.Production})
	w.slowly(t)
	id := jobOf(t, b.post("/sign-out-others", nil))
	events, _ := b.listen(t, id)
	if one, _ := next(t, events); one.name != "progress" {
		t.Errorf("first %+v", one)
	}
	if err := w.clerk.Revoke(t.Context(), revocation.Entry{SessionID: b.current(t)}); err != nil {
		t.Fatal(err)
	}
	if last := lastOf(t, events); last.name != "ended" {
		t.Errorf("last %+v", last)
	}
	_, response := b.listen(t, id)
	if response.status != http.StatusUnauthorized {
		t.Errorf("another one: %d", response.status)
	}
}

// The job ends the session that started it. The browser remembers the job, so its stream continues.
func TestAStreamOutlivesTheSessionThatStartedIt(t *testing.T) {
	t.Parallel()
	w, b := busy(t, 3, options{kind: instance.Production})
	release := w.slowly(t)
	id := jobOf(t, b.post("/sign-out-everywhere", nil))
	if err := w.clerk.Revoke(t.Context(), revocation.Entry{SessionID: b.current(t)}); err != nil {
		t.Fatal(err)
	}
	events, _ := b.listen(t, id)
	if one, _ := next(t, events); one.name != "progress" || one.data["total"] != 4.0 {
		t.Errorf("first %+v", one)
	}
	release()
	if last := lastOf(t, events); last.name != "finished" || last.data["ended"] != 4.0 {
		t.Errorf("last %+v", last)
	}
}

func TestOtherVisitorsGetNoStream(t *testing.T) {
	t.Parallel()
	w, b := busy(t, 3, options{kind: instance.Production})
	w.slowly(t)
	id := jobOf(t, b.post("/sign-out-others", nil))
	for name, row := range map[string]struct {
		browser *browser
		id      string
		status  int
	}{
		"another user":         {w.browser(t, mia), id, http.StatusNotFound},
		"a signed-out visitor": {w.browser(t), id, http.StatusUnauthorized},
		"an unknown job":       {b, strings.Repeat("A", 26), http.StatusNotFound},
	} {
		_, response := row.browser.listen(t, row.id)
		if response.status != row.status || response.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", name, response.status, response.header.Get("Content-Type"))
		}
	}
}

// It leaves no goroutine behind. It is not parallel: it counts goroutines.
func TestAStreamEndsWithItsBrowser(t *testing.T) { //nolint:paralleltest // counts goroutines
	w, b := busy(t, 3, options{kind: instance.Production})
	w.slowly(t)
	id := jobOf(t, b.post("/sign-out-others", nil))
	before := goleak.IgnoreCurrent()
	server := httptest.NewServer(w.engine)
	ctx, leave := context.WithCancel(t.Context())
	events, _ := b.listenAt(t, ctx, server, id)
	if one, _ := next(t, events); one.name != "progress" {
		t.Errorf("first %+v", one)
	}
	leave()
	for open := true; open; {
		_, open = next(t, events)
	}
	server.Close()
	goleak.VerifyNone(t, before, // the job goes on
		goleak.IgnoreAnyFunction("github.com/ginclerk/ginclerk/ginclerk/signout.(*run).end"),
		goleak.IgnoreAnyFunction("github.com/ginclerk/ginclerk/ginclerk/clerktest.(*Server).serve"))
}
