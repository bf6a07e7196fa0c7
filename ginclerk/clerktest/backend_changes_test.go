package clerktest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// step is one request to the Backend API. {id} in the path stands for the id of the first answer.
type step struct {
	name, method, path, body string
	status                   int
	code                     string // of the error; "" = no error
	at                       []any
	want                     any
}

// walkThrough sends requests in order, and compares one value of each answer.
func walkThrough(t *testing.T, srv *clerktest.Server, steps []step) {
	t.Helper()
	id := ""
	for _, s := range steps {
		res := backend(srv, s.method, "/v1"+strings.ReplaceAll(s.path, "{id}", id), strings.ReplaceAll(s.body, "{id}", id)).do(t)
		if s.status == 0 {
			s.status = http.StatusOK
		}
		if res.status != s.status {
			t.Fatalf("%s: status %d, want %d: %s", s.name, res.status, s.status, res.raw)
		}
		if s.code != "" {
			res.wantError(t, s.status, s.code)
		}
		if id == "" && res.status == http.StatusOK {
			id = res.text(t, "id")
		}
		if s.at == nil {
			continue
		}
		if diff := cmp.Diff(s.want, res.at(t, s.at...)); diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", s.name, s.at, diff)
		}
	}
}

func TestBackendChangesUsers(t *testing.T) {
	t.Parallel()
	const create = `{"email_address":["new@example.com","second@example.com"],"password":"correct-horse-7","username":"newbie",` +
		`"external_id":"ext_1","public_metadata":{"a":{"b":1,"c":2}},"private_metadata":{"k":1}}`
	walkThrough(t, clerktest.New(t), []step{
		{name: "create", method: "POST", path: "/users", body: create, at: []any{"email_addresses", 1, "email_address"}, want: "second@example.com"},
		{name: "the address is taken", method: "POST", path: "/users", body: create, status: 422, code: "form_identifier_exists"},
		{
			name: "so is the username", method: "POST", path: "/users", body: `{"email_address":["x@example.com"],"skip_password_requirement":true,"username":"newbie"}`,
			status: 422, code: "form_identifier_exists",
		},
		{name: "no address", method: "POST", path: "/users", body: `{}`, status: 422, code: "form_param_missing"},
		{name: "no password", method: "POST", path: "/users", body: `{"email_address":["x@example.com"]}`, status: 422, code: "form_param_missing"},
		{
			name: "a short password", method: "POST", path: "/users", body: `{"email_address":["x@example.com"],"password":"short"}`,
			status: 422, code: "form_password_length_too_short",
		},
		{name: "no JSON", method: "POST", path: "/users", body: `{`, status: 400, code: "request_body_invalid"},
		{name: "find by username", method: "GET", path: "/users?username=newbie", at: []any{0, "external_id"}, want: "ext_1"},
		{name: "change", method: "PATCH", path: "/users/{id}", body: `{"first_name":"Neo","password":"another-horse-8"}`, at: []any{"first_name"}, want: "Neo"},
		{name: "the rest stays", method: "GET", path: "/users/{id}", at: []any{"username"}, want: "newbie"},
		{
			name: "a foreign primary address", method: "PATCH", path: "/users/{id}", body: `{"primary_email_address_id":"idn_x"}`,
			status: 404, code: "resource_not_found",
		},
		{
			name: "metadata is merged", method: "PATCH", path: "/users/{id}/metadata", body: `{"public_metadata":{"a":{"b":null,"d":3}}}`,
			at: []any{"public_metadata"}, want: map[string]any{"a": map[string]any{"c": 2.0, "d": 3.0}},
		},
		{name: "other metadata stays", method: "GET", path: "/users/{id}", at: []any{"private_metadata"}, want: map[string]any{"k": 1.0}},
		{
			name: "the new password", method: "POST", path: "/users/{id}/verify_password", body: `{"password":"another-horse-8"}`,
			at: []any{"verified"}, want: true,
		},
		{
			name: "the old password", method: "POST", path: "/users/{id}/verify_password", body: `{"password":"correct-horse-7"}`,
			status: 422, code: "incorrect_password",
		},
		{name: "without a password", method: "POST", path: "/users/{id}/verify_password", status: 422, code: "form_param_missing"},
		{name: "ban", method: "POST", path: "/users/{id}/ban", at: []any{"banned"}, want: true},
		{name: "list the banned", method: "GET", path: "/users?banned=true", at: []any{0, "username"}, want: "newbie"},
		{name: "unban", method: "POST", path: "/users/{id}/unban", at: []any{"banned"}, want: false},
		{name: "lock", method: "POST", path: "/users/{id}/lock", at: []any{"locked"}, want: true},
		{name: "unlock", method: "POST", path: "/users/{id}/unlock", body: "null", at: []any{"locked"}, want: false},
		{name: "delete", method: "DELETE", path: "/users/{id}", at: []any{"deleted"}, want: true},
		{name: "gone", method: "GET", path: "/users/{id}", status: 404, code: "resource_not_found"},
		{name: "delete again", method: "DELETE", path: "/users/{id}", status: 404, code: "resource_not_found"},
		{name: "ban an unknown user", method: "POST", path: "/users/user_x/ban", status: 404, code: "resource_not_found"},
	})
}

func TestBackendBanEndsSessions(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	s := session(t, srv, "ada@example.com", clerktest.SessionOptions{})
	backend(srv, http.MethodPost, "/v1/users/"+s.UserID+"/ban", "").do(t).want(t, http.StatusOK)
	if got := statusOf(t, srv, s.ID); got != "revoked" {
		t.Errorf("status %s after the ban", got)
	}
	signingIn := open(t, srv).post(t, "/v1/client/sign_ins", "identifier", "ada@example.com", "strategy", "password",
		"password", user(t, srv, "ada@example.com").Password)
	signingIn.wantError(t, http.StatusForbidden, "user_banned")
}

func TestBackendChangesOrganizations(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	ada, dana := userID(t, srv, "ada@example.com"), userID(t, srv, "dana@example.com")
	walkThrough(t, srv, []step{
		{
			name: "create", method: "POST", path: "/organizations",
			body: `{"name":"New Team","created_by":"` + ada + `","max_allowed_memberships":2,"private_metadata":{"k":1}}`,
			at:   []any{"slug"}, want: "new-team",
		},
		{name: "without a name", method: "POST", path: "/organizations", status: 422, code: "form_param_missing"},
		{name: "the slug is taken", method: "POST", path: "/organizations", body: `{"name":"New Team"}`, status: 422, code: "form_identifier_exists"},
		{name: "an unknown creator", method: "POST", path: "/organizations", body: `{"name":"A","created_by":"user_x"}`, status: 422, code: "form_param_value_invalid"},
		{name: "get by id", method: "GET", path: "/organizations/{id}?include_members_count=true", at: []any{"members_count"}, want: 1.0},
		{name: "without the number of members", method: "GET", path: "/organizations/{id}", at: []any{"members_count"}, want: nil},
		{name: "get by slug", method: "GET", path: "/organizations/new-team", at: []any{"created_by"}, want: ada},
		{name: "list", method: "GET", path: "/organizations?query=new-team", at: []any{"total_count"}, want: 1.0},
		{name: "list by member", method: "GET", path: "/organizations?limit=1&user_id=" + ada, at: []any{"data", 0, "name"}, want: "New Team"},
		{name: "the creator is its admin", method: "GET", path: "/organizations/{id}/memberships", at: []any{"data", 0, "role"}, want: "org:admin"},
		{
			name: "add a member", method: "POST", path: "/organizations/{id}/memberships", body: `{"user_id":"` + dana + `","role":"org:member"}`,
			at: []any{"public_user_data", "identifier"}, want: "dana@example.com",
		},
		{
			name: "twice", method: "POST", path: "/organizations/{id}/memberships", body: `{"user_id":"` + dana + `","role":"org:member"}`,
			status: 400, code: "already_a_member_in_organization",
		},
		{
			name: "an unknown user", method: "POST", path: "/organizations/{id}/memberships", body: `{"user_id":"user_x","role":"org:member"}`,
			status: 404, code: "resource_not_found",
		},
		{
			name: "it is full", method: "POST", path: "/organizations/{id}/memberships",
			body:   `{"user_id":"` + userID(t, srv, "mia@example.com") + `","role":"org:member"}`,
			status: 403, code: "organization_membership_quota_exceeded",
		},
		{name: "no role", method: "POST", path: "/organizations/{id}/memberships", body: `{"user_id":"` + dana + `"}`, status: 422, code: "form_param_missing"},
		{name: "page", method: "GET", path: "/organizations/{id}/memberships?limit=1&offset=1", at: []any{"total_count"}, want: 2.0},
		{name: "by role", method: "GET", path: "/organizations/{id}/memberships?role=org:member", at: []any{"data", 0, "public_user_data", "user_id"}, want: dana},
		{
			name: "change the role", method: "PATCH", path: "/organizations/{id}/memberships/" + dana, body: `{"role":"org:admin"}`,
			at: []any{"role_name"}, want: "Admin",
		},
		{
			name: "an invalid role", method: "PATCH", path: "/organizations/{id}/memberships/" + dana, body: `{"role":"admin"}`,
			status: 422, code: "form_param_value_invalid",
		},
		{name: "take the member out", method: "DELETE", path: "/organizations/{id}/memberships/" + dana, at: []any{"public_user_data", "user_id"}, want: dana},
		{name: "out already", method: "DELETE", path: "/organizations/{id}/memberships/" + dana, status: 404, code: "resource_not_found"},
		{name: "rename", method: "PATCH", path: "/organizations/{id}", body: `{"name":"Other","slug":"other"}`, at: []any{"slug"}, want: "other"},
		{name: "a slug that is taken", method: "PATCH", path: "/organizations/{id}", body: `{"slug":"acme"}`, status: 422, code: "form_identifier_exists"},
		{
			name: "metadata is merged", method: "PATCH", path: "/organizations/{id}/metadata", body: `{"private_metadata":{"l":2}}`,
			at: []any{"private_metadata"}, want: map[string]any{"k": 1.0, "l": 2.0},
		},
		{
			name: "metadata is replaced", method: "PUT", path: "/organizations/{id}/metadata", body: `{"private_metadata":{"m":3}}`,
			at: []any{"private_metadata"}, want: map[string]any{"m": 3.0},
		},
		{name: "members of all organizations", method: "GET", path: "/organization_memberships?limit=1", at: []any{"data", 0, "public_user_data", "user_id"}, want: ada},
		{name: "delete", method: "DELETE", path: "/organizations/{id}", at: []any{"deleted"}, want: true},
		{name: "gone", method: "GET", path: "/organizations/{id}", status: 404, code: "resource_not_found"},
	})
}

func TestBackendDeletedOrganizationsAreActiveNowhere(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	s := session(t, srv, "ada@example.com", clerktest.SessionOptions{OrganizationID: "acme"})
	backend(srv, http.MethodDelete, "/v1/organizations/acme", "").do(t).want(t, http.StatusOK)
	if after, err := srv.Session(s.ID); err != nil || after.OrganizationID != "" || after.Status != "active" {
		t.Errorf("session %+v: %v", after, err)
	}
}

func TestBackendChangesTemplates(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	s := session(t, srv, "ada@example.com", clerktest.SessionOptions{})
	walkThrough(t, srv, []step{
		{
			name: "create", method: "POST", path: "/jwt_templates", body: `{"name":"api","claims":{"mail":"{{user.primary_email_address}}"},"lifetime":90}`,
			at: []any{"allowed_clock_skew"}, want: 5.0,
		},
		{name: "the name is taken", method: "POST", path: "/jwt_templates", body: `{"name":"api","claims":{}}`, status: 422, code: "form_identifier_exists"},
		{name: "no claims", method: "POST", path: "/jwt_templates", body: `{"name":"x"}`, status: 422, code: "form_param_missing"},
		{name: "too short", method: "POST", path: "/jwt_templates", body: `{"name":"x","claims":{},"lifetime":29}`, status: 422, code: "form_param_value_invalid"},
		{name: "too much skew", method: "POST", path: "/jwt_templates", body: `{"name":"x","claims":{},"allowed_clock_skew":301}`, status: 422, code: "form_param_value_invalid"},
		{name: "get", method: "GET", path: "/jwt_templates/{id}", at: []any{"lifetime"}, want: 90.0},
		{name: "list", method: "GET", path: "/jwt_templates?limit=1", at: []any{0, "name"}, want: "api"},
		{name: "list in pages", method: "GET", path: "/jwt_templates?paginated=true&limit=1", at: []any{"data", 0, "name"}, want: "api"},
		{name: "use it", method: "POST", path: "/sessions/" + s.ID + "/tokens/api", at: []any{"object"}, want: "token"},
		{name: "rename", method: "PATCH", path: "/jwt_templates/{id}", body: `{"name":"api2","claims":{"x":1}}`, at: []any{"lifetime"}, want: 90.0},
		{name: "the old name is gone", method: "POST", path: "/sessions/" + s.ID + "/tokens/api", status: 404, code: "resource_not_found"},
		{name: "the new one is there", method: "POST", path: "/sessions/" + s.ID + "/tokens/api2", at: []any{"object"}, want: "token"},
		{name: "delete", method: "DELETE", path: "/jwt_templates/{id}", at: []any{"deleted"}, want: true},
		{name: "gone", method: "GET", path: "/jwt_templates/{id}", status: 404, code: "resource_not_found"},
		{name: "no tokens of it", method: "POST", path: "/sessions/" + s.ID + "/tokens/api2", status: 404, code: "resource_not_found"},
	})
}
