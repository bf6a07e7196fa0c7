package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

// webhookPath is the path that Clerk sends events to.
const webhookPath = "/api/webhooks/clerk"

// webhookEvents are the events about sessions that ended, about users who changed or were deleted, and about memberships that changed or
// ended.
func webhookEvents() []string {
	var events []string
	for _, event := range []webhook.Type{
		webhook.SessionEnded, webhook.SessionRemoved, webhook.SessionRevoked, webhook.UserUpdated, webhook.UserDeleted,
		webhook.OrganizationMembershipUpdated, webhook.OrganizationMembershipDeleted, webhook.OrganizationDeleted,
	} {
		events = append(events, string(event))
	}
	return events
}

// newReceiver makes the receiver of Clerk's webhooks. The plugin refuses a session that ended at Clerk from the next request on,
// and the demo deletes the notes of a deleted user.
func newReceiver(clerk *ginclerk.Clerk, b *backend, store storage.Store, notes *notes, logger *slog.Logger) (http.Handler, error) {
	return webhook.New(webhook.Config{
		Secrets: []string{b.webhookSecret}, Store: store,
		Revocations: clerk, Users: clerk.Users(),
		OnUserDeleted: func(ctx context.Context, event webhook.UserDeletedEvent) error {
			return notes.forget(ctx, event.UserID)
		},
		Now: b.config.Now, Logger: logger,
	})
}

// mountWebhooks serves Clerk's webhooks. Authentication does not apply to this path, because Clerk sends no session.
func (a *app) mountWebhooks(r gin.IRoutes, logger *slog.Logger) error {
	a.clerk.Exempt(webhookPath)
	if a.backend.webhookSecret == "" {
		r.POST(webhookPath, ginclerk.API(), a.noWebhooks)
		return nil
	}
	receiver, err := newReceiver(a.clerk, a.backend, a.store, a.notes, logger)
	if err != nil {
		return fmt.Errorf("CLERK_WEBHOOK_SIGNING_SECRET: %w", err)
	}
	r.POST(webhookPath, gin.WrapH(receiver))
	return nil
}

func (a *app) noWebhooks(c *gin.Context) {
	a.clerk.Answer(c, ginclerk.Problem{
		Status: http.StatusNotImplemented,
		Error:  "Webhooks are not handled",
		Detail: "This demo does not know the signing secret of Clerk's webhooks, so that it can't tell them from anybody else's. " +
			"Add this address as an endpoint in the Clerk dashboard, and start the demo with its CLERK_WEBHOOK_SIGNING_SECRET.",
	})
}
