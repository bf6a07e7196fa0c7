package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

// webhookPath is the path that Clerk sends events to.
const webhookPath = "/api/webhooks/clerk"

// webhookEvents are the events about sessions that began or ended, about users who signed up, changed or were deleted, and about memberships
// that changed or ended.
func webhookEvents() []string {
	var events []string
	for _, event := range []webhook.Type{
		webhook.SessionCreated, webhook.SessionEnded, webhook.SessionRemoved, webhook.SessionRevoked,
		webhook.UserCreated, webhook.UserUpdated, webhook.UserDeleted,
		webhook.OrganizationMembershipUpdated, webhook.OrganizationMembershipDeleted, webhook.OrganizationDeleted,
	} {
		events = append(events, string(event))
	}
	return events
}

// newReceiver makes the receiver of Clerk's webhooks. The plugin refuses a session that ended at Clerk from the next request on,
// the activity of each user has what happened at Clerk, and the demo deletes the notes of a deleted user.
func (a *app) newReceiver(logger *slog.Logger) (http.Handler, error) {
	return webhook.New(webhook.Config{
		Secrets: []string{a.backend.webhookSecret}, Store: a.store,
		Revocations: a.clerk, Users: a.clerk.Users(), Activity: a.site.Activity(a.clerk),
		OnUserDeleted: func(ctx context.Context, event webhook.UserDeletedEvent) error {
			return a.notes.forget(ctx, event.UserID)
		},
		Now: a.now, Logger: logger,
	})
}

// mountWebhooks serves Clerk's webhooks. Authentication does not apply to this path, because Clerk sends no session.
func (a *app) mountWebhooks(r gin.IRoutes, logger *slog.Logger) error {
	a.clerk.Exempt(webhookPath)
	if a.backend.webhookSecret == "" {
		r.POST(webhookPath, ginclerk.API(), a.noWebhooks)
		return nil
	}
	receiver, err := a.newReceiver(logger)
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
