package clients_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// account has the fields of users that the tests check.
type account struct {
	ID              string         `json:"id"`
	FirstName       string         `json:"firstName"`
	LastName        string         `json:"lastName"`
	Username        string         `json:"username"`
	ExternalID      string         `json:"externalId"`
	Banned          bool           `json:"banned"`
	Locked          bool           `json:"locked"`
	PasswordEnabled bool           `json:"passwordEnabled"`
	PublicMetadata  map[string]any `json:"publicMetadata"`
	PrivateMetadata map[string]any `json:"privateMetadata"`
	UnsafeMetadata  map[string]any `json:"unsafeMetadata"`
	Deleted         bool           `json:"deleted"`
}

func TestNodeBackendChangesUsers(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv := clerktest.New(t)
	n := startNode(t, packages, srv)
	made := call[account](t, n, "users.createUser", map[string]any{
		"emailAddress": []string{"zoe@example.com", "zoe@work.example"}, "firstName": "Zoe", "lastName": "Adler", "username": "zoe",
		"externalId": "crm-7", "password": "correct horse battery", "publicMetadata": map[string]any{"plan": "pro"},
	})
	want := account{
		ID: made.ID, FirstName: "Zoe", LastName: "Adler", Username: "zoe", ExternalID: "crm-7", PasswordEnabled: true,
		PublicMetadata: map[string]any{"plan": "pro"}, PrivateMetadata: map[string]any{}, UnsafeMetadata: map[string]any{},
	}
	check := func(step string, got account) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" || got.ID == "" {
			t.Errorf("%s (-want +got):\n%s", step, diff)
		}
		if diff := cmp.Diff(want, call[account](t, n, "users.getUser", made.ID)); diff != "" {
			t.Errorf("getUser after %s (-want +got):\n%s", step, diff)
		}
	}
	check("createUser", made)
	n.wantThrown(t, 422, "form_identifier_exists", "users.createUser", map[string]any{
		"emailAddress": []string{"ZOE@example.com"}, "password": "correct horse battery",
	})
	n.wantThrown(t, 422, "form_param_missing", "users.createUser", map[string]any{"firstName": "Nobody"})

	want.FirstName = "Zora"
	check("updateUser", call[account](t, n, "users.updateUser", made.ID, map[string]any{"firstName": "Zora"}))
	want.PublicMetadata, want.UnsafeMetadata = map[string]any{"plan": "pro", "seats": 3.0}, map[string]any{"theme": "dark"}
	check("updateUserMetadata", call[account](t, n, "users.updateUserMetadata", made.ID, map[string]any{
		"publicMetadata": map[string]any{"seats": 3}, "unsafeMetadata": map[string]any{"theme": "dark"},
	}))
	want.PublicMetadata = map[string]any{"seats": 3.0}
	check("updateUserMetadata with null", call[account](t, n, "users.updateUserMetadata", made.ID, map[string]any{
		"publicMetadata": map[string]any{"plan": nil},
	}))
	want.PublicMetadata, want.PrivateMetadata = map[string]any{"only": true}, map[string]any{}
	check("replaceUserMetadata", call[account](t, n, "users.replaceUserMetadata", made.ID, map[string]any{
		"publicMetadata": map[string]any{"only": true},
	}))
	want.LastName, want.PrivateMetadata = "Zimmer", map[string]any{"note": "vip"}
	check("updateUser with metadata", call[account](t, n, "users.updateUser", made.ID, map[string]any{
		"lastName": "Zimmer", "privateMetadata": map[string]any{"note": "vip"},
	}))
	for _, step := range []struct {
		method         string
		banned, locked bool
	}{
		{"banUser", true, false},
		{"unbanUser", false, false},
		{"lockUser", false, true},
		{"unlockUser", false, false},
	} {
		want.Banned, want.Locked = step.banned, step.locked
		check(step.method, call[account](t, n, "users."+step.method, made.ID))
	}
	if gone := call[account](t, n, "users.deleteUser", made.ID); !gone.Deleted || gone.ID != made.ID {
		t.Errorf("deleteUser: %+v", gone)
	}
	n.wantThrown(t, 404, "resource_not_found", "users.getUser", made.ID)
	n.wantThrown(t, 404, "resource_not_found", "users.updateUserMetadata", made.ID, map[string]any{})
}

func TestNodeBackendPasswordsAndBans(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv := clerktest.New(t)
	n := startNode(t, packages, srv)
	ada := seeded(t, srv, "ada@example.com")
	verify := func(password string) map[string]any { return map[string]any{"userId": ada.ID, "password": password} }
	if got := call[map[string]any](t, n, "users.verifyPassword", verify(ada.Password)); got["verified"] != true {
		t.Errorf("verifyPassword: %v", got)
	}
	n.wantThrown(t, 422, "incorrect_password", "users.verifyPassword", verify("wrong"))
	call[account](t, n, "users.updateUser", ada.ID, map[string]any{"password": "an entirely new one"})
	n.wantThrown(t, 422, "incorrect_password", "users.verifyPassword", verify(ada.Password))
	if got := call[map[string]any](t, n, "users.verifyPassword", verify("an entirely new one")); got["verified"] != true {
		t.Errorf("verifyPassword with the new one: %v", got)
	}

	s := signIn(t, srv.NewBrowser(), "ada@example.com")
	call[account](t, n, "users.banUser", ada.ID)
	if got := call[sessionResource](t, n, "sessions.getSession", s.ID); got.Status != "revoked" {
		t.Errorf("the session of a banned user is %s, want revoked", got.Status)
	}
	n.wantThrown(t, 401, "authentication_invalid", "sessions.getToken", s.ID)

	other := signIn(t, srv.NewBrowser(), "bob@example.com")
	call[account](t, n, "users.lockUser", other.UserID)
	if got := call[sessionResource](t, n, "sessions.getSession", other.ID); got.Status != "active" {
		t.Errorf("the session of a locked user is %s, want active: a lock is about signing in", got.Status)
	}
}

func TestNodeBackendListsUsers(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv := clerktest.New(t)
	n := startNode(t, packages, srv)
	acme, err := srv.OrganizationID("acme")
	if err != nil {
		t.Fatal(err)
	}
	srv.Clock().Advance(time.Hour)
	before := srv.Clock().Now().Add(-time.Minute).UnixMilli()
	if _, err := srv.AddUser(clerktest.User{FirstName: "Late", Email: "late@example.com"}); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name   string
		params map[string]any
		names  []string
		total  float64
	}{
		{"nothing asked: newest first, ten at most", nil, []string{"Late", "Mia", "Grace", "Dana", "Bob", "Ada"}, 6},
		{"the second page", map[string]any{"limit": 2, "offset": 2, "orderBy": "+first_name"}, []string{"Dana", "Grace"}, 6},
		{"beyond the end", map[string]any{"offset": 6}, []string{}, 6},
		{"by name, descending", map[string]any{"orderBy": "-last_name", "limit": 3}, []string{"Grace", "Dana", "Ada"}, 6},
		{"by e-mail address", map[string]any{"orderBy": "email_address", "limit": 1}, []string{"Ada"}, 6},
		{"two addresses", map[string]any{"emailAddress": []string{"ada@example.com", "bob@example.com"}}, []string{"Bob", "Ada"}, 2},
		{"a text that addresses contain, and no id can", map[string]any{"query": "A@EXAMPLE"}, []string{"Mia", "Dana", "Ada"}, 3},
		{"members of an organization", map[string]any{"organizationId": []string{acme}}, []string{"Grace", "Bob", "Ada"}, 3},
		{"made since", map[string]any{"createdAtAfter": before}, []string{"Late"}, 1},
		{"made earlier", map[string]any{"createdAtBefore": before, "limit": 1}, []string{"Mia"}, 5},
		{"an unknown user", map[string]any{"userId": []string{"user_unknown"}}, []string{}, 0},
	} {
		args := []any{}
		if row.params != nil {
			args = append(args, row.params)
		}
		got := call[page[account]](t, n, "users.getUserList", args...)
		names := []string{}
		for _, user := range got.Data {
			names = append(names, user.FirstName)
		}
		if diff := cmp.Diff(row.names, names); diff != "" || got.TotalCount != row.total {
			t.Errorf("%s: %v in all, want %v (-want +got):\n%s", row.name, got.TotalCount, row.total, diff)
		}
	}
	if got := call[int](t, n, "users.getCount", map[string]any{"query": "a@example"}); got != 3 {
		t.Errorf("getCount: %d, want 3", got)
	}
	for _, params := range []map[string]any{{"limit": 501}, {"offset": -1}, {"orderBy": "shoe_size"}} {
		n.wantThrown(t, 422, "form_param_value_invalid", "users.getUserList", params)
	}
}
