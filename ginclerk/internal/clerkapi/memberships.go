package clerkapi

import (
	"context"

	"github.com/clerk/clerk-sdk-go/v2"
	"github.com/clerk/clerk-sdk-go/v2/user"
)

// OrganizationMemberships returns all memberships of a user, each with its organization.
func (c *Client) OrganizationMemberships(ctx context.Context, userID string) ([]*clerk.OrganizationMembership, error) {
	const op = "list organization memberships"
	if !validID(userID, prefixUser) {
		return nil, noSuch(op)
	}
	list := lister[*clerk.OrganizationMembership]{
		op: op,
		id: func(m *clerk.OrganizationMembership) string { return m.ID },
		fetch: func(offset, limit int64) (page[*clerk.OrganizationMembership], error) {
			return c.membershipPage(ctx, op, userID, offset, limit)
		},
	}
	return list.all()
}

func (c *Client) membershipPage(
	ctx context.Context, op, userID string, offset, limit int64,
) (page[*clerk.OrganizationMembership], error) {
	got, err := c.users.ListOrganizationMemberships(named(ctx, op), userID, &user.ListOrganizationMembershipsParams{
		ListParams: clerk.ListParams{Limit: &limit, Offset: &offset},
	})
	if err != nil {
		return page[*clerk.OrganizationMembership]{}, failure(ctx, op, err)
	}
	if got.OrganizationMemberships == nil {
		return page[*clerk.OrganizationMembership]{}, garbage(op)
	}
	for _, m := range got.OrganizationMemberships {
		if m == nil || m.ID == "" || m.Organization == nil {
			return page[*clerk.OrganizationMembership]{}, garbage(op)
		}
	}
	return page[*clerk.OrganizationMembership]{items: got.OrganizationMemberships, total: got.TotalCount}, nil
}
