package webhooks

import (
	"context"
	"fmt"
	"net/http"
	"slices"
)

// Wake looks for due deliveries after the clock was moved.
func (d *Dispatcher) Wake() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, r := range d.receivers {
		r.nudge()
	}
}

// Wait returns when no delivery is due or in progress. The error is that of ctx, or [ErrClosed].
func (d *Dispatcher) Wait(ctx context.Context) error {
	d.Wake()
	for {
		done, changed, err := d.quiet()
		if done || err != nil {
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("wait for webhooks: %w", ctx.Err())
		}
	}
}

func (d *Dispatcher) quiet() (done bool, changed <-chan struct{}, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return false, nil, ErrClosed
	}
	now := d.Now()
	return !slices.ContainsFunc(d.receivers, func(r *receiver) bool { return r.busy || r.due(now) }), d.changed, nil
}

// Resend delivers a message once more, at once, to each of its endpoints that still exists. It reports whether one exists.
func (d *Dispatcher) Resend(id string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	found := false
	for _, m := range d.messages {
		if r := d.receiver(m.EndpointID); m.ID == id && r != nil {
			found = true
			r.open = append(r.open, job{message: m, due: d.Now(), manual: true})
			r.nudge()
		}
	}
	return found
}

// Reset forgets all messages, also those that are to be delivered, and all endpoints except the first ones.
func (d *Dispatcher) Reset(first int) {
	for _, e := range d.Endpoints()[first:] {
		d.Remove(e.ID)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.messages = nil
	for _, r := range d.receivers {
		r.open = nil
	}
	d.announce()
}

// Request returns a delivery of a message with a flaw, which is not an attempt. Errors wrap [ErrNotFound].
func (d *Dispatcher) Request(ctx context.Context, id, endpointID string, flaw Flaw) (*http.Request, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	r := d.receiver(endpointID)
	i := slices.IndexFunc(d.messages, func(m *Message) bool { return m.ID == id && m.EndpointID == endpointID })
	if r == nil || i < 0 {
		return nil, ErrNotFound
	}
	return r.newRequest(ctx, id, d.messages[i].Body, d.Now(), flaw)
}

// Close aborts deliveries in progress, and returns when all goroutines have ended. A second call does nothing.
func (d *Dispatcher) Close() {
	d.mu.Lock()
	if !d.closed {
		d.closed = true
		for _, r := range d.receivers {
			r.stop()
		}
		d.announce()
	}
	d.mu.Unlock()
	d.workers.Wait()
}

func (d *Dispatcher) receiver(id string) *receiver {
	if i := slices.IndexFunc(d.receivers, func(r *receiver) bool { return r.ID == id }); i >= 0 {
		return d.receivers[i]
	}
	return nil
}
