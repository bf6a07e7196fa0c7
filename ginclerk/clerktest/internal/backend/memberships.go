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
	return paginated(query, newest, membershipOrders(), a.shownMember)
}

func (a *api) shownMember(m *world.Membership) wire.Object {
	return wire.NewBackendMembership(a.World, m)
}

func (a *api) createMember(o *world.Organization, params membershipParams) (wire.Object, error) {
	u, err := a.newMember(o, params)
	if err != nil {
		return nil, err
	}
	m := a.World.AddMember(o, u, params.Role, a.World.PermissionsOf(params.Role))
	params.merge(m)
	return a.shownMember(m), nil
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

func (a *api) updateMember(m *world.Membership, params membershipParams) (wire.Object, error) {
	if err := world.CheckRole(params.Role); err != nil {
		return nil, err
	}
	a.World.SetRole(m, params.Role)
	return a.shownMember(m), nil
}

func (a *api) updateMemberMetadata(m *world.Membership, params membershipParams) (wire.Object, error) {
	params.merge(m)
	a.World.SetRole(m, m.Role) // with the same role, so that the membership counts as changed
	return a.shownMember(m), nil
}

func (p membershipParams) merge(m *world.Membership) {
	m.PublicMetadata = world.Merge(m.PublicMetadata, p.PublicMetadata)
	m.PrivateMetadata = world.Merge(m.PrivateMetadata, p.PrivateMetadata)
}

// deleteMember answers with the membership in its last state.
func (a *api) deleteMember(m *world.Membership) wire.Object {
	a.World.RemoveMember(m)
	return a.shownMember(m)
}

func (a *api) member(r *http.Request) (*world.Membership, error) {
	o, err := a.organization(r)
	if err != nil {
		return nil, err
	}
	return named(r, "user_id", "organization membership", func(id string) *world.Membership { return a.World.Membership(id, o.ID) })
}
