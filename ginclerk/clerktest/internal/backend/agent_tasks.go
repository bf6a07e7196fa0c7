package backend

import (
	"net/url"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

type agentTaskParams struct {
	OnBehalfOf struct {
		UserID     string `json:"user_id"`
		Identifier string `json:"identifier"`
	} `json:"on_behalf_of"`
	Permissions                 string `json:"permissions"`
	AgentName                   string `json:"agent_name"`
	TaskDescription             string `json:"task_description"`
	RedirectURL                 string `json:"redirect_url"`
	SessionMaxDurationInSeconds *int64 `json:"session_max_duration_in_seconds"`
}

// createAgentTask answers with a URL that signs a browser in as the user. An agent has the same id in all its tasks.
func (a *api) createAgentTask(params agentTaskParams) (wire.Object, error) {
	u, err := a.onBehalfOf(params)
	if err != nil {
		return nil, err
	}
	if a.agents[params.AgentName] == "" {
		a.agents[params.AgentName] = world.NewID("agent_")
	}
	t := a.World.NewTicket(agentTaskPrefix, u, actorTokenLifetime)
	t.Agent, t.RedirectURL = a.agents[params.AgentName], params.RedirectURL
	t.Actor = map[string]any{"sub": t.Agent, "type": "agent"}
	t.SessionLifetime = lifetimeOr(params.SessionMaxDurationInSeconds, actorSessionLifetime)
	err = a.sign(t, "agent_task")
	return wire.NewAgentTask(t, a.ticketURL(t)), err
}

// onBehalfOf checks the parameters and returns the user that they name.
func (a *api) onBehalfOf(p agentTaskParams) (*world.User, error) {
	for name, value := range map[string]string{
		"on_behalf_of": p.OnBehalfOf.UserID + p.OnBehalfOf.Identifier, "permissions": p.Permissions, "agent_name": p.AgentName,
		"task_description": p.TaskDescription, "redirect_url": p.RedirectURL,
	} {
		if value == "" {
			return nil, apierr.Missing(name)
		}
	}
	target, err := url.Parse(p.RedirectURL)
	switch {
	case p.Permissions != "*":
		return nil, apierr.Param("form_param_value_invalid", "permissions", "permissions must be *.")
	case err != nil || target.Host == "" || target.Scheme != "https" && (target.Scheme != "http" || a.Production()):
		return nil, apierr.Param("form_param_format_invalid", "redirect_url", "redirect_url must be an absolute URL: in production, with https.")
	case outside(p.SessionMaxDurationInSeconds, 1, longestLifetime):
		return nil, apierr.Param("form_param_value_invalid", "session_max_duration_in_seconds", "session_max_duration_in_seconds must be 1 or more.")
	}
	u := a.World.User(p.OnBehalfOf.UserID)
	if p.OnBehalfOf.Identifier != "" {
		u = a.World.UserByEmail(p.OnBehalfOf.Identifier)
	}
	return apierr.Found("user", p.OnBehalfOf.UserID+p.OnBehalfOf.Identifier, u)
}
