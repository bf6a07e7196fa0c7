package clerkapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// Touch makes a session the current one of its browser. The organization becomes the session's active one: nil leaves it
// as it is, the empty string means the personal account. A session that is not the browser's is [ErrNotFound]; a browser
// that Clerk does not know, or whose session cannot be used any more, is [ErrCredential].
//
// POST /v1/client/sessions/{id}/touch.
func (f *Frontend) Touch(ctx context.Context, b Browser, sessionID string, organizationID *string) error {
	form := url.Values{"intent": {"select_session"}}
	if organizationID != nil {
		form.Set("active_organization_id", *organizationID)
	}
	return f.onSession(ctx, "touch session", b, sessionID, "touch", form)
}

// EndSession signs a session of the browser out; it stays in the browser's list. Errors are those of [Frontend.Touch].
//
// POST /v1/client/sessions/{id}/end.
func (f *Frontend) EndSession(ctx context.Context, b Browser, sessionID string) error {
	return f.onSession(ctx, "end session", b, sessionID, "end", nil)
}

// RemoveSession signs a session of the browser out and takes it off the browser's list. Errors are those of
// [Frontend.Touch].
//
// POST /v1/client/sessions/{id}/remove.
func (f *Frontend) RemoveSession(ctx context.Context, b Browser, sessionID string) error {
	return f.onSession(ctx, "remove session", b, sessionID, "remove", nil)
}

func (f *Frontend) onSession(ctx context.Context, op string, b Browser, id, action string, form url.Values) error {
	if !validID(id, prefixSession) {
		return noSuch(op)
	}
	if !f.hasCredential(b.Credential) {
		return fmt.Errorf("clerkapi: %s: %w", op, ErrCredential)
	}
	req, err := f.request(ctx, b, "client/sessions/"+id+"/"+action, form)
	if err != nil {
		return fmt.Errorf("clerkapi: %s: %w", op, err)
	}
	body, err := f.send(req)
	if err != nil {
		return refusedBrowser(failure(ctx, op, err))
	}
	var answer struct {
		Response struct {
			ID string `json:"id"`
		} `json:"response"`
	}
	if json.Unmarshal(body, &answer) != nil || answer.Response.ID != id {
		return garbage(op)
	}
	return nil
}

// refusedBrowser reads 401, 403 and 422 of Clerk as clerk-js does: the browser is not signed in to this session.
func refusedBrowser(err error) error {
	answer, ok := errors.AsType[*Error](err)
	if !ok || !answer.byClerk || refusesKey(answer.Code) {
		return err
	}
	switch answer.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity:
		refused := *answer
		refused.kind = ErrCredential
		return &refused
	default:
		return err
	}
}
