package backend

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// listAPIKeys leaves out revoked and expired keys, unless a parameter asks for them.
func (a *api) listAPIKeys(r *http.Request, _ []byte) (core.Reply, error) {
	query := r.URL.Query()
	p, err := readCredentialPage(query)
	if err != nil {
		return core.Reply{}, err
	}
	subject := query.Get("subject")
	if subject == "" {
		return core.Reply{}, badRequest(apierr.Missing("subject"))
	}
	if err := a.checkSubject(subject); err != nil {
		return core.Reply{}, err
	}
	invalidToo, _, err := core.Flag(query, "include_invalid")
	if err != nil {
		return core.Reply{}, asBadRequest(err)
	}
	now, kind, words := a.World.Now(), query.Get("type"), strings.ToLower(query.Get("query"))
	found := slices.DeleteFunc(a.World.MachineTokensOf(world.MachineAPIKey, subject), func(t *world.MachineToken) bool {
		invalid := (t.Revoked || t.Expired(now)) && !invalidToo
		return invalid || orAPIKey(t.Type) != orAPIKey(kind) || !strings.Contains(strings.ToLower(t.ID+"\n"+t.Name), words)
	})
	page := wire.Each(core.Cut(p, found), func(t *world.MachineToken) wire.Object { return wire.NewAPIKey(t, now) })
	return core.OK(wire.NewList(page, len(found))), nil
}

func orAPIKey(kind string) string {
	if kind == "" {
		return apiKeyType
	}
	return kind
}

// onAPIKey runs a function on the key that the path names, and answers with the result.
func (a *api) onAPIKey(answer func(t *world.MachineToken, body []byte) (any, error)) core.Operation {
	return func(r *http.Request, body []byte) (core.Reply, error) {
		t, err := a.machineToken(r, world.MachineAPIKey, "api_key_id")
		if err != nil {
			return core.Reply{}, err
		}
		out, err := answer(t, body)
		return core.OK(out), err
	}
}

func (a *api) getAPIKey(t *world.MachineToken, _ []byte) (any, error) {
	return wire.NewAPIKey(t, a.World.Now()), nil
}

func (a *api) revokeAPIKey(t *world.MachineToken, body []byte) (any, error) {
	err := a.revoked(t, body)
	return wire.NewAPIKey(t, a.World.Now()), err
}

func (a *api) deleteAPIKey(t *world.MachineToken, _ []byte) (any, error) {
	a.World.RemoveMachineToken(t)
	return wire.NewDeleted(apiKeyType, t.ID), nil
}

func (a *api) getAPIKeySecret(t *world.MachineToken, _ []byte) (any, error) {
	return wire.Object{"secret": t.Secret}, nil
}
