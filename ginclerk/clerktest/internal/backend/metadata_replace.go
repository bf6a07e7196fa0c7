package backend

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// metadataParams are the fields that PUT replaces. It leaves omitted fields unchanged; {} empties a field.
type metadataParams struct {
	Public  map[string]any `json:"public_metadata"`
	Private map[string]any `json:"private_metadata"`
	Unsafe  map[string]any `json:"unsafe_metadata"`
}

func (a *api) replaceUserMetadata(r *http.Request, body []byte) (core.Reply, error) {
	u, params, err := readChange[metadataParams](r, body, a.user)
	if err != nil {
		return core.Reply{}, err
	}
	userParams{PublicMetadata: params.Public, PrivateMetadata: params.Private, UnsafeMetadata: params.Unsafe}.apply(u)
	a.World.Changed(u)
	return core.OK(wire.NewBackendUser(u)), nil
}

func (a *api) replaceOrganizationMetadata(r *http.Request, body []byte) (core.Reply, error) {
	o, params, err := readChange[metadataParams](r, body, a.organization)
	if err != nil {
		return core.Reply{}, err
	}
	organizationParams{PublicMetadata: params.Public, PrivateMetadata: params.Private}.apply(o)
	a.World.ChangedOrganization(o)
	return core.OK(wire.NewBackendOrganization(a.World, o, false)), nil
}

// updateMemberMetadata merges.
func (a *api) updateMemberMetadata(r *http.Request, body []byte) (core.Reply, error) {
	m, params, err := readChange[metadataParams](r, body, a.member)
	if err != nil {
		return core.Reply{}, err
	}
	m.PublicMetadata = world.Merge(m.PublicMetadata, params.Public)
	m.PrivateMetadata = world.Merge(m.PrivateMetadata, params.Private)
	a.World.SetRole(m, m.Role) // with the same role, so that the membership counts as changed
	return core.OK(wire.NewBackendMembership(a.World, m)), nil
}
