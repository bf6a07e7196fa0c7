package clerktest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/webhooks"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// danger says whether endpoints may be on other machines.
type danger bool

// check says what is wrong with an endpoint, or returns its events.
func (d danger) check(e WebhookEndpoint) ([]world.EventType, error) {
	if err := webhooks.CheckURL(e.URL, bool(d)); err != nil {
		return nil, err
	}
	var types []world.EventType
	for _, name := range e.Events {
		if !slices.Contains(world.EventTypes(), world.EventType(name)) {
			return nil, fmt.Errorf("webhook %q: there is no event %q, but %s", e.URL, name, strings.Join(WebhookEvents(), ", "))
		}
		types = append(types, world.EventType(name))
	}
	return types, nil
}

func (c Config) checkWebhooks() []error {
	var problems []error
	for _, e := range c.Webhooks {
		if _, err := danger(c.UnsafeWebhooksBeyondLoopback).check(e); err != nil {
			problems = append(problems, fmt.Errorf("field Webhooks: %w", err))
		}
	}
	return problems
}

// buildWebhooks comes after the seed, so that creating the seed sends no events.
func (s *Server) buildWebhooks(config Config) {
	id := s.core.Minter.Key.Newest().ID()
	if !strings.HasPrefix(id, "ins_") {
		id = world.NewID("ins_")
	}
	s.beyond = danger(config.UnsafeWebhooksBeyondLoopback)
	s.webhooks = webhooks.New(webhooks.Config{
		World: s.core.World, InstanceID: id, Now: config.Clock.Now, Logger: config.Logger,
		Client: webhooks.NewClient(config.UnsafeWebhooksBeyondLoopback),
	})
	s.core.World.TakeEvents()
	s.core.Events = s.webhooks
}

// startWebhooks comes last, because it may start goroutines. If it fails, none run.
func (s *Server) startWebhooks(config Config) error {
	s.unwatch = s.clock.watch(s.webhooks.Wake)
	for _, e := range config.Webhooks {
		if _, err := s.AddWebhook(e.URL, e.Events...); err != nil {
			s.closeWebhooks()
			return err
		}
	}
	return nil
}

func (s *Server) closeWebhooks() {
	s.unwatch()
	s.webhooks.Close()
}

func asWebhook(e webhooks.Endpoint) Webhook {
	return Webhook{ID: e.ID, URL: e.URL, SigningSecret: e.Secret, Events: eventNames(e.Events)}
}

func eventNames(types []world.EventType) []string {
	var names []string
	for _, t := range types {
		names = append(names, string(t))
	}
	return names
}
