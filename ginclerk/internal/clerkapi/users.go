package clerkapi

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"

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

// userBatch makes one request for the users. The SDK's method would make another one for their number.
func (c *Client) userBatch(ctx context.Context, ids []string) ([]*clerk.User, error) {
	const op = "list users"
	var out userArray
	if err := c.call(ctx, op, http.MethodGet, "/users", &userIDs{ids: ids}, &out); err != nil {
		return nil, err
	}
	if out.users == nil || slices.Contains(out.users, nil) {
		return nil, garbage(op)
	}
	return out.users, nil
}

type userIDs struct {
	clerk.APIParams
	ids []string
}

// ToQuery returns the ids and the limit. Without a limit, Clerk would return ten users.
func (p *userIDs) ToQuery() url.Values {
	return url.Values{"user_id": p.ids, "limit": {strconv.Itoa(len(p.ids))}}
}

// userArray is the JSON array in the answer of GET /users.
type userArray struct {
	clerk.APIResource
	users []*clerk.User
}

// UnmarshalJSON reads the array.
func (a *userArray) UnmarshalJSON(raw []byte) error { return json.Unmarshal(raw, &a.users) }
