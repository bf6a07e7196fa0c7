package backend

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

type scopeParams struct {
	ToMachineID string `json:"to_machine_id"`
}

// createMachineScope affects tokens that are made from now on.
func (a *api) createMachineScope(from *world.Machine, params scopeParams) (wire.Object, error) {
	to := a.World.Machine(params.ToMachineID)
	switch {
	case params.ToMachineID == "":
		return nil, apierr.Missing("to_machine_id")
	case to == nil:
		return nil, apierr.NotFound("machine", params.ToMachineID)
	case len(from.ScopeIDs()) >= world.MaxMachineScopes:
		return nil, apierr.Param("form_param_value_invalid", "to_machine_id", "A machine has 150 scopes at most.")
	}
	scope, added := a.World.Scope(from, to)
	if !added {
		return nil, apierr.New(http.StatusConflict, "machine_scope_exists", "The machine has this scope already.")
	}
	return wire.NewMachineScope(from, scope), nil
}

func (a *api) deleteMachineScope(r *http.Request, _ []byte) (core.Reply, error) {
	from, err := a.machine(r)
	if err != nil {
		return core.Reply{}, err
	}
	to := r.PathValue("other_machine_id")
	if !a.World.Unscope(from, to) {
		return core.Reply{}, apierr.NotFound("machine scope", to)
	}
	return core.OK(wire.NewDeletedMachineScope(from.ID, to)), nil
}
