package backend

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// orders are the fields that can order a list.
type orders[T any] map[string]func(a, b T) int

// sort sorts a list that is newest first by one of the fields. A leading minus reverses the order; "" leaves the list
// unchanged.
func (o orders[T]) sort(list []T, by string) error {
	if by == "" {
		return nil
	}
	name, descending := strings.CutPrefix(by, "-")
	compare := o[strings.TrimPrefix(name, "+")]
	if compare == nil {
		return apierr.Param("form_param_value_invalid", "order_by", "The list can't be ordered by "+by+".")
	}
	slices.Reverse(list) // oldest first, so that equal values keep their order
	slices.SortStableFunc(list, compare)
	if descending {
		slices.Reverse(list)
	}
	return nil
}

func userOrders() orders[*world.User] {
	by := orders[*world.User]{
		"email_address": func(a, b *world.User) int { return cmp.Compare(a.PrimaryEmail(), b.PrimaryEmail()) },
		"first_name":    func(a, b *world.User) int { return cmp.Compare(a.FirstName, b.FirstName) },
		"last_name":     func(a, b *world.User) int { return cmp.Compare(a.LastName, b.LastName) },
		"username":      func(a, b *world.User) int { return cmp.Compare(a.Username, b.Username) },
	}
	for name, of := range userTimes() {
		by[name] = func(a, b *world.User) int { return of(a).Compare(of(b)) }
	}
	return by
}

func membershipOrders() orders[*world.Membership] {
	by := orders[*world.Membership]{
		"created_at": func(a, b *world.Membership) int { return a.CreatedAt.Compare(b.CreatedAt) },
	}
	users := userOrders()
	for _, name := range []string{"email_address", "first_name", "last_name", "username"} {
		of := users[name]
		by[name] = func(a, b *world.Membership) int { return of(a.User, b.User) }
	}
	return by
}

func machineOrders() orders[*world.Machine] {
	return orders[*world.Machine]{
		"name":       func(a, b *world.Machine) int { return cmp.Compare(a.Name, b.Name) },
		"created_at": func(a, b *world.Machine) int { return a.CreatedAt.Compare(b.CreatedAt) },
	}
}

func (a *api) organizationOrders() orders[*world.Organization] {
	return orders[*world.Organization]{
		"name":          func(x, y *world.Organization) int { return cmp.Compare(x.Name, y.Name) },
		"created_at":    func(x, y *world.Organization) int { return x.CreatedAt.Compare(y.CreatedAt) },
		"members_count": func(x, y *world.Organization) int { return cmp.Compare(a.World.MemberCount(x), a.World.MemberCount(y)) },
	}
}
