package clerksource

import (
	"context"
	"errors"
	"fmt"

	"github.com/clerk/clerk-sdk-go/v2"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/user"
)

// Users asks the Backend API about users. It is a [user.Reader]. Make one with [NewUsers]. It is safe for concurrent use.
type Users struct{ api *clerkapi.Client }

// NewUsers makes a source of a client, which must not be nil.
func NewUsers(api *clerkapi.Client) *Users { return &Users{api: api} }

// Users implements [user.Reader].
func (s *Users) Users(ctx context.Context, ids []string) ([]user.User, error) {
	got, err := s.api.Users(ctx, ids...)
	return usersFrom(got, err)
}

// UsersByEmailAddress implements [user.Reader].
func (s *Users) UsersByEmailAddress(ctx context.Context, address string) ([]user.User, error) {
	got, err := s.api.UsersByEmailAddress(ctx, address)
	return usersFrom(got, err)
}

func usersFrom(got []*clerk.User, err error) ([]user.User, error) {
	if err != nil {
		return nil, notRead(err)
	}
	users := make([]user.User, 0, len(got))
	for _, u := range got {
		users = append(users, userFrom(u))
	}
	return users, nil
}

// OrganizationMemberships implements [user.Reader].
func (s *Users) OrganizationMemberships(ctx context.Context, id string) ([]user.OrganizationMembership, error) {
	got, err := s.api.OrganizationMemberships(ctx, id)
	if errors.Is(err, clerkapi.ErrNotFound) {
		return nil, fmt.Errorf("%w: %w", user.ErrNotFound, err)
	}
	if err != nil {
		return nil, notRead(err)
	}
	memberships := make([]user.OrganizationMembership, 0, len(got))
	for _, m := range got {
		memberships = append(memberships, user.OrganizationMembership{
			ID: m.ID, Role: m.Role, RoleName: m.RoleName, Permissions: m.Permissions, CreatedAt: instant(m.CreatedAt),
			Organization: user.Organization{
				ID: m.Organization.ID, Slug: m.Organization.Slug, Name: m.Organization.Name, ImageURL: text(m.Organization.ImageURL),
			},
		})
	}
	return memberships, nil
}

// notRead marks errors that say that Clerk could not be asked. A refused secret key is one of them, because it says nothing about the
// user.
func notRead(err error) error {
	if errors.Is(err, clerkapi.ErrUnavailable) || errors.Is(err, clerkapi.ErrUnauthorized) {
		return fmt.Errorf("%w: %w", user.ErrUnavailable, err)
	}
	return err
}

func userFrom(u *clerk.User) user.User {
	out := user.User{
		ID: u.ID, ExternalID: text(u.ExternalID), Username: text(u.Username), FirstName: text(u.FirstName), LastName: text(u.LastName),
		ImageURL: text(u.ImageURL), PublicMetadata: u.PublicMetadata, Banned: u.Banned, Locked: u.Locked,
		CreatedAt: instant(u.CreatedAt), UpdatedAt: instant(u.UpdatedAt),
	}
	if u.LastSignInAt != nil {
		out.LastSignInAt = instant(*u.LastSignInAt)
	}
	for _, e := range u.EmailAddresses {
		if e != nil && e.ID == text(u.PrimaryEmailAddressID) {
			out.PrimaryEmailAddress = user.EmailAddress{
				Address: e.EmailAddress, Verified: e.Verification != nil && e.Verification.Status == "verified",
			}
		}
	}
	return out
}
