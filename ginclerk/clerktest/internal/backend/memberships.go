package backend

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

type membershipParams struct {
	UserID          string         `json:"user_id"`
	Role            string         `json:"role"`
	PublicMetadata  map[string]any `json:"public_metadata"`
	PrivateMetadata map[string]any `json:"private_metadata"`
}

// listMembers always answers with the paginated form, as Clerk does.
func (a *api) listMembers(r *http.Request, _ []byte) (core.Reply, error) {
	o, err := a.organization(r)
	if err != nil {
		return core.Reply{}, err
	}
	query := r.URL.Query()
	matches, err := a.userFilter(query)
	if err != nil {
		return core.Reply{}, err
	}
	found := slices.DeleteFunc(a.World.MembersOf(o), func(m *world.Membership) bool {
		return !oneOf(query["role"], m.Role) || !matches(m.User)
	})
	return a.listOfMemberships(query, found)
}

// listAllMemberships answers with the memberships of the whole instance, newest first.
func (a *api) listAllMemberships(r *http.Request, _ []byte) (core.Reply, error) {
	var all []*world.Membership
	for _, o := range a.World.Organizations() {
		all = append(all, a.World.MembersOf(o)...)
	}
	slices.SortStableFunc(all, func(a, b *world.Membership) int { return b.CreatedAt.Compare(a.CreatedAt) })
	return a.listOfMemberships(r.URL.Query(), all)
}

// listOfMemberships orders memberships that are newest first, and answers with the paginated form.
func (a *api) listOfMemberships(query url.Values, newest []*world.Membership) (core.Reply, error) {
	if err := membershipOrders().sort(newest, query.Get("order_by")); err != nil {
		return core.Reply{}, err
	}
	return paginated(query, newest, func(m *world.Membership) wire.Object { return wire.NewBackendMembership(a.World, m) })
}

func (a *api) createMember(r *http.Request, body []byte) (core.Reply, error) {
	o, params, err := readChange[membershipParams](r, body, a.organization)
	if err != nil {
		return core.Reply{}, err
	}
	u, err := a.newMember(o, params)
	if err != nil {
		return core.Reply{}, err
	}
	m := a.World.AddMember(o, u, params.Role, a.World.PermissionsOf(params.Role))
	m.PublicMetadata = world.Merge(m.PublicMetadata, params.PublicMetadata)
	m.PrivateMetadata = world.Merge(m.PrivateMetadata, params.PrivateMetadata)
	return core.OK(wire.NewBackendMembership(a.World, m)), nil
}

// newMember returns the user if the user can become a member.
func (a *api) newMember(o *world.Organization, params membershipParams) (*world.User, error) {
	if params.UserID == "" {
		return nil, apierr.Missing("user_id")
	}
	if err := world.CheckRole(params.Role); err != nil {
		return nil, err
	}
	u := a.World.User(params.UserID)
	if u == nil {
		return nil, apierr.NotFound("user", params.UserID)
	}
	return u, a.World.CanJoin(o, u)
}

func (a *api) updateMember(r *http.Request, body []byte) (core.Reply, error) {
	m, params, err := readChange[membershipParams](r, body, a.member)
	if err != nil {
		return core.Reply{}, err
	}
	if err := world.CheckRole(params.Role); err != nil {
		return core.Reply{}, err
	}
	a.World.SetRole(m, params.Role)
	return core.OK(wire.NewBackendMembership(a.World, m)), nil
}

// deleteMember answers with the membership in its last state.
func (a *api) deleteMember(m *world.Membership) wire.Object {
	a.World.RemoveMember(m)
	return wire.NewBackendMembership(a.World, m)
}

func (a *api) member(r *http.Request) (*world.Membership, error) {
	o, err := a.organization(r)
	if err != nil {
		return nil, err
	}
	id := r.PathValue("user_id")
	if m := a.World.Membership(id, o.ID); m != nil {
		return m, nil
	}
	return nil, apierr.NotFound("organization membership", id)
}
