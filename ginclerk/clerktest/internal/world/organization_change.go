package world

import "slices"

// DefaultMaxMemberships is the default for the largest number of members of an organization.
const DefaultMaxMemberships = 100

// Capacity returns the largest number of members of the organization.
func (o *Organization) Capacity() int {
	if o.MaxMemberships == 0 {
		return DefaultMaxMemberships
	}
	return o.MaxMemberships
}

// Organizations returns all organizations, newest first.
func (w *World) Organizations() []*Organization { return newestFirst(w.organizations.order) }

// MembersOf returns the memberships in an organization, newest first.
func (w *World) MembersOf(o *Organization) []*Membership {
	return newestFirst(slices.DeleteFunc(slices.Clone(w.memberships.order), func(m *Membership) bool { return m.Organization != o }))
}

// RemoveOrganization deletes an organization with all memberships.
func (w *World) RemoveOrganization(o *Organization) {
	defer w.instead(EventOrganizationDeleted, o)()
	for _, m := range w.MembersOf(o) {
		w.RemoveMember(m)
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

// PermissionsOf returns the permissions of other members with the role. The world has no other definition of roles.
func (w *World) PermissionsOf(role string) []string {
	for _, m := range w.memberships.order {
		if m.Role == role {
			return slices.Clone(m.Permissions)
		}
	}
	return nil
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
