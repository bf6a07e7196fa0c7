package webhooks

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"time"

	svix "github.com/svix/svix-webhooks/go"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

const secretBytes = 24

// Endpoint is where an application receives events.
type Endpoint struct {
	ID, URL string
	// Events are the types that it receives; none = all.
	Events []world.EventType
	// Secret verifies the messages: whsec_ and 24 random bytes in base64.
	Secret string
}

func (e Endpoint) wants(t world.EventType) bool {
	return len(e.Events) == 0 || slices.Contains(e.Events, t)
}

func (e Endpoint) clone() Endpoint {
	e.Events = slices.Clone(e.Events)
	return e
}

// receiver is an endpoint with its queue of deliveries.
type receiver struct {
	Endpoint
	signer *svix.Webhook
	open   []job
	busy   bool          // a delivery is in progress
	wake   chan struct{} // a delivery may be due
	stop   context.CancelFunc
}

// job is a future delivery.
type job struct {
	message *Message
	due     time.Time
	manual  bool
}

func newReceiver(url string, events []world.EventType) (*receiver, error) {
	secret := newSecret()
	signer, err := svix.NewWebhook(secret)
	if err != nil {
		return nil, fmt.Errorf("signing secret: %w", err)
	}
	endpoint := Endpoint{ID: world.NewID("ep_"), URL: url, Events: slices.Clone(events), Secret: secret}
	return &receiver{Endpoint: endpoint, signer: signer, wake: make(chan struct{}, 1)}, nil
}

// nudge wakes the receiver's goroutine. It never blocks.
func (r *receiver) nudge() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// due reports whether a job's time has come.
func (r *receiver) due(now time.Time) bool {
	return slices.ContainsFunc(r.open, func(j job) bool { return !j.due.After(now) })
}

// take removes the job that is due first, by time and then by the order of the events. If none is due, it returns the time
// until the first one; negative: the queue is empty.
func (r *receiver) take(now time.Time) (next job, found bool, wait time.Duration) {
	if len(r.open) == 0 {
		return job{}, false, -1
	}
	first := 0
	for i, j := range r.open {
		if j.due.Before(r.open[first].due) {
			first = i
		}
	}
	next = r.open[first]
	if next.due.After(now) {
		return job{}, false, next.due.Sub(now)
	}
	r.open = slices.Delete(r.open, first, first+1)
	return next, true, 0
}

func newSecret() string {
	return "whsec_" + base64.StdEncoding.EncodeToString(world.RandomBytes(secretBytes))
}
