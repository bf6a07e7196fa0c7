package clerkapi

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
)

// Touch makes a session the current one of its browser. The organization becomes the session's active one: nil leaves it
// as it is, the empty string means the personal account. For a session of another browser the error is
// [ErrNotFound]. For a browser that Clerk does not know, or whose session cannot be used any more, it is [ErrCredential].
//
// POST /v1/client/sessions/{id}/touch.
func (f *Frontend) Touch(ctx context.Context, b Browser, sessionID string, organizationID *string) error {
	form := url.Values{"intent": {"select_session"}}
	if organizationID != nil {
		form.Set("active_organization_id", *organizationID)
	}
	return f.act(ctx, "touch session", b, sessionID, "touch", form)
}

// SelectOrganization makes an organization the active one of a session of the browser, and the session the browser's current one, as
// clerk-js does (setActive, @clerk/clerk-js, file core/clerk.ts). The empty string means the personal account. Errors are those of
// [Frontend.Touch]. For a user who is not a member, the error has Clerk's code for that.
//
// POST /v1/client/sessions/{id}/touch.
func (f *Frontend) SelectOrganization(ctx context.Context, b Browser, sessionID, organizationID string) error {
	form := url.Values{"intent": {"select_org"}, "active_organization_id": {organizationID}}
	return f.act(ctx, "select organization", b, sessionID, "touch", form)
}

// EndSession ends a session of the browser. The session stays in the browser's list. Errors are those of [Frontend.Touch].
//
// POST /v1/client/sessions/{id}/end.
func (f *Frontend) EndSession(ctx context.Context, b Browser, sessionID string) error {
	return f.act(ctx, "end session", b, sessionID, "end", nil)
}

// RemoveSession signs a session of the browser out and takes it off the browser's list. Errors are those of
// [Frontend.Touch].
//
// POST /v1/client/sessions/{id}/remove.
func (f *Frontend) RemoveSession(ctx context.Context, b Browser, sessionID string) error {
	return f.act(ctx, "remove session", b, sessionID, "remove", nil)
}

// act posts an action on a session. As clerk-js does, it reads 401, 403 and 422 of Clerk as a browser that is not signed in to
// the session.
func (f *Frontend) act(ctx context.Context, op string, b Browser, id, action string, form url.Values) error {
	body, err := f.onSession(ctx, op, b, id, action, form)
	if err != nil {
		return refusedBrowser(err, http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity)
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
