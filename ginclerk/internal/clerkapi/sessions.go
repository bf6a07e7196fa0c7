package clerkapi

import (
	"context"
	"fmt"
	"slices"

	"github.com/clerk/clerk-sdk-go/v2"
	"github.com/clerk/clerk-sdk-go/v2/session"
)

// SessionFilter selects the sessions to list. UserID or ClientID is required: without either, Clerk would list the sessions of
// all users.
type SessionFilter struct {
	// UserID lists the sessions of this user; empty means of any user.
	UserID string
	// ClientID lists the sessions of this browser; empty means of any browser.
	ClientID string
	// Status lists the sessions of this status; empty means of any. Clerk does not accept "pending" here (OpenAPI,
	// GET /sessions): list all to get pending sessions.
	Status string
	// BeforeNext is called before each request except the first, so that a caller can pace the requests of a long list. Its error
	// ends the listing and is returned as it is. Nil means no call.
	BeforeNext func(ctx context.Context) error
}

// ListSessions returns all sessions that match, newest first. It returns either all of them or an error.
func (c *Client) ListSessions(ctx context.Context, filter SessionFilter) ([]*clerk.Session, error) {
	const op = "list sessions"
	params := session.ListParams{}
	for _, part := range []struct {
		value, prefix string
		target        **string
	}{
		{filter.UserID, prefixUser, &params.UserID},
		{filter.ClientID, prefixClient, &params.ClientID},
	} {
		if part.value == "" {
			continue
		}
		if !validID(part.value, part.prefix) {
			return nil, noSuch(op)
		}
		*part.target = &part.value
	}
	if params.UserID == nil && params.ClientID == nil {
		return nil, fmt.Errorf("clerkapi: %s: neither a user nor a client is given", op)
	}
	if filter.Status != "" {
		params.Status = &filter.Status
	}
	list := lister[*clerk.Session]{
		op: op,
		id: func(s *clerk.Session) string { return s.ID },
		next: func() error {
			if filter.BeforeNext == nil {
				return nil
			}
			return filter.BeforeNext(ctx)
		},
		fetch: func(offset, limit int64) (page[*clerk.Session], error) {
			return c.sessionPage(ctx, op, params, offset, limit)
		},
	}
	return list.all()
}

func (c *Client) sessionPage(
	ctx context.Context, op string, params session.ListParams, offset, limit int64,
) (page[*clerk.Session], error) {
	params.Offset, params.Limit = &offset, &limit
	got, err := c.sessions.List(named(ctx, op), &params)
	if err != nil {
		return page[*clerk.Session]{}, failure(ctx, op, err)
	}
	if got.Sessions == nil {
		return page[*clerk.Session]{}, garbage(op)
	}
	for _, s := range got.Sessions {
		if s == nil || s.ID == "" {
			return page[*clerk.Session]{}, garbage(op)
		}
	}
	return page[*clerk.Session]{items: got.Sessions, total: got.TotalCount}, nil
}

// Session returns a session, whatever its status.
func (c *Client) Session(ctx context.Context, id string) (*clerk.Session, error) {
	const op = "get session"
	if !validID(id, prefixSession) {
		return nil, noSuch(op)
	}
	got, err := c.sessions.Get(named(ctx, op), id)
	if err == nil && got.UserID == "" { // a session without a user would look like that of another user
		return nil, garbage(op)
	}
	return checkSession(ctx, op, id, got, err)
}

// RevokeSession ends a session and returns its new state. Clerk does not document the answer for a session that has already
// ended; call [Client.Session] if you need to know.
func (c *Client) RevokeSession(ctx context.Context, id string) (*clerk.Session, error) {
	const op = "revoke session"
	if !validID(id, prefixSession) {
		return nil, noSuch(op)
	}
	got, err := c.sessions.Revoke(named(ctx, op), &session.RevokeParams{ID: id})
	return checkSession(ctx, op, id, got, err)
}

func checkSession(ctx context.Context, op, id string, got *clerk.Session, err error) (*clerk.Session, error) {
	if err != nil {
		return nil, failure(ctx, op, err)
	}
	if got.ID != id || !slices.Contains(statuses(), got.Status) {
		return nil, garbage(op)
	}
	return got, nil
}

// statuses are the statuses of a session (OpenAPI schema Session). With any other status, it is unknown whether the session has
// ended.
func statuses() []string {
	return []string{"active", "pending", "ended", "removed", "revoked", "expired", "abandoned", "replaced"}
}
