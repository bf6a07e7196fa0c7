package backend

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// authenticatedMachine lets an operation run for the holders of a machine's secret key and of the instance's.
func (a *api) authenticatedMachine(op core.Operation) core.Operation {
	return func(r *http.Request, body []byte) (core.Reply, error) {
		if !a.hasSecretKey(r) && a.caller(r) == nil {
			return core.Reply{}, apierr.New(http.StatusUnauthorized, "authentication_invalid", "The machine's secret key is not right.")
		}
		return op(r, body)
	}
}

// caller returns the machine whose secret key the request has, or nil for the instance's.
func (a *api) caller(r *http.Request) *world.Machine { return a.World.MachineByKey(bearer(r)) }

// shownAt makes the JSON of a credential at a time.
type shownAt func(t *world.MachineToken, now time.Time) wire.Object

// verify is the operation that shows the credential in the body. It shows a machine only the tokens that are meant for it.
func (a *api) verify(kind world.MachineKind, param string, show shownAt) core.Operation {
	return change(theRequest, func(r *http.Request, params map[string]json.RawMessage) (wire.Object, error) {
		t, err := a.presented(kind, param, params[param])
		if err != nil {
			return nil, err
		}
		if caller := a.caller(r); caller != nil && !slices.Contains(t.Scopes, caller.ID) {
			return nil, noSuchToken()
		}
		a.World.UsedMachineToken(t)
		return show(t, a.World.Now()), nil
	})
}

// presented returns the credential in the body. An unknown, revoked or expired one gets 404, because SDKs check only for status
// 200.
func (a *api) presented(kind world.MachineKind, param string, value json.RawMessage) (*world.MachineToken, error) {
	var secret string
	if err := json.Unmarshal(value, &secret); err != nil || secret == "" {
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

func (a *api) apiKey(r *http.Request) (*world.MachineToken, error) {
	return named(r, "api_key_id", "token", a.machineToken(world.MachineAPIKey))
}

// m2mToken hides the tokens of other machines from a machine.
func (a *api) m2mToken(r *http.Request) (*world.MachineToken, error) {
	t, err := named(r, "m2m_token_id", "token", a.machineToken(world.MachineM2M))
	if caller := a.caller(r); err == nil && caller != nil && t.Subject != caller.ID {
		return nil, apierr.NotFound("token", t.ID)
	}
	return t, err
}

// machineToken finds credentials of one kind by id.
func (a *api) machineToken(kind world.MachineKind) func(id string) *world.MachineToken {
	return func(id string) *world.MachineToken {
		if t := a.World.MachineToken(id); t != nil && t.Kind == kind {
			return t
		}
		return nil
	}
}

type revocationParams struct {
	RevocationReason string `json:"revocation_reason"`
}

// revoke is the operation that revokes a credential, and shows it.
func (a *api) revoke(find func(*http.Request) (*world.MachineToken, error), show shownAt) core.Operation {
	return change(find, func(t *world.MachineToken, params revocationParams) (wire.Object, error) {
		a.World.RevokeMachineToken(t, params.RevocationReason)
		return show(t, a.World.Now()), nil
	})
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
