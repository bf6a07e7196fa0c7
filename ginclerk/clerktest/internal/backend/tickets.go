package backend

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/mint"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// Lifetimes of tickets, and prefixes of their ids.
const (
	signInTokenLifetime  = 2592000 * time.Second
	actorTokenLifetime   = time.Hour
	actorSessionLifetime = 30 * time.Minute
	testingTokenLifetime = time.Hour
	signInTokenPrefix    = "sit_"
	actorTokenPrefix     = "act_"
	agentTaskPrefix      = "agent_task_"
)

type ticketParams struct {
	UserID                      string         `json:"user_id"`
	Actor                       map[string]any `json:"actor"`
	ExpiresInSeconds            *int64         `json:"expires_in_seconds"`
	SessionMaxDurationInSeconds *int64         `json:"session_max_duration_in_seconds"`
}

func (a *api) createSignInToken(params ticketParams) (wire.Object, error) {
	u, err := a.ticketUser(params)
	if err != nil {
		return nil, err
	}
	t := a.World.NewTicket(signInTokenPrefix, u, lifetimeOr(params.ExpiresInSeconds, signInTokenLifetime))
	return a.issue(t, "sign_in_token")
}

func (a *api) createActorToken(params ticketParams) (wire.Object, error) {
	u, err := a.ticketUser(params)
	if err != nil {
		return nil, err
	}
	if sub, _ := params.Actor["sub"].(string); sub == "" {
		return nil, apierr.Missing("actor.sub")
	}
	t := a.World.NewTicket(actorTokenPrefix, u, lifetimeOr(params.ExpiresInSeconds, actorTokenLifetime))
	t.Actor, t.SessionLifetime = params.Actor, lifetimeOr(params.SessionMaxDurationInSeconds, actorSessionLifetime)
	return a.issue(t, "actor_token")
}

// ticketUser checks the parameters and returns the user that they name.
func (a *api) ticketUser(params ticketParams) (*world.User, error) {
	if params.UserID == "" {
		return nil, apierr.Missing("user_id")
	}
	for name, seconds := range map[string]*int64{
		"expires_in_seconds":              params.ExpiresInSeconds,
		"session_max_duration_in_seconds": params.SessionMaxDurationInSeconds,
	} {
		if outside(seconds, 1, longestLifetime) {
			return nil, apierr.Param("form_param_value_invalid", name, name+" must be 1 or more.")
		}
	}
	return apierr.Found("user", params.UserID, a.World.User(params.UserID))
}

func (a *api) issue(t *world.Ticket, kind string) (wire.Object, error) {
	err := a.sign(t, kind)
	return wire.NewTicket(t, a.ticketURL(t)), err
}

// sign gives the ticket its token. It has no subject, so that no verifier accepts it as a session token.
func (a *api) sign(t *world.Ticket, kind string) error {
	token, err := a.Minter.Key.Sign(mint.CategorySession, map[string]any{
		"eid": t.ID, "iss": a.Minter.Issuer, "st": kind, "exp": t.ExpireAt.Unix(),
	}, false)
	t.Token = token
	return err
}

// revokeTicket serves tickets of one kind, which the beginning of their ids tells. Only a pending ticket can be revoked.
func (a *api) revokeTicket(prefix string, show func(t *world.Ticket, address string) wire.Object) core.Operation {
	return func(r *http.Request, _ []byte) (core.Reply, error) {
		id := r.PathValue("ticket_id")
		t := a.World.Ticket(id)
		if t == nil || !strings.HasPrefix(id, prefix) {
			return core.Reply{}, apierr.NotFound("token", id)
		}
		if t.Status != world.TicketPending {
			return core.Reply{}, apierr.New(http.StatusBadRequest, "token_cannot_be_revoked", "The token is no longer pending.")
		}
		a.World.CloseTicket(t, world.TicketRevoked)
		return core.OK(show(t, "")), nil
	}
}

// ticketURL is where a browser uses the ticket.
func (a *api) ticketURL(t *world.Ticket) string {
	return a.FrontendURL + "/v1/tickets/accept?ticket=" + url.QueryEscape(t.Token)
}

func (a *api) createTestingToken(_ *http.Request, _ []byte) (core.Reply, error) {
	now := a.World.Now()
	token := strconv.FormatInt(now.Unix(), 10) + "-c_" + world.NewSecret()
	return core.OK(wire.NewTestingToken(token, now.Add(testingTokenLifetime))), nil
}

func lifetimeOr(seconds *int64, byDefault time.Duration) time.Duration {
	if seconds == nil {
		return byDefault
	}
	return time.Duration(*seconds) * time.Second
}
