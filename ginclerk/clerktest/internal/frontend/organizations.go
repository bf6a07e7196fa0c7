package frontend

import (
	"net/http"
	"net/mail"
	"net/url"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// Clerk's document leaves these operations out. They answer as clerk-js reads them.
func (a *api) organizationRoutes() []route {
	const all, one, lists = "/v1/organizations", "/v1/organizations/{organization_id}", "limit offset paginated "
	return []route{
		{"POST " + all, "name slug", about(a.current, a.createOrganization)},
		{"GET " + one, "", a.asMember("", a.showOrganization)},
		{"PATCH " + one, "name slug", a.asMember(world.PermissionProfile, a.updateOrganization)},
		{"DELETE " + one, "", a.asMember(world.PermissionDelete, a.deleteOrganization)},
		{"GET " + one + "/roles", lists, a.asMember("", a.listRoles)},
		{"GET " + one + "/memberships", lists + "role query", a.asMember(world.PermissionReadMembers, a.listMembers)},
		{"PATCH " + one + "/memberships/{user_id}", "role", a.onColleague(a.updateMember)},
		{"DELETE " + one + "/memberships/{user_id}", "", a.onColleague(a.removeMember)},
		{"GET " + one + "/invitations", lists + "status", a.asMember(world.PermissionReadMembers, a.listInvitations)},
		{"POST " + one + "/invitations", "email_address role", a.asMember(world.PermissionManageMembers, a.invite)},
		{"POST " + one + "/invitations/bulk", "email_address role", a.asMember(world.PermissionManageMembers, a.invite)},
		{"POST " + one + "/invitations/{invitation_id}/revoke", "", a.asMember(world.PermissionManageMembers, a.revokeInvitation)},
	}
}

// asMember is the operation of the session's user as a member of the organization that the path names. "" asks for no permission.
func (a *api) asMember(permission string, answer func(*visit, *world.Membership) (any, error)) operation {
	return about(a.current, func(v *visit, s *world.Session) (any, error) {
		id := v.request.PathValue("organization_id")
		m := a.World.Membership(s.User.ID, id)
		if m == nil {
			return nil, apierr.NotFound("organization", id)
		}
		if permission != "" && !m.May(permission) {
			return nil, apierr.New(http.StatusForbidden, "missing_organization_permission", "This needs the permission "+permission+".")
		}
		return answer(v, m)
	})
}

// list answers with a page of a list, newest first.
func list[T any](a *api, v *visit, all []T, show func(T) wire.Object) (any, error) {
	page, err := core.ReadPage(v.request.URL.Query())
	if err != nil {
		return nil, err
	}
	return a.with(v, wire.NewList(wire.Each(core.Cut(page, all), show), len(all)))
}

func (a *api) showMembership(m *world.Membership) wire.Object {
	return wire.NewMembership(a.World, m)
}

// createOrganization makes the session's user the admin of a new organization. A session that has to choose one may create it.
func (a *api) createOrganization(v *visit, s *world.Session) (any, error) {
	name, slug := strings.TrimSpace(v.form.Get("name")), v.form.Get("slug")
	if name == "" {
		return nil, apierr.Missing("name")
	}
	if slug == "" {
		slug = world.SlugOf(name)
	}
	if err := a.World.CheckSlug(slug, nil); err != nil {
		return nil, err
	}
	o := a.World.AddOrganization(world.NewOrganization{Name: name, Slug: slug})
	return a.showOrganization(v, a.World.AddMember(o, s.User, world.RoleAdmin, a.World.PermissionsOf(world.RoleAdmin)))
}

func (a *api) showOrganization(v *visit, m *world.Membership) (any, error) {
	return a.with(v, wire.NewOrganization(a.World, m.Organization))
}

func (a *api) updateOrganization(v *visit, m *world.Membership) (any, error) {
	o, name, slug := m.Organization, strings.TrimSpace(v.form.Get("name")), v.form.Get("slug")
	if err := a.World.CheckSlug(slug, o); err != nil {
		return nil, err
	}
	if name != "" {
		o.Name = name
	}
	if slug != "" {
		o.Slug = slug
	}
	a.World.ChangedOrganization(o)
	return a.showOrganization(v, m)
}

func (a *api) deleteOrganization(v *visit, m *world.Membership) (any, error) {
	if m.Organization.NoAdminDelete {
		return nil, apierr.New(http.StatusForbidden, "organization_admin_delete_not_enabled", "Admins can't delete this organization.")
	}
	a.World.RemoveOrganization(m.Organization)
	return a.with(v, wire.NewDeleted("organization", m.Organization.ID))
}

func (a *api) listRoles(v *visit, _ *world.Membership) (any, error) {
	return list(a, v, a.World.Roles(), func(key string) wire.Object { return wire.NewRole(a.World, key) })
}

func (a *api) listMembers(v *visit, m *world.Membership) (any, error) {
	query := v.request.URL.Query()
	found := slices.DeleteFunc(a.World.MembersOf(m.Organization), func(m *world.Membership) bool {
		words := strings.ToLower(strings.Join([]string{m.User.ID, m.User.FullName(), m.User.Username, m.User.PrimaryEmail()}, "\n"))
		return !chosen(query, "role", m.Role) || !strings.Contains(words, strings.ToLower(query.Get("query")))
	})
	return list(a, v, found, a.showMembership)
}

// chosen reports whether a filter that may have several values allows this one. clerk-js writes name or name[].
func chosen(query url.Values, name, value string) bool {
	values := query[name]
	return len(values) == 0 || slices.Contains(values, value)
}

// onColleague is the operation that changes the member of the same organization that the path names.
func (a *api) onColleague(change func(*visit, *world.Membership) error) operation {
	return a.asMember(world.PermissionManageMembers, func(v *visit, m *world.Membership) (any, error) {
		id := v.request.PathValue("user_id")
		other := a.World.Membership(id, m.Organization.ID)
		if other == nil {
			return nil, apierr.NotFound("organization membership", id)
		}
		if err := change(v, other); err != nil {
			return nil, err
		}
		return a.with(v, a.showMembership(other))
	})
}

func (a *api) updateMember(v *visit, m *world.Membership) error {
	role := v.form.Get("role")
	if err := world.CheckRole(role); err != nil {
		return err
	}
	a.World.SetRole(m, role)
	return nil
}

func (a *api) removeMember(_ *visit, m *world.Membership) error {
	a.World.RemoveMember(m)
	return nil
}

func (a *api) listInvitations(v *visit, m *world.Membership) (any, error) {
	found := slices.DeleteFunc(a.World.InvitationsOf(m.Organization), func(i *world.Invitation) bool {
		return !chosen(v.request.URL.Query(), "status", i.Status)
	})
	return list(a, v, found, wire.NewInvitation)
}

// invite invites all addresses of the form, or none. Only the operation for several answers with a list.
func (a *api) invite(v *visit, m *world.Membership) (any, error) {
	role := v.form.Get("role")
	if err := world.CheckRole(role); err != nil {
		return nil, err
	}
	addresses := v.form["email_address"]
	if len(addresses) == 0 {
		return nil, apierr.Missing("email_address")
	}
	for _, address := range addresses {
		if _, err := mail.ParseAddress(address); err != nil {
			return nil, apierr.Param("form_param_format_invalid", "email_address", "This is not an e-mail address.")
		}
		if err := a.World.CanInvite(m.Organization, address); err != nil {
			return nil, err
		}
	}
	sent := make([]wire.Object, 0, len(addresses))
	for _, address := range addresses {
		sent = append(sent, wire.NewInvitation(a.World.Invite(m.Organization, address, role)))
	}
	if strings.HasSuffix(v.request.URL.Path, "/bulk") {
		return a.with(v, sent)
	}
	return a.with(v, sent[0])
}

func (a *api) revokeInvitation(v *visit, m *world.Membership) (any, error) {
	id := v.request.PathValue("invitation_id")
	i := a.World.Invitation(id)
	if i == nil || i.Organization != m.Organization {
		return nil, apierr.NotFound("organization invitation", id)
	}
	if err := a.World.CloseInvitation(i, world.InvitationRevoked); err != nil {
		return nil, err
	}
	return a.with(v, wire.NewInvitation(i))
}
