package world

import "time"

// Organization is a group of users.
type Organization struct {
	ID, Name, Slug  string
	CreatedBy       string
	PublicMetadata  map[string]any
	PrivateMetadata map[string]any
	Features        []string // granted by the organization's subscription
	Plan            string
	// MaxMemberships is the largest number of members; 0 = [DefaultMaxMemberships].
	MaxMemberships int
	// NoAdminDelete stops its admins from deleting it.
	NoAdminDelete        bool
	CreatedAt, UpdatedAt time.Time
}

// Membership is a user's membership in an organization, with a role.
type Membership struct {
	ID                   string
	User                 *User
	Organization         *Organization
	Role                 string   // org:admin
	Permissions          []string // org:billing:manage
	PublicMetadata       map[string]any
	PrivateMetadata      map[string]any
	CreatedAt, UpdatedAt time.Time
}

// NewOrganization has the fields of a new organization.
type NewOrganization struct {
	ID         string // "" = a new one
	Name, Slug string
	Features   []string
	Plan       string
}

// AddOrganization creates an organization without members.
func (w *World) AddOrganization(n NewOrganization) *Organization {
	if n.ID == "" {
		n.ID = NewID("org_")
	}
	now := w.now()
	o := &Organization{
		ID: n.ID, Name: n.Name, Slug: n.Slug, Features: n.Features, Plan: n.Plan,
		PublicMetadata: map[string]any{}, PrivateMetadata: map[string]any{}, CreatedAt: now, UpdatedAt: now,
	}
	w.organizations.add(o.ID, o)
	w.emit(EventOrganizationCreated, o)
	return o
}

// AddMember makes a user a member. The first member is recorded as the organization's creator.
func (w *World) AddMember(o *Organization, u *User, role string, permissions []string) *Membership {
	now := w.now()
	m := &Membership{
		ID: NewID("orgmem_"), User: u, Organization: o, Role: role, Permissions: permissions,
		PublicMetadata: map[string]any{}, PrivateMetadata: map[string]any{}, CreatedAt: now, UpdatedAt: now,
	}
	if o.CreatedBy == "" {
		o.CreatedBy = u.ID
	}
	w.memberships.add(m.ID, m)
	w.emit(EventMembershipCreated, m)
	return m
}

// Organization returns the organization with the id or slug, or nil.
func (w *World) Organization(idOrSlug string) *Organization {
	return w.organizations.first(func(o *Organization) bool { return idOrSlug != "" && (o.ID == idOrSlug || o.Slug == idOrSlug) })
}

// Membership returns the user's membership in the organization with the id or slug, or nil.
func (w *World) Membership(userID, organization string) *Membership {
	o := w.Organization(organization)
	if o == nil {
		return nil
	}
	return w.memberships.first(func(m *Membership) bool { return m.User.ID == userID && m.Organization == o })
}

// MembershipsOf returns the memberships of a user, newest first.
func (w *World) MembershipsOf(userID string) []*Membership {
	return w.memberships.newest(func(m *Membership) bool { return m.User.ID == userID })
}

// MemberCount returns how many members an organization has.
func (w *World) MemberCount(o *Organization) int {
	return len(w.MembersOf(o))
}
