// Package devlog tells a developer why requests are refused: in words, with what to change, and each cause once a minute at most.
package devlog

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// interval is the least time between two lines about one cause.
const interval = time.Minute

// maxCauses is how many causes are told apart. They come from fixed lists; the bound keeps a mistake there from using memory.
const maxCauses = 256

// Recent knows what was told within the last minute. The zero value has told nothing. It is safe for concurrent use.
type Recent struct {
	mu   sync.Mutex
	told map[string]time.Time
}

// First reports whether a cause is told for the first time within a minute, and takes it for told.
func (r *Recent) First(cause string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if last, found := r.told[cause]; found && now.Sub(last) < interval && !now.Before(last) {
		return false
	}
	if r.told == nil || len(r.told) >= maxCauses {
		r.told = map[string]time.Time{}
	}
	r.told[cause] = now
	return true
}

// Handler passes a line on unless one with the same message, reason and status was written within the last minute. Make one with
// [NewHandler]. It is safe for concurrent use.
type Handler struct {
	next   slog.Handler
	recent *Recent
}

// NewHandler returns a handler in front of another one.
func NewHandler(next slog.Handler) *Handler { return &Handler{next: next, recent: &Recent{}} }

// Enabled implements [slog.Handler].
func (h *Handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

// Handle implements [slog.Handler].
func (h *Handler) Handle(ctx context.Context, line slog.Record) error {
	cause := line.Message
	line.Attrs(func(a slog.Attr) bool {
		if a.Key == "reason" || a.Key == "status" {
			cause += "\n" + a.Value.String()
		}
		return true
	})
	if !h.recent.First(cause, line.Time) {
		return nil
	}
	return h.next.Handle(ctx, line)
}

// WithAttrs implements [slog.Handler].
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &Handler{next: h.next.WithAttrs(attrs), recent: h.recent}
}

// WithGroup implements [slog.Handler].
func (h *Handler) WithGroup(name string) slog.Handler {
	return &Handler{next: h.next.WithGroup(name), recent: h.recent}
}
