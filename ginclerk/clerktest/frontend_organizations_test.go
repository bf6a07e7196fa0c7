package clerktest_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

func TestOrganizationsOfTheFrontendAPI(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	ada, bob := open(t, srv), open(t, srv)
	ada.signIn(t, "ada@example.com")
	bob.signIn(t, "bob@example.com")

	made := ada.post(t, "/v1/organizations", "name", "Initech Labs").want(t, http.StatusOK)
	if got := made.text(t, "response", "slug"); got != "initech-labs" {
		t.Errorf("the slug is %q, want initech-labs", got)
	}
	one := "/v1/organizations/" + made.text(t, "response", "id")
	ada.post(t, "/v1/organizations", "name", "Initech", "slug", "initech-labs").wantError(t, 422, "form_identifier_exists")
	bob.get(t, one+"/memberships").wantError(t, 404, "resource_not_found")

	ada.post(t, one+"/invitations", "email_address", "bob@example.com", "role", "org:member").want(t, http.StatusOK)
	ada.post(t, one+"/invitations", "email_address", "bob@example.com", "role", "org:member").wantError(t, 422, "duplicate_record")
	bulk := ada.post(t, one+"/invitations/bulk", "email_address", "eve@example.com", "email_address", "joe@example.com", "role", "org:member")
	revoked := bulk.want(t, http.StatusOK).text(t, "response", 0, "id")
	ada.post(t, one+"/invitations/"+revoked+"/revoke").want(t, http.StatusOK)
	ada.post(t, one+"/invitations/"+revoked+"/revoke").wantError(t, 400, "organization_invitation_not_pending")
	pending := ada.get(t, one+"/invitations?status=pending").want(t, http.StatusOK).ids(t, "response", "data")
	if len(pending) != 2 || slices.Contains(pending, revoked) {
		t.Errorf("pending invitations: %v, want two without %s", pending, revoked)
	}

	mine := bob.get(t, "/v1/me/organization_invitations?status=pending").want(t, http.StatusOK)
	accept := "/v1/me/organization_invitations/" + mine.text(t, "response", "data", 0, "id") + "/accept"
	ada.post(t, accept).wantError(t, 404, "resource_not_found")
	bob.post(t, accept).want(t, http.StatusOK)
	bob.post(t, accept).wantError(t, 400, "already_a_member_in_organization")
	bob.send(t, http.MethodPatch, one, url.Values{"name": {"Mine"}}).wantError(t, 403, "missing_organization_permission")
	if got := ada.get(t, one+"/memberships?role=org:member").want(t, 200).at(t, "response", "total_count"); got != 1.0 {
		t.Errorf("%v members, want 1", got)
	}
	member := one + "/memberships/" + userID(t, srv, "bob@example.com")
	ada.send(t, http.MethodPatch, member, url.Values{"role": {"org:admin"}}).want(t, http.StatusOK)
	bob.send(t, http.MethodPatch, one, url.Values{"name": {"Ours"}}).want(t, http.StatusOK)
	ada.send(t, http.MethodDelete, member, nil).want(t, http.StatusOK)
	bob.get(t, one).wantError(t, 404, "resource_not_found")
	ada.send(t, http.MethodDelete, one, nil).want(t, http.StatusOK)
	ada.get(t, one+"/roles").wantError(t, 404, "resource_not_found")
}

func TestUsersChangeThemselves(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	p := open(t, srv)
	p.signIn(t, "dana@example.com")
	changed := p.send(t, http.MethodPatch, "/v1/me", url.Values{"first_name": {"Danielle"}, "last_name": {""}, "username": {"danielle"}})
	if got := changed.want(t, http.StatusOK).text(t, "response", "first_name"); got != "Danielle" || changed.at(t, "response", "last_name") != nil {
		t.Errorf("the user is %s %v, want Danielle without a last name", got, changed.at(t, "response", "last_name"))
	}
	password := user(t, srv, "dana@example.com").Password
	change := func(current string) result {
		return p.post(t, "/v1/me/change_password", "current_password", current, "new_password", "a new long password",
			"sign_out_of_other_sessions", "true")
	}
	change("wrong").wantError(t, 422, "form_password_incorrect")
	change(password).want(t, http.StatusOK)
	if got := len(p.get(t, "/v1/me/sessions/active").ids(t)); got != 1 {
		t.Errorf("%d active sessions, want this one alone", got)
	}
	globex := organizationID(t, srv, "globex")
	p.send(t, http.MethodDelete, "/v1/me/organization_memberships/"+globex, nil).want(t, http.StatusOK)
	if got := p.get(t, "/v1/me/organization_memberships").ids(t, "response"); len(got) != 0 {
		t.Errorf("memberships after leaving: %v", got)
	}
	if got := p.get(t, "/v1/me/organization_suggestions").want(t, 200).at(t, "response", "total_count"); got != 0.0 {
		t.Errorf("%v suggestions, want none: the instance has no domains", got)
	}
	p.send(t, http.MethodDelete, "/v1/me", nil).want(t, http.StatusOK)
	p.get(t, "/v1/me").wantError(t, 401, "authentication_invalid")
}
