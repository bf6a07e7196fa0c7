package world

import "slices"

// The roles that each of Clerk's instances has.
const (
	RoleAdmin  = "org:admin"
	RoleMember = "org:member"
)

// Clerk's own permissions, which never stand in tokens.
const (
	PermissionProfile       = "org:sys_profile:manage"
	PermissionDelete        = "org:sys_profile:delete"
	PermissionReadMembers   = "org:sys_memberships:read"
	PermissionManageMembers = "org:sys_memberships:manage"
)

// Roles returns the roles of the instance: Clerk's own, and those that members have.
func (w *World) Roles() []string {
	roles := []string{RoleAdmin, RoleMember}
	for _, m := range w.memberships.order {
		roles = append(roles, m.Role)
	}
	slices.Sort(roles)
	return slices.Compact(roles)
}

// PermissionsOf returns the permissions of other members with the role, and without any Clerk's own. The world has no other definition of
// roles.
func (w *World) PermissionsOf(role string) []string {
	for _, m := range w.memberships.order {
		if m.Role == role {
			return slices.Clone(m.Permissions)
		}
	}
	switch role {
	case RoleAdmin:
		return []string{PermissionProfile, PermissionDelete, PermissionReadMembers, PermissionManageMembers}
	case RoleMember:
		return []string{PermissionReadMembers}
	}
	return nil
}

// May reports whether the member has a permission.
func (m *Membership) May(permission string) bool { return slices.Contains(m.Permissions, permission) }
