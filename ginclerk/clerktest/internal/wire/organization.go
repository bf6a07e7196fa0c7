package wire

import (
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// NewRole returns a role with the permissions that its members have.
func NewRole(w *world.World, key string) Object {
	return Object{
		"object": "role", "id": "role_" + key, "key": key, "name": roleName(key), "description": "",
		"permissions": Each(w.PermissionsOf(key), newPermission), "created_at": 0, "updated_at": 0,
	}
}

func newPermission(key string) Object {
	kind := "user"
	if strings.HasPrefix(key, "org:sys_") {
		kind = "system"
	}
	return Object{
		"object": "permission", "id": "perm_" + key, "key": key, "name": key, "description": "", "type": kind,
		"created_at": 0, "updated_at": 0,
	}
}

// NewInvitation returns an invitation, with what both the organization and the invited user need.
func NewInvitation(i *world.Invitation) Object {
	o := i.Organization
	return Object{
		"object": "organization_invitation", "id": i.ID, "email_address": i.Email, "organization_id": o.ID, "public_metadata": Object{},
		"public_organization_data": Object{"id": o.ID, "name": o.Name, "slug": o.Slug, "image_url": imageURL(o.ID), "has_image": false},
		"role":                     i.Role, "role_name": roleName(i.Role), "status": i.Status,
		"created_at": millis(i.CreatedAt), "updated_at": millis(i.UpdatedAt),
	}
}

// NewOrganization returns an organization for the Frontend API, without the private metadata and the creator.
func NewOrganization(w *world.World, o *world.Organization) Object {
	return Object{
		"object": "organization", "id": o.ID, "name": o.Name, "slug": o.Slug, "image_url": imageURL(o.ID), "has_image": false,
		"members_count": w.MemberCount(o), "max_allowed_memberships": o.Capacity(), "admin_delete_enabled": !o.NoAdminDelete,
		"public_metadata": o.PublicMetadata, "created_at": millis(o.CreatedAt), "updated_at": millis(o.UpdatedAt),
	}
}

// NewBackendOrganization returns an organization for the Backend API. It has the number of members if counted is true.
func NewBackendOrganization(w *world.World, o *world.Organization, counted bool) Object {
	out := NewOrganization(w, o)
	out["private_metadata"] = o.PrivateMetadata
	if !counted {
		delete(out, "members_count")
	}
	return out.With("created_by", o.CreatedBy)
}

// NewMembership returns a membership for the Frontend API.
func NewMembership(w *world.World, m *world.Membership) Object {
	return Object{
		"object": "organization_membership", "id": m.ID, "role": m.Role, "role_name": roleName(m.Role),
		"permissions": append([]string{}, m.Permissions...), "public_metadata": m.PublicMetadata,
		"organization": NewOrganization(w, m.Organization), "public_user_data": newPublicUserData(m.User),
		"created_at": millis(m.CreatedAt), "updated_at": millis(m.UpdatedAt),
	}
}

// NewBackendMembership returns a membership for the Backend API.
func NewBackendMembership(w *world.World, m *world.Membership) Object {
	out := NewMembership(w, m)
	out["private_metadata"], out["organization"] = m.PrivateMetadata, NewBackendOrganization(w, m.Organization, true)
	return out
}

// newPublicUserData returns the part of a user that other users may see.
func newPublicUserData(u *world.User) Object {
	return Object{
		"user_id": u.ID, "first_name": textOrNull(u.FirstName), "last_name": textOrNull(u.LastName), "username": textOrNull(u.Username),
		"profile_image_url": imageURL(u.ID), "image_url": imageURL(u.ID), "has_image": false, "identifier": u.PrimaryEmail(), "banned": u.Banned,
	}
}

// roleName turns org:admin into "Admin".
func roleName(role string) string {
	name := strings.ReplaceAll(strings.TrimPrefix(role, "org:"), "_", " ")
	if name == "" {
		return ""
	}
	return strings.ToUpper(name[:1]) + name[1:]
}
