package backend

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// machineOperation answers a machine, or the holder of the instance's secret key; then the machine is nil.
type machineOperation func(r *http.Request, body []byte, caller *world.Machine) (core.Reply, error)

// machineRoute is such an operation with the names of its parameters, separated by spaces.
type machineRoute struct {
	pattern, takes string
	answer         machineOperation
}

// authenticatedMachine lets an operation run for the holders of a machine's secret key and of the instance's.
func (a *api) authenticatedMachine(router *core.Router, takes string, op machineOperation) core.Operation {
	return func(r *http.Request, body []byte) (core.Reply, error) {
		key, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if caller := a.World.MachineByKey(key); a.hasSecretKey(r) || found && caller != nil {
			return router.Taking(takes, func(r *http.Request, body []byte) (core.Reply, error) { return op(r, body, caller) })(r, body)
		}
		return core.Reply{}, apierr.New(http.StatusUnauthorized, "authentication_invalid", "The machine's secret key is not right.")
	}
}

func (a *api) verifyAPIKey(_ *http.Request, body []byte) (core.Reply, error) {
	t, err := a.presented(world.MachineAPIKey, "secret", body)
	if err != nil {
		return core.Reply{}, err
	}
	a.World.UsedMachineToken(t)
	return core.OK(wire.NewAPIKey(t, a.World.Now())), nil
}

func (a *api) verifyOAuthToken(_ *http.Request, body []byte) (core.Reply, error) {
	t, err := a.presented(world.MachineOAuth, "access_token", body)
	if err != nil {
		return core.Reply{}, err
	}
	return core.OK(wire.NewOAuthToken(t, a.World.Now())), nil
}

// verifyM2MToken shows a machine only the tokens that are meant for it.
func (a *api) verifyM2MToken(_ *http.Request, body []byte, caller *world.Machine) (core.Reply, error) {
	t, err := a.presented(world.MachineM2M, "token", body)
	if err != nil {
		return core.Reply{}, err
	}
	if caller != nil && !slices.Contains(t.Scopes, caller.ID) {
		return core.Reply{}, noSuchToken()
	}
	a.World.UsedMachineToken(t)
	return core.OK(wire.NewM2MToken(t, a.World.Now())), nil
}

// presented returns the credential in the body. An unknown, revoked or expired one gets 404, because SDKs check only for status
// 200.
func (a *api) presented(kind world.MachineKind, param string, body []byte) (*world.MachineToken, error) {
	params := map[string]json.RawMessage{}
	if err := decode(body, &params); err != nil {
		return nil, err
	}
	var secret string
	if err := json.Unmarshal(params[param], &secret); err != nil || secret == "" {
		return nil, badRequest(apierr.Missing(param))
	}
	if t := a.World.FindMachineToken(kind, secret); t != nil {
		return t, nil
	}
	return nil, noSuchToken()
}

func noSuchToken() error {
	return apierr.New(http.StatusNotFound, "resource_not_found", "No such token is valid.")
}

// machineToken returns the credential of the kind that the path names.
func (a *api) machineToken(r *http.Request, kind world.MachineKind, name string) (*world.MachineToken, error) {
	id := r.PathValue(name)
	if t := a.World.MachineToken(id); t != nil && t.Kind == kind {
		return t, nil
	}
	return nil, apierr.NotFound("token", id)
}

// revoked revokes the credential for the reason in the body.
func (a *api) revoked(t *world.MachineToken, body []byte) error {
	var params struct {
		RevocationReason *string `json:"revocation_reason"`
	}
	if err := decode(body, &params); err != nil {
		return err
	}
	a.World.RevokeMachineToken(t, text(params.RevocationReason))
	return nil
}

// expiry reads seconds_until_expiration, in seconds; nil means never.
func (a *api) expiry(seconds *float64) (time.Time, error) {
	if seconds == nil {
		return time.Time{}, nil
	}
	if *seconds <= 0 || *seconds > longestLifetime {
		return time.Time{}, badRequest(apierr.Param("form_param_value_invalid", "seconds_until_expiration",
			"seconds_until_expiration must be above 0 and 315360000 at most."))
	}
	return a.World.Now().Add(time.Duration(*seconds * float64(time.Second))), nil
}
