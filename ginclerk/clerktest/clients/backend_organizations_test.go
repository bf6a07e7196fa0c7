package clients_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// The fields of organizations that the tests check.
type (
	organization struct {
		ID                    string         `json:"id"`
		Name                  string         `json:"name"`
		Slug                  string         `json:"slug"`
		MaxAllowedMemberships float64        `json:"maxAllowedMemberships"`
		PublicMetadata        map[string]any `json:"publicMetadata"`
		PrivateMetadata       map[string]any `json:"privateMetadata"`
	}
	member struct {
		Role           string         `json:"role"`
		PublicMetadata map[string]any `json:"publicMetadata"`
		PublicUserData struct {
			UserID     string `json:"userId"`
			Identifier string `json:"identifier"`
		} `json:"publicUserData"`
	}
)

func TestNodeBackendChangesOrganizations(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv := clerktest.New(t)
	n := startNode(t, packages, srv)
	ada := seeded(t, srv, "ada@example.com")
	made := call[organization](t, n, "organizations.createOrganization", map[string]any{
		"name": "Initech", "slug": "initech", "createdBy": ada.ID, "publicMetadata": map[string]any{"tier": 1},
	})
	want := organization{
		ID: made.ID, Name: "Initech", Slug: "initech", MaxAllowedMemberships: 100,
		PublicMetadata: map[string]any{"tier": 1.0}, PrivateMetadata: map[string]any{},
	}
	check := func(step string, got organization) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" || got.ID == "" {
			t.Errorf("%s (-want +got):\n%s", step, diff)
		}
		again := call[organization](t, n, "organizations.getOrganization", map[string]any{"slug": want.Slug})
		if diff := cmp.Diff(want, again); diff != "" {
			t.Errorf("getOrganization after %s (-want +got):\n%s", step, diff)
		}
	}
	check("createOrganization", made)
	n.wantThrown(t, 422, "form_identifier_exists", "organizations.createOrganization", map[string]any{"name": "Other", "slug": "acme"})
	want.Name, want.MaxAllowedMemberships = "Initech Ltd", 3
	check("updateOrganization", call[organization](t, n, "organizations.updateOrganization", made.ID, map[string]any{
		"name": "Initech Ltd", "maxAllowedMemberships": 3,
	}))
	want.PublicMetadata = map[string]any{"tier": 1.0, "region": "eu"}
	check("updateOrganizationMetadata", call[organization](t, n, "organizations.updateOrganizationMetadata", made.ID, map[string]any{
		"publicMetadata": map[string]any{"region": "eu"},
	}))
	want.PublicMetadata = map[string]any{"fresh": true}
	check("replaceOrganizationMetadata", call[organization](t, n, "organizations.replaceOrganizationMetadata", made.ID, map[string]any{
		"publicMetadata": map[string]any{"fresh": true},
	}))
	if got := call[map[string]any](t, n, "organizations.deleteOrganization", made.ID); got["id"] != made.ID {
		t.Errorf("deleteOrganization: %v", got)
	}
	n.wantThrown(t, 404, "resource_not_found", "organizations.getOrganization", map[string]any{"organizationId": made.ID})
}

func TestNodeBackendListsOrganizations(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	n := startNode(t, packages, clerktest.New(t))
	for _, row := range []struct {
		name   string
		params map[string]any
		slugs  []string
		total  float64
	}{
		{"newest first", map[string]any{}, []string{"globex", "acme"}, 2},
		{"by name", map[string]any{"orderBy": "name"}, []string{"acme", "globex"}, 2},
		{"by members, most first", map[string]any{"orderBy": "-members_count", "limit": 1}, []string{"acme"}, 2},
		{"a text", map[string]any{"query": "GLOBEX"}, []string{"globex"}, 1},
		{"the second page", map[string]any{"limit": 1, "offset": 1}, []string{"acme"}, 2},
	} {
		got := call[page[organization]](t, n, "organizations.getOrganizationList", row.params)
		var slugs []string
		for _, o := range got.Data {
			slugs = append(slugs, o.Slug)
		}
		if diff := cmp.Diff(row.slugs, slugs); diff != "" || got.TotalCount != row.total {
			t.Errorf("%s: %v in all, want %v (-want +got):\n%s", row.name, got.TotalCount, row.total, diff)
		}
	}
	n.wantThrown(t, 422, "form_param_value_invalid", "organizations.getOrganizationList", map[string]any{"orderBy": "mood"})
}

func TestNodeBackendChangesMemberships(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv := clerktest.New(t)
	n := startNode(t, packages, srv)
	acme, err := srv.OrganizationID("acme")
	if err != nil {
		t.Fatal(err)
	}
	mia := seeded(t, srv, "mia@example.com")
	in := func(more map[string]any) map[string]any {
		more["organizationId"], more["userId"] = acme, mia.ID
		return more
	}
	made := call[member](t, n, "organizations.createOrganizationMembership", in(map[string]any{"role": "org:member"}))
	if made.Role != "org:member" || made.PublicUserData.UserID != mia.ID || made.PublicUserData.Identifier != "mia@example.com" {
		t.Errorf("createOrganizationMembership: %+v", made)
	}
	n.wantThrown(t, 400, "already_a_member_in_organization", "organizations.createOrganizationMembership", in(map[string]any{"role": "org:member"}))
	if got := call[member](t, n, "organizations.updateOrganizationMembership", in(map[string]any{"role": "org:admin"})); got.Role != "org:admin" {
		t.Errorf("updateOrganizationMembership: %+v", got)
	}
	got := call[member](t, n, "organizations.updateOrganizationMembershipMetadata", in(map[string]any{"publicMetadata": map[string]any{"desk": 4}}))
	if diff := cmp.Diff(map[string]any{"desk": 4.0}, got.PublicMetadata); diff != "" || got.Role != "org:admin" {
		t.Errorf("updateOrganizationMembershipMetadata: role %s (-want +got):\n%s", got.Role, diff)
	}
	wantMembers := func(method string, params map[string]any, total float64, want ...string) {
		t.Helper()
		list := call[page[member]](t, n, "organizations."+method, params)
		var members []string
		for _, m := range list.Data {
			members = append(members, m.PublicUserData.Identifier)
		}
		if diff := cmp.Diff(want, members); diff != "" || list.TotalCount != total {
			t.Errorf("%s %v: %v in all (-want +got):\n%s", method, params, list.TotalCount, diff)
		}
	}
	wantMembers("getOrganizationMembershipList", map[string]any{"organizationId": acme, "orderBy": "email_address"}, 4,
		"ada@example.com", "bob@example.com", "grace@example.com", "mia@example.com")
	wantMembers("getOrganizationMembershipList", map[string]any{"organizationId": acme, "role": []string{"org:admin"}, "orderBy": "-first_name"}, 2,
		"mia@example.com", "ada@example.com")
	wantMembers("getInstanceOrganizationMembershipList", map[string]any{"limit": 1}, 6, "mia@example.com")

	s := signIn(t, srv.NewBrowser(), "bob@example.com")
	call[member](t, n, "organizations.deleteOrganizationMembership", map[string]any{"organizationId": acme, "userId": s.UserID})
	if claims := claimsOf(t, call[tokenResource](t, n, "sessions.getToken", s.ID).JWT); claims["o"] != nil {
		t.Errorf("a token for who is no member any more says %v", claims["o"])
	}
	n.wantThrown(t, 404, "resource_not_found", "organizations.deleteOrganizationMembership",
		map[string]any{"organizationId": acme, "userId": s.UserID})
}
