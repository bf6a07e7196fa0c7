// Package eventstream writes server-sent events (HTML Living Standard, section 9.2) to one client.
package eventstream

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// WriteTimeout is how long a client may take to accept one event. A server's time limit for whole answers does not suit a
// stream, so each event has this limit instead.
const WriteTimeout = 10 * time.Second

// Stream writes the events of one response. It is not safe for concurrent use.
type Stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// Begin sets the headers of a stream. A Content-Type that the caller has set stays. The first event sends them, with status 200.
func Begin(w http.ResponseWriter) *Stream {
	header := w.Header()
	if header.Get("Content-Type") == "" {
		header.Set("Content-Type", "text/event-stream; charset=utf-8")
	}
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Accel-Buffering", "no") // without it nginx collects events before it passes them on
	return &Stream{w: w, control: http.NewResponseController(w)}
}

// Send sends an event at once. The name must be one line; the data may have several. An error means that the client has gone,
// or did not accept the event within [WriteTimeout]; end the response then.
func (s *Stream) Send(event, data string) error {
	lines := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(data) // each of these ends a line of a stream
	return s.write("event: " + event + "\ndata: " + strings.ReplaceAll(lines, "\n", "\ndata: ") + "\n\n")
}

// KeepAlive sends a comment, which clients ignore. It keeps proxies from closing a stream that has no events for a while. Errors
// are those of [Stream.Send].
func (s *Stream) KeepAlive() error { return s.write(":\n\n") }

func (s *Stream) write(text string) error {
	deadline := time.Now().Add(WriteTimeout) //nolint:forbidigo // network connections take the machine's time
	if err := s.control.SetWriteDeadline(deadline); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("eventstream: %w", err)
	}
	if _, err := s.w.Write([]byte(text)); err != nil {
		return fmt.Errorf("eventstream: %w", err)
	}
	if err := s.control.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("eventstream: %w", err)
	}
	return nil
}
