package clerktest

import (
	"context"
	"fmt"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// WebhookEndpoint is an address where an application receives events, for [Config].
type WebhookEndpoint struct {
	// URL is absolute, http or https, and on loopback; see [Config].UnsafeWebhooksBeyondLoopback. Required.
	URL string
	// Events are the types that it receives, such as session.revoked; none = all of [WebhookEvents].
	Events []string
}

// Webhook is a registered endpoint.
type Webhook struct {
	// ID begins with ep_. SigningSecret verifies the messages (CLERK_WEBHOOK_SIGNING_SECRET); every endpoint has a new one.
	ID, URL, SigningSecret string
	// Events are the types that it receives; none = all.
	Events []string
}

// WebhookEvents returns the emulated types of events, in Clerk's words. Some changes have no event in Clerk's documents, and so
// none here: sessions that expire or are abandoned, and the sessions and memberships that are deleted with a user or an
// organization. A sign-in does not count as a change of the user.
func WebhookEvents() []string { return eventNames(world.EventTypes()) }

// AddWebhook registers an endpoint. It receives later events of the named types, or of all types. Messages are signed and
// delivered in the background as Clerk does through Svix: to each endpoint in the order of the events, and again 5 seconds, 5
// and 30 minutes, 2, 5, 10 and 10 hours of [Clock] after a failed attempt. An attempt fails unless the status of the answer is
// 2xx and the answer arrives within 15 seconds. Timestamps come from [Clock], so a receiver has to share the clock if a test
// moves it. Errors say what is wrong with the URL or that the event is unknown.
func (s *Server) AddWebhook(url string, events ...string) (Webhook, error) {
	types, err := s.beyond.check(WebhookEndpoint{URL: url, Events: events})
	if err != nil {
		return Webhook{}, fmt.Errorf("clerktest: %w", err)
	}
	added, err := s.webhooks.Add(url, types)
	if err != nil {
		return Webhook{}, fmt.Errorf("clerktest: webhook: %w", err)
	}
	return asWebhook(added), nil
}

// RemoveWebhook removes an endpoint. Its pending messages are never delivered. Errors wrap [ErrNotFound].
func (s *Server) RemoveWebhook(id string) error {
	if !s.webhooks.Remove(id) {
		return fmt.Errorf("clerktest: webhook %q: %w", id, ErrNotFound)
	}
	return nil
}

// Webhooks returns the endpoints in the order of registration; those of [Config] come first.
func (s *Server) Webhooks() []Webhook {
	var out []Webhook
	for _, e := range s.webhooks.Endpoints() {
		out = append(out, asWebhook(e))
	}
	return out
}

// DeliverWebhooks waits until every delivery that is due by [Clock] was attempted, also those that receivers cause meanwhile.
// To see a retry, advance the clock first: every attempt counts from the one before. Errors wrap that of ctx, or say that the
// server is closed.
func (s *Server) DeliverWebhooks(ctx context.Context) error {
	if err := s.webhooks.Wait(ctx); err != nil {
		return fmt.Errorf("clerktest: %w", err)
	}
	return nil
}

// InstanceID returns the instance's id (ins_…), which every event has.
func (s *Server) InstanceID() string { return s.webhooks.InstanceID }
