package main

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// events opens the stream at a server, and returns its events as "name data" lines. The channel closes when the stream ends.
func (a *webapp) events(t *testing.T, server string, header http.Header) <-chan string {
	t.Helper()
	return a.eventsFor(t, server, header, "text/event-stream")
}

// eventsFor is events for a client with another Accept header.
func (a *webapp) eventsFor(t *testing.T, server string, header http.Header, accept string) <-chan string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server+eventsPath, nil)
	if err != nil {
		t.Fatal(err)
	}
	header.Set("Accept", accept)
	header.Set("Sec-Fetch-Dest", "empty")
	request.Header, request.Host = header, strings.TrimPrefix(a.origin, "http://")
	response, err := a.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() }) // the test reads no further
	if got := response.Header.Get("Content-Type"); response.StatusCode != http.StatusOK || got != "text/event-stream" {
		t.Fatalf("the stream answers %d with %q", response.StatusCode, got)
	}
	events := make(chan string)
	go func() {
		defer close(events)
		name := ""
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			switch key, value, _ := strings.Cut(lines.Text(), ": "); key {
			case "event":
				name = value
			case "data":
				select {
				case events <- name + " " + value:
				case <-t.Context().Done():
					return
				}
			}
		}
	}()
	return events
}

// next waits for the next event. It returns "over" at the end of the stream.
func next(t *testing.T, events <-chan string) string {
	t.Helper()
	select {
	case event, more := <-events:
		if !more {
			return "over"
		}
		return event
	case <-time.After(patience):
		t.Fatalf("nothing came for %s", patience)
		return ""
	}
}

func TestStreamEndsWithTheSession(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	_, member, _ := visitors()
	browser, session := a.session(t, member, "")
	events := a.events(t, a.origin, a.headerOf(t, browser))
	if got := next(t, events); got != "time 12:00:00 UTC" {
		t.Fatalf("the stream begins with %q", got)
	}
	if err := a.clerk.RevokeSession(session.ID); err != nil {
		t.Fatal(err)
	}
	var got string
	for got = next(t, events); strings.HasPrefix(got, "time "); got = next(t, events) {
	}
	if !strings.HasPrefix(got, "ended You were signed out") {
		t.Errorf("it ends with %q, want a word that the user was signed out", got)
	}
	if got := next(t, events); got != "over" {
		t.Errorf("and then comes %q", got)
	}
}

// The stream ends without an event, because the session continues: the browser connects again, perhaps to another replica.
func TestStreamEndsWithTheProgram(t *testing.T) {
	t.Parallel()
	for _, accept := range []string{"text/event-stream", "*/*", "text/event-stream, */*;q=0.1"} {
		t.Run(accept, func(t *testing.T) {
			t.Parallel()
			a := startWebapp(t)
			_, member, _ := visitors()
			events := a.eventsFor(t, a.origin, byBrowser(t, a, member), accept)
			next(t, events)
			a.app.endStreams()
			got := next(t, events)
			for beats := 0; strings.HasPrefix(got, "time ") && beats < 5; beats++ {
				got = next(t, events)
			}
			if got != "over" {
				t.Errorf("the stream ends with %q, want no word", got)
			}
		})
	}
}

func TestStreamOutlivesTheServersTimeLimits(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	_, member, _ := visitors()
	hasty := httptest.NewUnstartedServer(a.app.handler)
	hasty.Config.ReadTimeout, hasty.Config.WriteTimeout = 500*time.Millisecond, 500*time.Millisecond
	hasty.Start()
	t.Cleanup(hasty.Close)
	t.Cleanup(a.app.endStreams)
	events := a.events(t, hasty.URL, byBrowser(t, a, member))
	for range 3 { // the second comes a second later
		if got := next(t, events); got == "over" {
			t.Fatal("the stream was cut off")
		}
	}
}

func TestTheStreamNeedsASession(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	for name, header := range map[string]http.Header{
		"an event source":    {"Accept": {"text/event-stream"}, "Sec-Fetch-Dest": {"empty"}, "Sec-Fetch-Site": {"same-origin"}},
		"a program":          {"Accept": {"*/*"}},
		"a browser that was": byBrowser(t, a, person{}),
	} {
		if got := a.do(t, http.MethodGet, eventsPath, header).summary(t, a.origin); got != "401 Unauthorized" {
			t.Errorf("%s signed out gets %s, want 401", name, got)
		}
	}
}
