package backend

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

const maxMachineName = 255

// machineParams are the fields that create and change a machine. Nil leaves a field unchanged.
type machineParams struct {
	Name            *string  `json:"name"`
	ScopedMachines  []string `json:"scoped_machines"`
	DefaultTokenTTL *int64   `json:"default_token_ttl"`
}

func (p machineParams) check() error {
	switch {
	case p.Name != nil && (*p.Name == "" || len(*p.Name) > maxMachineName):
		return apierr.Param("form_param_value_invalid", "name", "name must have from 1 to 255 characters.")
	case outside(p.DefaultTokenTTL, 1, longestLifetime):
		return apierr.Param("form_param_value_invalid", "default_token_ttl", "default_token_ttl must be from 1 to 315360000.")
	case len(p.ScopedMachines) > world.MaxMachineScopes:
		return apierr.Param("form_param_value_invalid", "scoped_machines", "A machine has 150 scopes at most.")
	}
	return nil
}

func (a *api) machine(r *http.Request) (*world.Machine, error) {
	return named(r, "machine_id", "machine", a.World.Machine)
}

func (a *api) shown(m *world.Machine) wire.Object { return wire.NewMachine(m, a.instanceID) }

// listMachines always answers with the paginated form, as Clerk does.
func (a *api) listMachines(r *http.Request, _ []byte) (core.Reply, error) {
	query := r.URL.Query()
	words := strings.ToLower(query.Get("query"))
	found := slices.DeleteFunc(a.World.Machines(), func(m *world.Machine) bool {
		return m.ID != query.Get("query") && !strings.Contains(strings.ToLower(m.Name), words)
	})
	return paginated(query, found, machineOrders(), a.shown)
}

// createMachine is the only operation that shows the secret key with the machine.
func (a *api) createMachine(params machineParams) (wire.Object, error) {
	if params.Name == nil {
		return nil, apierr.Missing("name")
	}
	if err := params.check(); err != nil {
		return nil, err
	}
	for _, id := range params.ScopedMachines {
		if a.World.Machine(id) == nil {
			return nil, apierr.Param("form_param_value_invalid", "scoped_machines", "There is no machine "+id+".")
		}
	}
	m := a.World.AddMachine(*params.Name, lifetimeOr(params.DefaultTokenTTL, world.DefaultMachineTokenLifetime))
	for _, id := range params.ScopedMachines {
		a.World.Scope(m, a.World.Machine(id))
	}
	return a.shown(m).With("secret_key", m.SecretKey), nil
}

func (a *api) updateMachine(m *world.Machine, params machineParams) (wire.Object, error) {
	if err := params.check(); err != nil {
		return nil, err
	}
	if params.Name != nil {
		m.Name = *params.Name
	}
	m.TokenLifetime = lifetimeOr(params.DefaultTokenTTL, m.TokenLifetime)
	a.World.ChangedMachine(m)
	return a.shown(m), nil
}

func (a *api) deleteMachine(m *world.Machine) wire.Object {
	a.World.RemoveMachine(m)
	return wire.NewDeleted("machine", m.ID)
}

type rotationParams struct {
	PreviousTokenTTL *int64 `json:"previous_token_ttl"`
}

func (a *api) rotateMachineKey(m *world.Machine, params rotationParams) (wire.Object, error) {
	const longestOverlap = 28800
	switch {
	case params.PreviousTokenTTL == nil:
		return nil, apierr.Missing("previous_token_ttl")
	case outside(params.PreviousTokenTTL, 0, longestOverlap):
		return nil, apierr.Param("form_param_value_invalid", "previous_token_ttl", "previous_token_ttl must be from 0 to 28800.")
	}
	a.World.RotateMachineKey(m, time.Duration(*params.PreviousTokenTTL)*time.Second)
	return wire.NewMachineSecretKey(m), nil
}
