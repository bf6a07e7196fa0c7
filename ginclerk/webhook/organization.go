package webhook

import (
	"encoding/json"
	"fmt"
	"time"
)

// OrganizationEvent is the creation or the update of an organization.
type OrganizationEvent struct {
	Event
	// Organization is the organization as the event left it. Events come out of order: compare UpdatedAt before you overwrite.
	Organization Organization
}

// OrganizationDeletedEvent is the deletion of an organization. Clerk sends no events for its memberships.
type OrganizationDeletedEvent struct {
	Event
	// OrganizationID is "org_…".
	OrganizationID string
	// Slug is the name that the organization had in addresses; empty if Clerk does not send it.
	Slug string
}

// OrganizationMembershipEvent is the creation, the update or the end of a membership.
type OrganizationMembershipEvent struct {
	Event
	// Membership is the membership as the event left it; after organizationMembership.deleted, as it was at the end. Events come out
	// of order: compare UpdatedAt before you overwrite.
	Membership OrganizationMembership
}

// Organization is a Clerk organization (Backend API: Organization). Event.Data has the fields that are missing here. Texts are empty
// where Clerk sends null or nothing.
type Organization struct {
	// ID is "org_…". Slug is its name in addresses, and Name its name for people.
	ID, Slug, Name string
	// ImageURL is the address of the organization's picture.
	ImageURL string
	// CreatedBy is the user who created the organization, "user_…".
	CreatedBy string
	// PublicMetadata and PrivateMetadata are JSON objects, nil or null.
	PublicMetadata, PrivateMetadata json.RawMessage
	// CreatedAt and UpdatedAt are zero if Clerk does not send them.
	CreatedAt, UpdatedAt time.Time
}

// OrganizationMembership is the membership of a user in an organization (Backend API: OrganizationMembership).
type OrganizationMembership struct {
	// ID is "orgmem_…".
	ID string
	// Organization is what the user is a member of.
	Organization Organization
	// UserID is the member, "user_…".
	UserID string
	// Role is the key of the member's role, such as "org:admin". Permissions are those of the role, as far as Clerk sends them.
	Role        string
	Permissions []string
	// PublicMetadata and PrivateMetadata are JSON objects, nil or null.
	PublicMetadata, PrivateMetadata json.RawMessage
	// CreatedAt and UpdatedAt are zero if Clerk does not send them.
	CreatedAt, UpdatedAt time.Time
}

type organizationData struct {
	ID              string          `json:"id"`
	Slug            string          `json:"slug"`
	Name            string          `json:"name"`
	ImageURL        string          `json:"image_url"`
	CreatedBy       string          `json:"created_by"`
	PublicMetadata  json.RawMessage `json:"public_metadata"`
	PrivateMetadata json.RawMessage `json:"private_metadata"`
	CreatedAt       moment          `json:"created_at"`
	UpdatedAt       moment          `json:"updated_at"`
}

func (d organizationData) organization() Organization {
	return Organization{
		ID: d.ID, Slug: d.Slug, Name: d.Name, ImageURL: d.ImageURL, CreatedBy: d.CreatedBy,
		PublicMetadata: d.PublicMetadata, PrivateMetadata: d.PrivateMetadata, CreatedAt: d.CreatedAt.time, UpdatedAt: d.UpdatedAt.time,
	}
}

type membershipData struct {
	ID           string           `json:"id"`
	Organization organizationData `json:"organization"`
	Member       struct {
		UserID string `json:"user_id"`
	} `json:"public_user_data"`
	Role            string          `json:"role"`
	Permissions     []string        `json:"permissions"`
	PublicMetadata  json.RawMessage `json:"public_metadata"`
	PrivateMetadata json.RawMessage `json:"private_metadata"`
	CreatedAt       moment          `json:"created_at"`
	UpdatedAt       moment          `json:"updated_at"`
}

func readOrganization(event Event) (OrganizationEvent, error) {
	var d organizationData
	if err := json.Unmarshal(event.Data, &d); err != nil || d.ID == "" {
		return OrganizationEvent{}, fmt.Errorf("%w: organization", ErrMalformed)
	}
	return OrganizationEvent{Event: event, Organization: d.organization()}, nil
}

func readOrganizationDeleted(event Event) (OrganizationDeletedEvent, error) {
	var d struct {
		ID   string `json:"id"`
		Slug string `json:"slug"`
	}
	if err := json.Unmarshal(event.Data, &d); err != nil || d.ID == "" {
		return OrganizationDeletedEvent{}, fmt.Errorf("%w: deleted organization", ErrMalformed)
	}
	return OrganizationDeletedEvent{Event: event, OrganizationID: d.ID, Slug: d.Slug}, nil
}

func readMembership(event Event) (OrganizationMembershipEvent, error) {
	var d membershipData
	if err := json.Unmarshal(event.Data, &d); err != nil || d.ID == "" || d.Organization.ID == "" || d.Member.UserID == "" {
		return OrganizationMembershipEvent{}, fmt.Errorf("%w: organization membership", ErrMalformed)
	}
	return OrganizationMembershipEvent{Event: event, Membership: OrganizationMembership{
		ID: d.ID, Organization: d.Organization.organization(), UserID: d.Member.UserID, Role: d.Role, Permissions: d.Permissions,
		PublicMetadata: d.PublicMetadata, PrivateMetadata: d.PrivateMetadata, CreatedAt: d.CreatedAt.time, UpdatedAt: d.UpdatedAt.time,
	}}, nil
}
