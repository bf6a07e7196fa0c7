package webhooks

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// Errors of a [Dispatcher].
var (
	ErrNotFound = errors.New("there is no such message")
	ErrClosed   = errors.New("the server is closed")
)

// Config has the parts of a [Dispatcher]. All fields are required.
type Config struct {
	World      *world.World // read only inside Record
	InstanceID string
	Now        func() time.Time
	Client     *http.Client
	Logger     *slog.Logger
}

// Dispatcher delivers events to endpoints. Make one with [New]. It is safe for concurrent use. Without an endpoint it starts no
// goroutine.
type Dispatcher struct {
	Config

	workers sync.WaitGroup

	mu        sync.Mutex
	closed    bool
	receivers []*receiver
	messages  []*Message
	changed   chan struct{} // closed after a delivery
}

// New returns a dispatcher without endpoints.
func New(config Config) *Dispatcher { return &Dispatcher{Config: config, changed: make(chan struct{})} }

// Add registers an endpoint. It receives later events.
func (d *Dispatcher) Add(url string, events []world.EventType) (Endpoint, error) {
	r, err := newReceiver(url, events)
	if err != nil {
		return Endpoint{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return Endpoint{}, ErrClosed
	}
	ctx, stop := context.WithCancel(context.Background())
	r.stop = stop
	d.receivers = append(d.receivers, r)
	d.workers.Go(func() { d.deliver(ctx, r) })
	return r.clone(), nil
}

// Remove removes an endpoint. It aborts deliveries in progress, and pending ones stay pending. It reports whether the endpoint
// existed.
func (d *Dispatcher) Remove(id string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := slices.IndexFunc(d.receivers, func(r *receiver) bool { return r.ID == id })
	if i < 0 {
		return false
	}
	d.receivers[i].stop()
	d.receivers = slices.Delete(d.receivers, i, i+1)
	for _, m := range d.messages {
		if m.EndpointID == id {
			m.NextAttempt = time.Time{}
		}
	}
	d.announce()
	return true
}

// Endpoints returns the endpoints in the order of registration.
func (d *Dispatcher) Endpoints() []Endpoint {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := make([]Endpoint, 0, len(d.receivers))
	for _, r := range d.receivers {
		out = append(out, r.clone())
	}
	return out
}

// Messages returns all messages, in the order of their events.
func (d *Dispatcher) Messages() []Message {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := make([]Message, 0, len(d.messages))
	for _, m := range d.messages {
		out = append(out, m.clone())
	}
	return out
}

// Record queues events for the endpoints that want them.
func (d *Dispatcher) Record(events []world.Event, cause core.Cause) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range events {
		d.record(e, cause)
	}
}

func (d *Dispatcher) record(e world.Event, cause core.Cause) {
	wanting := slices.DeleteFunc(slices.Clone(d.receivers), func(r *receiver) bool { return !r.wants(e.Type) })
	if len(wanting) == 0 || d.closed {
		return
	}
	body, err := newBody(d.World, d.InstanceID, e, cause)
	if err != nil {
		d.Logger.Error("embedded Clerk lost an event", slog.Any("error", err))
		return
	}
	id := world.NewID("msg_")
	for _, r := range wanting {
		m := &Message{
			ID: id, EndpointID: r.ID, Event: string(e.Type), Body: body, Status: Pending, CreatedAt: e.At, NextAttempt: e.At,
		}
		d.messages = append(d.messages, m)
		r.open = append(r.open, job{message: m}) // due at once, even if the clock moves back
		r.nudge()
	}
}

// announce wakes waiting goroutines. The caller holds the lock.
func (d *Dispatcher) announce() {
	close(d.changed)
	d.changed = make(chan struct{})
}
