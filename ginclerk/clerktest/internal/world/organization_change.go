package world

import (
	"net/http"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
)

// DefaultMaxMemberships is the default for the largest number of members of an organization.
const DefaultMaxMemberships = 100

// Capacity returns the largest number of members of the organization.
func (o *Organization) Capacity() int {
	if o.MaxMemberships == 0 {
		return DefaultMaxMemberships
	}
	return o.MaxMemberships
}

// SlugOf returns the slug that an organization gets from its name.
func SlugOf(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), "-")) }

// CheckSlug refuses a slug that another organization has. Self is nil before the organization exists.
func (w *World) CheckSlug(slug string, self *Organization) error {
	if o := w.Organization(slug); o != nil && o != self {
		return apierr.Param("form_identifier_exists", "slug", "There is an organization with this slug already.")
	}
	return nil
}

// CanJoin says why a user can't become a member.
func (w *World) CanJoin(o *Organization, u *User) error {
	switch {
	case w.Membership(u.ID, o.ID) != nil:
		return apierr.New(http.StatusBadRequest, "already_a_member_in_organization", "The user is a member already.")
	case w.MemberCount(o) >= o.Capacity():
		return apierr.New(http.StatusForbidden, "organization_membership_quota_exceeded", "The organization is full.")
	}
	return nil
}

// CheckRole accepts every role with the right form, because the world keeps no list of roles.
func CheckRole(role string) error {
	if role == "" {
		return apierr.Missing("role")
	}
	if name, found := strings.CutPrefix(role, "org:"); !found || name == "" {
		return apierr.Param("form_param_value_invalid", "role", "A role has the form org:name.")
	}
	return nil
}

// Organizations returns all organizations, newest first.
func (w *World) Organizations() []*Organization { return newestFirst(w.organizations.order) }

// MembersOf returns the memberships in an organization, newest first.
func (w *World) MembersOf(o *Organization) []*Membership {
	return w.memberships.newest(func(m *Membership) bool { return m.Organization == o })
}

// RemoveOrganization deletes an organization with its memberships and invitations.
func (w *World) RemoveOrganization(o *Organization) {
	defer w.instead(EventOrganizationDeleted, o)()
	for _, m := range w.MembersOf(o) {
		w.RemoveMember(m)
	}
	for _, i := range w.InvitationsOf(o) {
		w.invitations.remove(i.ID)
	}
	w.organizations.remove(o.ID)
}

// RemoveMember ends a membership. Sessions in which the organization was active continue with the personal account.
func (w *World) RemoveMember(m *Membership) {
	w.memberships.remove(m.ID)
	w.emit(EventMembershipDeleted, m)
	for _, s := range w.SessionsOf(m.User.ID) {
		if s.OrganizationID == m.Organization.ID {
			s.OrganizationID, s.UpdatedAt = "", w.now()
		}
	}
}

// SetRole gives a member another role with its permissions.
func (w *World) SetRole(m *Membership, role string) {
	if m.Role != role {
		m.Role, m.Permissions = role, w.PermissionsOf(role)
	}
	m.UpdatedAt = w.now()
	w.emit(EventMembershipUpdated, m)
}

// ChangedOrganization records that an organization was changed.
func (w *World) ChangedOrganization(o *Organization) {
	o.UpdatedAt = w.now()
	w.emit(EventOrganizationUpdated, o)
}
