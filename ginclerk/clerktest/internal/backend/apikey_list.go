package backend

import (
	"cmp"
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
	now, kind, words := a.World.Now(), cmp.Or(query.Get("type"), apiKeyType), strings.ToLower(query.Get("query"))
	found := slices.DeleteFunc(a.World.MachineTokensOf(world.MachineAPIKey, subject), func(t *world.MachineToken) bool {
		invalid := (t.Revoked || t.Expired(now)) && !invalidToo
		return invalid || cmp.Or(t.Type, apiKeyType) != kind || !strings.Contains(strings.ToLower(t.ID+"\n"+t.Name), words)
	})
	page := wire.Each(core.Cut(p, found), func(t *world.MachineToken) wire.Object { return wire.NewAPIKey(t, now) })
	return core.OK(wire.NewList(page, len(found))), nil
}

func (a *api) deleteAPIKey(t *world.MachineToken) wire.Object {
	a.World.RemoveMachineToken(t)
	return wire.NewDeleted(apiKeyType, t.ID)
}

func apiKeySecret(t *world.MachineToken) wire.Object { return wire.Object{"secret": t.Secret} }
