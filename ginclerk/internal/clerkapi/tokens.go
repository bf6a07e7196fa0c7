package clerkapi

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/clerk/clerk-sdk-go/v2/session"
)

// Limits of Clerk for the lifetime of a token (OpenAPI, POST /sessions/{id}/tokens).
const (
	MinTokenLifetime = 30 * time.Second
	MaxTokenLifetime = 315360000 * time.Second
)

const maxTemplateLength = 256

// TokenParams describes the token to make. The zero value means a session token with the instance's default lifetime.
type TokenParams struct {
	// Template is the name of a JWT template; empty means a session token.
	Template string
	// Lifetime of the token, in whole seconds, between [MinTokenLifetime] and [MaxTokenLifetime]; 0 means the default of
	// the instance or template.
	Lifetime time.Duration
}

// SessionToken makes Clerk create a token for the session. For an unknown session or template the error is [ErrNotFound]. For a
// lifetime out of bounds it returns an error and sends no request.
func (c *Client) SessionToken(ctx context.Context, id string, p TokenParams) (string, error) {
	const op = "create session token"
	if !validID(id, prefixSession) || !validTemplate(p.Template) {
		return "", noSuch(op)
	}
	params := &session.CreateTokenParams{ID: id, TemplateName: url.PathEscape(p.Template)}
	if p.Lifetime != 0 {
		if p.Lifetime < MinTokenLifetime || p.Lifetime > MaxTokenLifetime {
			return "", fmt.Errorf("clerkapi: %s: the lifetime must be between %v and %v", op, MinTokenLifetime, MaxTokenLifetime)
		}
		seconds := int64(p.Lifetime / time.Second)
		params.ExpiresInSeconds = &seconds
	}
	got, err := c.sessions.CreateToken(named(ctx, op), params)
	if err != nil {
		return "", failure(ctx, op, err)
	}
	if got.JWT == "" {
		return "", garbage(op)
	}
	return got.JWT, nil
}

// validTemplate refuses names that would be dot segments of the path. All other characters are escaped.
func validTemplate(name string) bool {
	return name != "." && name != ".." && len(name) <= maxTemplateLength
}
