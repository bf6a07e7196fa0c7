package backend

import (
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

// userTimes are the times of a user that lists can be ordered and filtered by.
func userTimes() map[string]func(*world.User) time.Time {
	return map[string]func(*world.User) time.Time{
		"created_at":      func(u *world.User) time.Time { return u.CreatedAt },
		"updated_at":      func(u *world.User) time.Time { return u.UpdatedAt },
		"last_sign_in_at": func(u *world.User) time.Time { return u.LastSignIn },
		"last_active_at":  func(u *world.User) time.Time { return u.LastActive },
	}
}

// find returns the users that match every filter, newest first.
func (a *api) find(query url.Values) ([]*world.User, error) {
	matches, err := a.userFilter(query)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(a.World.Users(), func(u *world.User) bool { return !matches(u) }), nil
}

// userFilter reports whether a user matches every filter. Several values of one filter are alternatives.
func (a *api) userFilter(query url.Values) (func(*world.User) bool, error) {
	spans, err := readSpans(query)
	if err != nil {
		return nil, err
	}
	banned, asked, err := core.Flag(query, "banned")
	if err != nil {
		return nil, err
	}
	return func(u *world.User) bool {
		return signed(query["user_id"], u.ID) &&
			oneOf(query["email_address"], addresses(u)...) &&
			oneOf(wire.Each(query["phone_number"], world.NormalizePhone), numbers(u)...) &&
			oneOf(query["username"], u.Username) &&
			oneOf(query["external_id"], u.ExternalID) &&
			(!asked || u.Banned == banned) &&
			signed(query["organization_id"], a.organizations(u)...) &&
			containsFold(query.Get("query"), slices.Concat([]string{u.ID, u.FullName(), u.FirstName, u.LastName, u.Username}, addresses(u), numbers(u))...) &&
			containsFold(query.Get("email_address_query"), addresses(u)...) &&
			containsFold(query.Get("phone_number_query"), numbers(u)...) &&
			containsFold(query.Get("username_query"), u.Username) &&
			containsFold(query.Get("name_query"), u.FullName(), u.FirstName, u.LastName) &&
			!slices.ContainsFunc(spans, func(s span) bool { return !s.holds(u) })
	}, nil
}

// signed is [oneOf] for ids that may have a sign in front: a minus excludes, and a plus, which is a space in a query, changes nothing.
func signed(asked []string, values ...string) bool {
	var included []string
	for _, id := range asked {
		excluded, minus := strings.CutPrefix(id, "-")
		if minus && slices.Contains(values, excluded) {
			return false
		}
		if !minus {
			included = append(included, strings.TrimLeft(id, "+ "))
		}
	}
	return oneOf(included, values...)
}

// span is a filter by one of a user's times. A user without that time does not match.
type span struct {
	of     func(*world.User) time.Time
	at     time.Time
	before bool
}

func (s span) holds(u *world.User) bool {
	t := s.of(u)
	if t.IsZero() {
		return false
	}
	if s.before {
		return t.Before(s.at)
	}
	return t.After(s.at)
}

// readSpans reads times in milliseconds, such as created_at_before.
func readSpans(query url.Values) (spans []span, err error) {
	for name, of := range userTimes() {
		for _, side := range []string{"_before", "_after", "_since"} {
			text := query.Get(name + side)
			if text == "" {
				continue
			}
			millis, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return nil, apierr.Param("form_param_format_invalid", name+side, name+side+" must be a time in milliseconds.")
			}
			spans = append(spans, span{of: of, at: time.UnixMilli(millis), before: side == "_before"})
		}
	}
	return spans, nil
}

// containsFold reports whether one of the values contains the text, ignoring case. An empty text matches.
func containsFold(text string, values ...string) bool {
	return slices.ContainsFunc(values, func(v string) bool { return strings.Contains(strings.ToLower(v), strings.ToLower(text)) }) || text == ""
}
