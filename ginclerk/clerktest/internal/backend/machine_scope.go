package backend

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// createMachineScope affects tokens that are made from now on.
func (a *api) createMachineScope(r *http.Request, body []byte) (core.Reply, error) {
	from, err := a.machineOf(r)
	if err != nil {
		return core.Reply{}, err
	}
	var params struct {
		ToMachineID string `json:"to_machine_id"`
	}
	if err := decode(body, &params); err != nil {
		return core.Reply{}, err
	}
	if params.ToMachineID == "" {
		return core.Reply{}, apierr.Missing("to_machine_id")
	}
	to, err := a.machine(params.ToMachineID)
	if err != nil {
		return core.Reply{}, err
	}
	if len(from.ScopeIDs()) >= world.MaxMachineScopes {
		return core.Reply{}, apierr.Param("form_param_value_invalid", "to_machine_id", "A machine has 150 scopes at most.")
	}
	scope, added := a.World.Scope(from, to)
	if !added {
		return core.Reply{}, apierr.New(http.StatusConflict, "machine_scope_exists", "The machine has this scope already.")
	}
	return core.OK(wire.NewMachineScope(from, scope)), nil
}

func (a *api) deleteMachineScope(r *http.Request, _ []byte) (core.Reply, error) {
	from, err := a.machineOf(r)
	if err != nil {
		return core.Reply{}, err
	}
	to := r.PathValue("other_machine_id")
	if !a.World.Unscope(from, to) {
		return core.Reply{}, apierr.NotFound("machine scope", to)
	}
	return core.OK(wire.NewDeletedMachineScope(from.ID, to)), nil
}
