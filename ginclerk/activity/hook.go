package activity

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

const (
	// maxWaiting is how many entries wait for the hook. More are not told.
	maxWaiting = 256
	// maxOfUser is how many of them are of one user, so that nothing that a user does has those of others not told.
	maxOfUser = 16
	// hookTime is how long a call of the hook may take before its context ends.
	hookTime = 30 * time.Second
)

// hook calls a function with entries, one after the other, in a goroutine that ends when none waits.
type hook struct {
	call func(ctx context.Context, userID string, entry Entry)
	log  *slog.Logger

	mu      sync.Mutex
	waiting []told
	idle    chan struct{} // closed when the goroutine ends; nil while none runs
	closed  bool
}

// told is an entry that waits.
type told struct {
	userID string
	entry  Entry
}

func (h *hook) add(userID string, e Entry) {
	if h.call == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || !h.room(userID) {
		h.log.Warn("activity: the function that is told of new entries was not told of one", "kind", e.Kind, "user_id", userID, "closed", h.closed)
		return
	}
	h.waiting = append(h.waiting, told{userID, e})
	if h.idle == nil {
		h.idle = make(chan struct{})
		go h.run(h.idle)
	}
}

// room reports whether one more entry of a user can wait.
func (h *hook) room(userID string) bool {
	own := 0
	for _, t := range h.waiting {
		if t.userID == userID {
			own++
		}
	}
	return len(h.waiting) < maxWaiting && own < maxOfUser
}

func (h *hook) run(idle chan struct{}) {
	defer close(idle)
	for next, found := h.next(); found; next, found = h.next() {
		h.tell(next)
	}
}

// next returns the entry that has waited longest. Without one the goroutine ends.
func (h *hook) next() (told, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.waiting) == 0 {
		h.idle = nil
		return told{}, false
	}
	next := h.waiting[0]
	h.waiting = h.waiting[1:]
	return next, true
}

// tell calls the function. The value of a panic may have data, so only its type is logged.
func (h *hook) tell(t told) {
	ctx, cancel := context.WithTimeout(context.Background(), hookTime)
	defer cancel()
	defer func() {
		if value := recover(); value != nil {
			h.log.Error("activity: the function that is told of new entries panicked", "kind", t.entry.Kind, "panic", fmt.Sprintf("%T", value))
		}
	}()
	h.call(ctx, t.userID, t.entry)
}

// close lets no more entries in, and waits for those that are in.
func (h *hook) close(ctx context.Context) error {
	h.mu.Lock()
	h.closed = true
	idle := h.idle
	h.mu.Unlock()
	if idle == nil {
		return nil
	}
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("activity: close: %w", context.Cause(ctx))
	}
}
