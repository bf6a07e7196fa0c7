package user

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/flight"
)

// OrganizationMembership is the membership of a user in an organization (Backend API: OrganizationMembership).
type OrganizationMembership struct {
	// ID is "orgmem_…".
	ID string
	// Organization is what the user is a member of.
	Organization Organization
	// Role is the key of the member's role, such as "org:admin", and RoleName its name for people, such as "Admin". RoleName may be
	// empty.
	Role, RoleName string
	// Permissions are what the role allows, such as "org:invoices:create".
	Permissions []string
	// CreatedAt is when the user became a member, in UTC.
	CreatedAt time.Time
}

// Organization is a Clerk organization as its members see it.
type Organization struct {
	// ID is "org_…". Slug is its name in addresses; empty where the instance uses none.
	ID, Slug string
	// Name is its name for people.
	Name string
	// ImageURL is the address of its picture. Clerk has one for every organization.
	ImageURL string
}

// memberships are those of one user. They are never changed.
type memberships []OrganizationMembership

func (m memberships) size() int {
	const fields = 256
	size := 0
	for _, one := range m {
		size += fields + len(one.ID) + len(one.Role) + len(one.RoleName) +
			weightOf(one.Permissions) + len(one.Organization.ID) + len(one.Organization.Slug) + len(one.Organization.Name) + len(one.Organization.ImageURL)
	}
	return size
}

// weightOf is how many bytes texts take.
func weightOf(texts []string) int {
	const header = 16
	size := 0
	for _, text := range texts {
		size += header + len(text)
	}
	return size
}

// clone returns memberships that the caller may change.
func (m memberships) clone() memberships {
	own := slices.Clone(m)
	for i, one := range own {
		own[i].Permissions = slices.Clone(one.Permissions)
	}
	return own
}

// OrganizationMemberships returns all memberships of a user in the order in which Clerk lists them, the newest first. They are remembered
// as users are, and forgotten with them. Errors match [ErrNotFound] and [ErrUnavailable].
func (s *Service) OrganizationMemberships(ctx context.Context, id string) ([]OrganizationMembership, error) {
	const op = "organization memberships"
	if err := ctx.Err(); err != nil {
		return nil, fail(op, err)
	}
	if id == "" {
		return nil, fail(op, ErrNotFound)
	}
	a, known := s.memberships.get(id)
	if !known {
		var err error
		if a, err = s.askForMemberships(ctx, id); err != nil {
			return nil, fail(op, err)
		}
	}
	if !a.found {
		return nil, fail(op, ErrNotFound)
	}
	return a.value.clone(), nil
}

// askForMemberships is ask for the memberships of a user.
func (s *Service) askForMemberships(ctx context.Context, id string) (answer[memberships], error) {
	changes := s.memberships.changesOf([]string{id})
	return flight.Do(ctx, &s.memberships.questions, question(changes, []string{id}), func(ctx context.Context) (answer[memberships], error) {
		asked := s.now()
		if err := s.mayAsk(ctx, asked); err != nil {
			return answer[memberships]{}, err
		}
		got, err := s.reader.OrganizationMemberships(ctx, id)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return answer[memberships]{}, err
		}
		a := answer[memberships]{value: got, found: err == nil, asked: asked}
		s.memberships.keep(id, a, changes[0])
		return a, nil
	})
}
