package backend

import (
	"net/http"
	"slices"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// listUsers always answers with a bare array, as Clerk does.
func (a *api) listUsers(r *http.Request, _ []byte) (core.Reply, error) {
	query := r.URL.Query()
	p, err := core.ReadPage(query)
	if err != nil {
		return core.Reply{}, err
	}
	users, err := a.find(query)
	if err != nil {
		return core.Reply{}, err
	}
	if err := userOrders().sort(users, query.Get("order_by")); err != nil {
		return core.Reply{}, err
	}
	if id := query.Get("starting_after"); id != "" {
		i := slices.IndexFunc(users, func(u *world.User) bool { return u.ID == id })
		if i < 0 {
			return core.Reply{}, apierr.Param("form_param_value_invalid", "starting_after", "The list has no user "+id+".")
		}
		users = users[i+1:]
	}
	return core.OK(wire.Each(core.Cut(p, users), wire.NewBackendUser)), nil
}

func (a *api) countUsers(r *http.Request, _ []byte) (core.Reply, error) {
	users, err := a.find(r.URL.Query())
	return core.OK(wire.NewTotalCount(len(users))), err
}

// listMemberships always answers with the paginated form, as Clerk does.
func (a *api) listMemberships(r *http.Request, _ []byte) (core.Reply, error) {
	u, err := a.user(r)
	if err != nil {
		return core.Reply{}, err
	}
	return paginated(r.URL.Query(), a.World.MembershipsOf(u.ID), nil, a.shownMember)
}

func (a *api) user(r *http.Request) (*world.User, error) {
	return named(r, "user_id", "user", a.World.User)
}

// oneOf reports whether the request has no such filter, or the filter names one of the user's values. A value that the user doesn't have is "",
// which no filter names.
func oneOf(asked []string, values ...string) bool {
	return len(asked) == 0 || slices.ContainsFunc(values, func(v string) bool { return v != "" && slices.Contains(asked, v) })
}

func addresses(u *world.User) []string {
	return wire.Each(u.Emails, func(e *world.Email) string { return e.Address })
}

// numbers is empty for a user without a phone number, so that no filter by one finds them.
func numbers(u *world.User) []string {
	if u.Phone == nil {
		return nil
	}
	return []string{u.Phone.Number}
}

func (a *api) organizations(u *world.User) []string {
	return wire.Each(a.World.MembershipsOf(u.ID), func(m *world.Membership) string { return m.Organization.ID })
}
