package backend

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// Limits for the names and descriptions of API keys, in characters.
const (
	shortestKeyName    = 3
	longestDescription = 255
	apiKeyType         = "api_key"
)

type apiKeyParams struct {
	Type                   string          `json:"type"`
	Name                   string          `json:"name"`
	Description            *string         `json:"description"`
	Subject                string          `json:"subject"`
	Claims                 json.RawMessage `json:"claims"`
	Scopes                 []string        `json:"scopes"`
	CreatedBy              *string         `json:"created_by"`
	SecondsUntilExpiration json.RawMessage `json:"seconds_until_expiration"`
}

// createAPIKey is the only operation that shows the secret with the key.
func (a *api) createAPIKey(params apiKeyParams) (wire.Object, error) {
	if err := a.checkAPIKey(params); err != nil {
		return nil, err
	}
	switch {
	case params.Name == "":
		return nil, badRequest(apierr.Missing("name"))
	case len(params.Name) < shortestKeyName || strings.TrimSpace(params.Name) != params.Name:
		return nil, badRequest(apierr.Param("form_param_value_invalid", "name", "name must have 3 characters or more, and no space around them."))
	case params.Subject == "":
		return nil, badRequest(apierr.Missing("subject"))
	}
	made := world.MachineToken{
		Kind: world.MachineAPIKey, Type: params.Type, Name: params.Name, Subject: params.Subject, CreatedBy: text(params.CreatedBy),
	}
	if err := a.applyAPIKey(&made, params); err != nil {
		return nil, err
	}
	t := a.World.AddMachineToken(made)
	return a.shownKey(t).With("secret", t.Secret), nil
}

func (a *api) shownKey(t *world.MachineToken) wire.Object { return wire.NewAPIKey(t, a.World.Now()) }

// checkAPIKey checks the fields that both creation and change have.
func (a *api) checkAPIKey(params apiKeyParams) error {
	if len(text(params.Description)) > longestDescription {
		return badRequest(apierr.Param("form_param_value_invalid", "description", "description must have 255 characters at most."))
	}
	if params.Subject == "" {
		return nil
	}
	return a.checkSubject(params.Subject)
}

// checkSubject refuses a subject that no key can have.
func (a *api) checkSubject(id string) error {
	if !regexp.MustCompile(`^(user|org|mch)_\w{27}$`).MatchString(id) {
		return badRequest(apierr.Param("form_param_value_invalid", "subject", "subject must be the id of a user, an organization or a machine."))
	}
	if a.World.User(id) == nil && a.World.Organization(id) == nil && a.World.Machine(id) == nil {
		return apierr.NotFound("subject", id)
	}
	return nil
}

// applyAPIKey changes the fields that were sent; null removes claims and expiration.
func (a *api) applyAPIKey(t *world.MachineToken, params apiKeyParams) error {
	if params.Claims != nil {
		claims, err := decodeClaims(params.Claims)
		if err != nil {
			return err
		}
		t.Claims = claims
	}
	if params.SecondsUntilExpiration != nil {
		var seconds *float64
		if err := json.Unmarshal(params.SecondsUntilExpiration, &seconds); err != nil {
			return badRequest(apierr.Param("form_param_value_invalid", "seconds_until_expiration", "seconds_until_expiration must be a number."))
		}
		expires, err := a.expiry(seconds)
		if err != nil {
			return err
		}
		t.ExpireAt = expires
	}
	if params.Description != nil {
		t.Description = *params.Description
	}
	if params.Scopes != nil {
		t.Scopes = params.Scopes
	}
	return nil
}

func (a *api) updateAPIKey(t *world.MachineToken, params apiKeyParams) (wire.Object, error) {
	if err := a.checkAPIKey(params); err != nil {
		return nil, err
	}
	if err := a.applyAPIKey(t, params); err != nil {
		return nil, err
	}
	if params.Subject != "" {
		t.Subject = params.Subject
	}
	a.World.ChangedMachineToken(t)
	return a.shownKey(t), nil
}

// asBadRequest answers 400 for errors that are 422 elsewhere.
func asBadRequest(err error) error {
	if known, ok := errors.AsType[*apierr.Error](err); ok {
		return badRequest(known)
	}
	return err
}
