package backend

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// listUsers always answers with a bare array, as Clerk does.
func (a *api) listUsers(r *http.Request, _ []byte) (core.Reply, error) {
	query := r.URL.Query()
	p, err := readPage(query)
	if err != nil {
		return core.Reply{}, err
	}
	users := a.find(query)
	if err := order(users, query.Get("order_by")); err != nil {
		return core.Reply{}, err
	}
	return core.OK(convert(cut(p, users), wire.NewBackendUser)), nil
}

func (a *api) countUsers(r *http.Request, _ []byte) (core.Reply, error) {
	return core.OK(wire.NewTotalCount(len(a.find(r.URL.Query())))), nil
}

func (a *api) getUser(r *http.Request, _ []byte) (core.Reply, error) {
	u, err := a.user(r)
	if err != nil {
		return core.Reply{}, err
	}
	return core.OK(wire.NewBackendUser(u)), nil
}

// listMemberships always answers with the paginated form, as Clerk does.
func (a *api) listMemberships(r *http.Request, _ []byte) (core.Reply, error) {
	u, err := a.user(r)
	if err != nil {
		return core.Reply{}, err
	}
	query := r.URL.Query()
	query.Set("paginated", "true")
	return list(query, a.World.MembershipsOf(u.ID), func(m *world.Membership) wire.OrganizationMembership {
		return wire.NewBackendMembership(a.World, m)
	})
}

func (a *api) user(r *http.Request) (*world.User, error) {
	id := r.PathValue("user_id")
	if u := a.World.User(id); u != nil {
		return u, nil
	}
	return nil, apierr.NotFound("user", id)
}

// find returns the users that match every filter, newest first. Several values of one filter are alternatives.
func (a *api) find(query url.Values) []*world.User {
	return slices.DeleteFunc(a.World.Users(), func(u *world.User) bool {
		return !oneOf(query["user_id"], u.ID) ||
			!oneOf(query["email_address"], addresses(u)...) ||
			!oneOf(query["username"], u.Username) ||
			!oneOf(query["external_id"], u.ExternalID) ||
			(query.Has("banned") && query.Get("banned") != strconv.FormatBool(u.Banned)) ||
			!oneOf(query["organization_id"], a.organizations(u)...) ||
			!matches(u, query.Get("query"))
	})
}

// oneOf reports whether one of the user's values is asked for, or nothing is.
func oneOf(asked []string, values ...string) bool {
	return len(asked) == 0 || slices.ContainsFunc(values, func(v string) bool { return slices.Contains(asked, v) })
}

func addresses(u *world.User) []string {
	return convert(u.Emails, func(e *world.Email) string { return e.Address })
}

func (a *api) organizations(u *world.User) []string {
	return convert(a.World.MembershipsOf(u.ID), func(m *world.Membership) string { return m.Organization.ID })
}

func matches(u *world.User, text string) bool {
	text = strings.ToLower(text)
	fields := append([]string{u.ID, u.FullName(), u.FirstName, u.LastName, u.Username}, addresses(u)...)
	return slices.ContainsFunc(fields, func(f string) bool { return strings.Contains(strings.ToLower(f), text) })
}

// order sorts by one of Clerk's fields; a leading minus is newest first, which is also what "" means.
func order(users []*world.User, by string) error {
	if by == "" {
		return nil // that is how they come
	}
	name, descending := strings.CutPrefix(by, "-")
	field := map[string]func(*world.User) time.Time{
		"created_at":      func(u *world.User) time.Time { return u.CreatedAt },
		"updated_at":      func(u *world.User) time.Time { return u.UpdatedAt },
		"last_sign_in_at": func(u *world.User) time.Time { return u.LastSignIn },
		"last_active_at":  func(u *world.User) time.Time { return u.LastActive },
	}[strings.TrimPrefix(name, "+")]
	if field == nil {
		return apierr.Param("form_param_value_invalid", "order_by", "Users can't be ordered by "+by+".")
	}
	slices.Reverse(users) // oldest first, so that equal times keep their order
	slices.SortStableFunc(users, func(a, b *world.User) int { return field(a).Compare(field(b)) })
	if descending {
		slices.Reverse(users)
	}
	return nil
}
