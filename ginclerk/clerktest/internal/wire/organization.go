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

// Role is a role that members can have.
type Role struct {
	Object      string       `json:"object"`
	ID          string       `json:"id"`
	Key         string       `json:"key"`
	Name        string       `json:"name"`
	Description string       `json:"description"`
	Permissions []Permission `json:"permissions"`
	CreatedAt   int64        `json:"created_at"`
	UpdatedAt   int64        `json:"updated_at"`
}

// Permission is a permission of a role.
type Permission struct {
	Object      string `json:"object"`
	ID          string `json:"id"`
	Key         string `json:"key"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Type        string `json:"type"`
	CreatedAt   int64  `json:"created_at"`
	UpdatedAt   int64  `json:"updated_at"`
}

// Invitation is an invitation to an organization: OrganizationID for the organization's list, PublicOrganizationData for the invited user's.
type Invitation struct {
	Object                 string                  `json:"object"`
	ID                     string                  `json:"id"`
	EmailAddress           string                  `json:"email_address"`
	OrganizationID         string                  `json:"organization_id,omitempty"`
	PublicOrganizationData *PublicOrganizationData `json:"public_organization_data,omitempty"`
	PublicMetadata         map[string]any          `json:"public_metadata"`
	Role                   string                  `json:"role"`
	RoleName               string                  `json:"role_name"`
	Status                 string                  `json:"status"`
	CreatedAt              int64                   `json:"created_at"`
	UpdatedAt              int64                   `json:"updated_at"`
}

// PublicOrganizationData is the part of an organization that others than its members may see.
type PublicOrganizationData struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Slug     string `json:"slug"`
	ImageURL string `json:"image_url"`
	HasImage bool   `json:"has_image"`
}

// NewRole returns a role with the permissions that its members have.
func NewRole(w *world.World, key string) Role {
	out := Role{Object: "role", ID: "role_" + key, Key: key, Name: roleName(key), Description: "", Permissions: []Permission{}}
	for _, permission := range w.PermissionsOf(key) {
		kind := "user"
		if strings.HasPrefix(permission, "org:sys_") {
			kind = "system"
		}
		out.Permissions = append(out.Permissions, Permission{
			Object: "permission", ID: "perm_" + permission, Key: permission, Name: permission, Type: kind,
		})
	}
	return out
}

// NewInvitation returns an invitation for the organization's list.
func NewInvitation(i *world.Invitation) Invitation {
	return Invitation{
		Object: "organization_invitation", ID: i.ID, EmailAddress: i.Email, OrganizationID: i.Organization.ID, PublicMetadata: map[string]any{},
		Role: i.Role, RoleName: roleName(i.Role), Status: i.Status, CreatedAt: millis(i.CreatedAt), UpdatedAt: millis(i.UpdatedAt),
	}
}

// NewUserInvitation returns an invitation for the list of the user whom it invites.
func NewUserInvitation(i *world.Invitation) Invitation {
	out, o := NewInvitation(i), i.Organization
	out.OrganizationID = ""
	out.PublicOrganizationData = &PublicOrganizationData{ID: o.ID, Name: o.Name, Slug: o.Slug, ImageURL: imageURL(o.ID)}
	return out
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
