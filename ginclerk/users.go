package ginclerk

import (
	"context"
	"errors"
	"fmt"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/user"
)

// Users returns what tells who users are: names, e-mail addresses, pictures, metadata. It asks Clerk, and remembers the answers for a
// minute ([ClerkAPI.UserLifetime]). It is nil for a Clerk of [NewTenants].
func (k *Clerk) Users() *user.Service {
	own := only(k)
	if own == nil {
		return nil
	}
	return own.Core.Users
}

// User returns the user of the request, as Clerk knows them: what a session token does not say, such as the name and the e-mail address.
// Clerk is asked at most once a minute for each user ([ClerkAPI.UserLifetime]), once for all requests that ask at the same time, and
// anew after a webhook has told of a change. With an impersonator ([Auth.Actor]) it is the user that the impersonator acts as.
//
// Errors match [ErrSignedOut], [ErrNoSession] for a machine, [user.ErrNotFound] where the user was deleted, and [ErrClerkUnreachable]
// where Clerk could not be asked, or whether somebody is signed in is not known. [ProblemFor] has an answer for each.
func (a *Auth) User(ctx context.Context) (user.User, error) {
	const op = "user"
	if err := a.noUser(op); err != nil {
		return user.User{}, err
	}
	got, err := a.by.Core.Users.User(waiting(ctx), a.UserID)
	return got, fromUsers(op, err)
}

// OrganizationMemberships returns the organizations that the user of the request is a member of, with the role in each, the newest
// membership first. It asks and remembers as [Auth.User] does, and has its errors. [Auth].OrganizationID says which one is active.
func (a *Auth) OrganizationMemberships(ctx context.Context) ([]user.OrganizationMembership, error) {
	const op = "organization memberships"
	if err := a.noUser(op); err != nil {
		return nil, err
	}
	got, err := a.by.Core.Users.OrganizationMemberships(waiting(ctx), a.UserID)
	return got, fromUsers(op, err)
}

// noUser says why there is no user to ask Clerk about; nil where there is one.
func (a *Auth) noUser(op string) error {
	switch unknown := a.Unavailable(); {
	case unknown != nil:
		return fmt.Errorf("ginclerk: %s: %w: %w", op, ErrClerkUnreachable, unknown)
	case a.Machine != nil:
		return fmt.Errorf("ginclerk: %s: %w: it came with a machine token", op, ErrNoSession)
	case a.by == nil:
		return fmt.Errorf("ginclerk: %s: %w: the context is not that of a request behind Attach or a guard: pass Gin's context or c.Request.Context() on", op, ErrSignedOut)
	case !a.SignedIn():
		return fmt.Errorf("ginclerk: %s: %w: %s", op, ErrSignedOut, a.Reason)
	default:
		return nil
	}
}

// waiting returns a context for what goes on for all who wait for it, which may take longer than this request.
func waiting(ctx context.Context) context.Context {
	if c, ok := ctx.(*gin.Context); ok {
		return requestOf(c)
	}
	return ctx
}

// fromUsers names what was asked of [Clerk.Users].
func fromUsers(op string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, user.ErrUnavailable):
		return fmt.Errorf("ginclerk: %s: %w: %w", op, ErrClerkUnreachable, err)
	default:
		return fmt.Errorf("ginclerk: %s: %w", op, err)
	}
}
