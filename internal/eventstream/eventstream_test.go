package eventstream_test

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/internal/eventstream"
)

func TestWhatIsSent(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		send func(*eventstream.Stream) error
		want string
	}{
		{"an event", func(s *eventstream.Stream) error { return s.Send("time", "12:00") }, "event: time\ndata: 12:00\n\n"},
		{"an event without data", func(s *eventstream.Stream) error { return s.Send("over", "") }, "event: over\ndata: \n\n"},
		{"data of several lines", func(s *eventstream.Stream) error { return s.Send("text", "a\nb\r\nc\rd") }, "event: text\ndata: a\ndata: b\ndata: c\ndata: d\n\n"},
		{"data that looks like another event", func(s *eventstream.Stream) error { return s.Send("text", "a\n\nevent: b\ndata: c") }, "event: text\ndata: a\ndata: \ndata: event: b\ndata: data: c\n\n"},
		{"a comment", func(s *eventstream.Stream) error { return s.KeepAlive() }, ":\n\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := httptest.NewRecorder()
			if err := row.send(eventstream.Begin(w)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(row.want, w.Body.String()); diff != "" || !w.Flushed {
				t.Errorf("flushed: %t; sent (-want +got):\n%s", w.Flushed, diff)
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	for set, want := range map[string]string{"": "text/event-stream; charset=utf-8", "text/event-stream": "text/event-stream"} {
		w := httptest.NewRecorder()
		if set != "" {
			w.Header().Set("Content-Type", set)
		}
		if err := eventstream.Begin(w).KeepAlive(); err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for name := range w.Header() {
			got[name] = w.Header().Get(name)
		}
		if diff := cmp.Diff(map[string]string{
			"Content-Type": want, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Accel-Buffering": "no",
		}, got); diff != "" {
			t.Errorf("headers (-want +got):\n%s", diff)
		}
	}
}

// stuck is a client that accepts nothing: writes fail at the deadline, which is past at once.
type stuck struct {
	*httptest.ResponseRecorder
	limits []time.Time
	gone   error
}

func (s *stuck) SetWriteDeadline(limit time.Time) error {
	s.limits = append(s.limits, limit)
	return nil
}

func (s *stuck) Write([]byte) (int, error) { return 0, s.gone }

func TestEachEventHasItsOwnTimeLimit(t *testing.T) {
	t.Parallel()
	w := &stuck{ResponseRecorder: httptest.NewRecorder(), gone: net.ErrClosed}
	s := eventstream.Begin(w)
	for range 2 {
		if err := s.Send("time", "12:00"); !errors.Is(err, net.ErrClosed) {
			t.Errorf("a client that has gone: %v, want %v", err, net.ErrClosed)
		}
	}
	if len(w.limits) != 2 || !w.limits[0].Before(w.limits[1]) {
		t.Errorf("limits %v, want one for each event", w.limits)
	}
}

var _ http.ResponseWriter = (*stuck)(nil)
