package frontend

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

const strategyTicket = "ticket"

// signInByTicket signs in whom a sign-in token names. It is spent by that; a failure leaves it as it was.
func (a *api) signInByTicket(v *visit) (any, error) {
	token := v.form.Get("ticket")
	if token == "" {
		return nil, apierr.Missing("ticket")
	}
	t := a.World.TicketByToken(token)
	if err := a.checkTicket(t); err != nil {
		return nil, err
	}
	attempt, err := a.World.NewSignIn(a.client(v), t.User.PrimaryEmail())
	if err != nil {
		return nil, err
	}
	s := a.World.StartSession(attempt.Client, attempt.User, strategyTicket, core.ActivityOf(v.request))
	attempt.FirstFactor = world.Verification{Strategy: strategyTicket, Status: "verified"}
	attempt.CreatedSessionID, attempt.Client.SignIn = s.ID, nil
	a.World.CloseTicket(t, world.TicketAccepted)
	return a.withSignIn(v, attempt)
}

// checkTicket says why a ticket can't be used. Actor tokens are none for this: sessions of actors aren't emulated here.
func (a *api) checkTicket(t *world.Ticket) error {
	refuse := func(code, message string) error { return apierr.New(http.StatusBadRequest, code, message) }
	switch {
	case t == nil || t.Actor != nil:
		return refuse("ticket_invalid_code", "The ticket is not valid.")
	case t.Status == world.TicketAccepted:
		return refuse("sign_in_token_already_used_code", "The sign-in token was used already.")
	case t.Status == world.TicketRevoked:
		return refuse("sign_in_token_revoked_code", "The sign-in token was revoked.")
	case !a.World.Usable(t):
		return refuse("ticket_expired_code", "The ticket is no longer valid.")
	}
	return nil
}
