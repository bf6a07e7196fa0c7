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

func (a *api) createSignInToken(_ *http.Request, body []byte) (core.Reply, error) {
	params, u, err := a.readTicket(body)
	if err != nil {
		return core.Reply{}, err
	}
	t := a.World.NewTicket(signInTokenPrefix, u, lifetimeOr(params.ExpiresInSeconds, signInTokenLifetime))
	return a.issue(t, "sign_in_token")
}

func (a *api) createActorToken(_ *http.Request, body []byte) (core.Reply, error) {
	params, u, err := a.readTicket(body)
	if err != nil {
		return core.Reply{}, err
	}
	if sub, _ := params.Actor["sub"].(string); sub == "" {
		return core.Reply{}, apierr.Missing("actor.sub")
	}
	t := a.World.NewTicket(actorTokenPrefix, u, lifetimeOr(params.ExpiresInSeconds, actorTokenLifetime))
	t.Actor, t.SessionLifetime = params.Actor, lifetimeOr(params.SessionMaxDurationInSeconds, actorSessionLifetime)
	return a.issue(t, "actor_token")
}

func (a *api) readTicket(body []byte) (ticketParams, *world.User, error) {
	var params ticketParams
	if err := decode(body, &params); err != nil {
		return params, nil, err
	}
	if params.UserID == "" {
		return params, nil, apierr.Missing("user_id")
	}
	for name, seconds := range map[string]*int64{
		"expires_in_seconds":              params.ExpiresInSeconds,
		"session_max_duration_in_seconds": params.SessionMaxDurationInSeconds,
	} {
		if seconds != nil && (*seconds < 1 || *seconds > longestLifetime) {
			return params, nil, apierr.Param("form_param_value_invalid", name, name+" must be 1 or more.")
		}
	}
	u := a.World.User(params.UserID)
	if u == nil {
		return params, nil, apierr.NotFound("user", params.UserID)
	}
	return params, u, nil
}

func (a *api) issue(t *world.Ticket, kind string) (core.Reply, error) {
	err := a.sign(t, kind)
	return core.OK(wire.NewTicket(t, a.ticketURL(t))), err
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
func revokeTicket[T any](a *api, prefix string, show func(*world.Ticket, string) T) core.Operation {
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
