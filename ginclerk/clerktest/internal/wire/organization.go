package wire

import (
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// Organization is an organization, for both APIs. The Frontend API leaves the private metadata and the creator out.
type Organization struct {
	Object                string         `json:"object"`
	ID                    string         `json:"id"`
	Name                  string         `json:"name"`
	Slug                  string         `json:"slug"`
	ImageURL              string         `json:"image_url"`
	HasImage              bool           `json:"has_image"`
	MembersCount          *int           `json:"members_count,omitempty"`
	MaxAllowedMemberships int            `json:"max_allowed_memberships"`
	AdminDeleteEnabled    bool           `json:"admin_delete_enabled"`
	PublicMetadata        map[string]any `json:"public_metadata"`
	PrivateMetadata       map[string]any `json:"private_metadata,omitzero"`
	CreatedBy             string         `json:"created_by,omitempty"`
	CreatedAt             int64          `json:"created_at"`
	UpdatedAt             int64          `json:"updated_at"`
}

// OrganizationMembership is a user's membership in an organization.
type OrganizationMembership struct {
	ID              string         `json:"id"`
	Object          string         `json:"object"`
	Role            string         `json:"role"`
	RoleName        string         `json:"role_name"`
	Permissions     []string       `json:"permissions"`
	PublicMetadata  map[string]any `json:"public_metadata"`
	PrivateMetadata map[string]any `json:"private_metadata,omitzero"`
	Organization    Organization   `json:"organization"`
	PublicUserData  PublicUserData `json:"public_user_data"`
	CreatedAt       int64          `json:"created_at"`
	UpdatedAt       int64          `json:"updated_at"`
}

// PublicUserData is the part of a user that other users may see.
type PublicUserData struct {
	UserID          string  `json:"user_id"`
	FirstName       *string `json:"first_name"`
	LastName        *string `json:"last_name"`
	ProfileImageURL *string `json:"profile_image_url"`
	ImageURL        string  `json:"image_url"`
	HasImage        bool    `json:"has_image"`
	Identifier      string  `json:"identifier"`
	Username        *string `json:"username"`
	Banned          bool    `json:"banned"`
}

// NewRole returns a role with the permissions that its members have.
func NewRole(w *world.World, key string) Object {
	permissions := []Object{}
	for _, permission := range w.PermissionsOf(key) {
		kind := "user"
		if strings.HasPrefix(permission, "org:sys_") {
			kind = "system"
		}
		permissions = append(permissions, Object{
			"object": "permission", "id": "perm_" + permission, "key": permission, "name": permission, "description": "", "type": kind,
			"created_at": 0, "updated_at": 0,
		})
	}
	return Object{
		"object": "role", "id": "role_" + key, "key": key, "name": roleName(key), "description": "", "permissions": permissions,
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

// NewOrganization returns an organization for the Frontend API.
func NewOrganization(w *world.World, o *world.Organization) Organization {
	members := w.MemberCount(o)
	return Organization{
		Object: "organization", ID: o.ID, Name: o.Name, Slug: o.Slug, ImageURL: imageURL(o.ID),
		MembersCount: &members, MaxAllowedMemberships: o.Capacity(), AdminDeleteEnabled: !o.NoAdminDelete,
		PublicMetadata: o.PublicMetadata, CreatedAt: millis(o.CreatedAt), UpdatedAt: millis(o.UpdatedAt),
	}
}

// NewBackendOrganization returns an organization for the Backend API, without the number of its members.
func NewBackendOrganization(w *world.World, o *world.Organization) Organization {
	out := NewOrganization(w, o)
	out.PrivateMetadata, out.CreatedBy, out.MembersCount = o.PrivateMetadata, o.CreatedBy, nil
	return out
}

// NewMembership returns a membership for the Frontend API.
func NewMembership(w *world.World, m *world.Membership) OrganizationMembership {
	return OrganizationMembership{
		ID: m.ID, Object: "organization_membership", Role: m.Role, RoleName: roleName(m.Role),
		Permissions: append([]string{}, m.Permissions...), PublicMetadata: m.PublicMetadata,
		Organization: NewOrganization(w, m.Organization), PublicUserData: NewPublicUserData(m.User),
		CreatedAt: millis(m.CreatedAt), UpdatedAt: millis(m.UpdatedAt),
	}
}

// NewBackendMembership returns a membership for the Backend API.
func NewBackendMembership(w *world.World, m *world.Membership) OrganizationMembership {
	out := NewMembership(w, m)
	members := out.Organization.MembersCount
	out.PrivateMetadata, out.Organization = m.PrivateMetadata, NewBackendOrganization(w, m.Organization)
	out.Organization.MembersCount = members
	return out
}

// NewPublicUserData returns the part of a user that other users may see.
func NewPublicUserData(u *world.User) PublicUserData {
	image := imageURL(u.ID)
	return PublicUserData{
		UserID: u.ID, FirstName: textOrNull(u.FirstName), LastName: textOrNull(u.LastName),
		ProfileImageURL: &image, ImageURL: image, Identifier: u.PrimaryEmail(),
		Username: textOrNull(u.Username), Banned: u.Banned,
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
