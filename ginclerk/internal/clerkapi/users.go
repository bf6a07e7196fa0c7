package clerkapi

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/clerk/clerk-sdk-go/v2"
)

// usersPerRequest is how many ids Clerk takes in one request (@clerk/backend, UserApi: "Accepts up to 100 user IDs"). It also keeps the
// address short enough.
const usersPerRequest = 100

// User returns a user.
func (c *Client) User(ctx context.Context, id string) (*clerk.User, error) {
	const op = "get user"
	if !validID(id, prefixUser) {
		return nil, noSuch(op)
	}
	got, err := c.users.Get(named(ctx, op), id)
	if err != nil {
		return nil, failure(ctx, op, err)
	}
	if got.ID != id {
		return nil, garbage(op)
	}
	return got, nil
}

// Users returns the users that exist, each once, in no particular order. It leaves out unknown and malformed ids, and makes one
// request for each 100 ids.
func (c *Client) Users(ctx context.Context, ids ...string) ([]*clerk.User, error) {
	wanted := make(map[string]bool, len(ids))
	valid := make([]string, 0, len(ids))
	for _, id := range ids {
		if validID(id, prefixUser) && !wanted[id] {
			wanted[id] = true
			valid = append(valid, id)
		}
	}
	var users []*clerk.User
	for batch := range slices.Chunk(valid, usersPerRequest) {
		found, err := c.userBatch(ctx, batch)
		if err != nil {
			return nil, err
		}
		for _, u := range found {
			if wanted[u.ID] {
				delete(wanted, u.ID)
				users = append(users, u)
			}
		}
	}
	return users, nil
}

// UsersByEmailAddress returns the users who have an e-mail address, verified or not. It does not depend on Clerk's filter: a list of other
// users must not look like the answer.
func (c *Client) UsersByEmailAddress(ctx context.Context, address string) ([]*clerk.User, error) {
	got, err := c.listUsers(ctx, url.Values{"email_address": {address}, "limit": {strconv.Itoa(usersPerRequest)}})
	return slices.DeleteFunc(got, func(u *clerk.User) bool {
		return !slices.ContainsFunc(u.EmailAddresses, func(e *clerk.EmailAddress) bool {
			return e != nil && strings.EqualFold(e.EmailAddress, address)
		})
	}), err
}

// userBatch makes one request for the users.
func (c *Client) userBatch(ctx context.Context, ids []string) ([]*clerk.User, error) {
	return c.listUsers(ctx, url.Values{"user_id": ids, "limit": {strconv.Itoa(len(ids))}})
}

// listUsers makes one request for users. The SDK's method would make another one for their number. Without a limit, Clerk would return
// ten users.
func (c *Client) listUsers(ctx context.Context, query url.Values) ([]*clerk.User, error) {
	const op = "list users"
	var out userArray
	if err := c.call(ctx, op, http.MethodGet, "/users", &userQuery{query: query}, &out); err != nil {
		return nil, err
	}
	if out.users == nil || slices.Contains(out.users, nil) {
		return nil, garbage(op)
	}
	return out.users, nil
}

type userQuery struct {
	clerk.APIParams
	query url.Values
}

// ToQuery returns the parameters of the list.
func (p *userQuery) ToQuery() url.Values { return p.query }

// userArray is the JSON array in the answer of GET /users.
type userArray struct {
	clerk.APIResource
	users []*clerk.User
}

// UnmarshalJSON reads the array.
func (a *userArray) UnmarshalJSON(raw []byte) error { return json.Unmarshal(raw, &a.users) }
