package clients_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// The fields of the client's resources that the tests check.
type (
	sessionResource struct {
		ID       string `json:"id"`
		ClientID string `json:"clientId"`
		UserID   string `json:"userId"`
		Status   string `json:"status"`
	}
	userResource struct {
		ID             string  `json:"id"`
		FirstName      string  `json:"firstName"`
		LastSignInAt   float64 `json:"lastSignInAt"`
		EmailAddresses []struct {
			ID           string `json:"id"`
			EmailAddress string `json:"emailAddress"`
		} `json:"emailAddresses"`
		PrimaryEmailAddressID string         `json:"primaryEmailAddressId"`
		PublicMetadata        map[string]any `json:"publicMetadata"`
	}
	clientResource struct {
		ID                  string            `json:"id"`
		SessionIDs          []string          `json:"sessionIds"`
		Sessions            []sessionResource `json:"sessions"`
		LastActiveSessionID string            `json:"lastActiveSessionId"`
	}
	membershipResource struct {
		Role         string `json:"role"`
		Organization struct {
			Slug string `json:"slug"`
		} `json:"organization"`
	}
	tokenResource struct {
		JWT string `json:"jwt"`
	}
	page[T any] struct {
		Data       []T     `json:"data"`
		TotalCount float64 `json:"totalCount"`
	}
)

func TestNodeBackendResources(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv := clerktest.New(t)
	n := startNode(t, packages, srv)
	ada := seeded(t, srv, "ada@example.com")
	b := srv.NewBrowser()
	one, two := signIn(t, b, "ada@example.com"), signIn(t, b, "mia@example.com")

	t.Run("sessions.getSessionList", func(t *testing.T) {
		got := call[page[sessionResource]](t, n, "sessions.getSessionList", map[string]any{"userId": ada.ID, "status": "active"})
		want := []sessionResource{{ID: one.ID, ClientID: b.ClientID(), UserID: ada.ID, Status: "active"}}
		if diff := cmp.Diff(want, got.Data); diff != "" || got.TotalCount != 1 {
			t.Errorf("%v in all, sessions (-want +got):\n%s", got.TotalCount, diff)
		}
	})
	t.Run("sessions.getSession", func(t *testing.T) {
		got := call[sessionResource](t, n, "sessions.getSession", two.ID)
		want := sessionResource{ID: two.ID, ClientID: b.ClientID(), UserID: two.UserID, Status: "active"}
		if got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
		n.wantThrown(t, 404, "resource_not_found", "sessions.getSession", "sess_unknown")
	})
	t.Run("clients.getClient", func(t *testing.T) {
		got := call[clientResource](t, n, "clients.getClient", b.ClientID())
		if got.ID != b.ClientID() || got.LastActiveSessionID != two.ID || len(got.Sessions) != 2 ||
			!slices.Equal(got.SessionIDs, []string{one.ID, two.ID}) {
			t.Errorf("%+v, want sessions %s and %s, the second current", got, one.ID, two.ID)
		}
		n.wantThrown(t, 404, "resource_not_found", "clients.getClient", "client_unknown")
	})
}

func TestNodeBackendUsers(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv := clerktest.New(t)
	n := startNode(t, packages, srv)
	grace := seeded(t, srv, "grace@example.com")

	got := call[userResource](t, n, "users.getUser", grace.ID)
	if got.ID != grace.ID || got.FirstName != "Grace" || len(got.EmailAddresses) != 1 ||
		got.EmailAddresses[0].EmailAddress != "grace@example.com" || got.EmailAddresses[0].ID != got.PrimaryEmailAddressID ||
		got.PublicMetadata["role"] != "admin" {
		t.Errorf("users.getUser: %+v", got)
	}
	n.wantThrown(t, 404, "resource_not_found", "users.getUser", "user_unknown")

	all := call[page[userResource]](t, n, "users.getUserList", map[string]any{"limit": 2, "orderBy": "created_at"})
	if all.TotalCount != 5 || len(all.Data) != 2 || all.Data[0].FirstName != "Ada" || all.Data[1].FirstName != "Bob" {
		t.Errorf("users.getUserList: %+v, want Ada and Bob of 5", all)
	}
	named := call[page[userResource]](t, n, "users.getUserList", map[string]any{"emailAddress": []string{"grace@example.com"}})
	if len(named.Data) != 1 || named.Data[0].ID != grace.ID {
		t.Errorf("users.getUserList by address: %+v, want Grace alone", named)
	}
	if count := call[int](t, n, "users.getCount"); count != 5 {
		t.Errorf("users.getCount: %d, want 5", count)
	}
	memberships := call[page[membershipResource]](t, n, "users.getOrganizationMembershipList", map[string]any{"userId": grace.ID})
	roles := map[string]string{}
	for _, m := range memberships.Data {
		roles[m.Organization.Slug] = m.Role
	}
	if diff := cmp.Diff(map[string]string{"acme": "org:member", "globex": "org:admin"}, roles); diff != "" || memberships.TotalCount != 2 {
		t.Errorf("users.getOrganizationMembershipList (-want +got):\n%s", diff)
	}
}

func TestNodeBackendTokensAndRevocation(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv := clerktest.New(t)
	n := startNode(t, packages, srv)
	s := signIn(t, srv.NewBrowser(), "ada@example.com")

	plain := claimsOf(t, call[tokenResource](t, n, "sessions.getToken", s.ID).JWT)
	if plain["sid"] != s.ID || plain["sub"] != s.UserID || lifetime(plain) != 60 {
		t.Errorf("session token: %v", plain)
	}
	template := claimsOf(t, call[tokenResource](t, n, "sessions.getToken", s.ID, "billing").JWT)
	if template["aud"] != "https://billing.example.com" || template["email"] != "ada@example.com" || template["sid"] != nil {
		t.Errorf("token of a template: %v", template)
	}
	long := claimsOf(t, call[tokenResource](t, n, "sessions.getToken", s.ID, "billing", 3600).JWT)
	if lifetime(long) != 3600 {
		t.Errorf("token of a template for an hour: %v", long)
	}
	n.wantThrown(t, 404, "resource_not_found", "sessions.getToken", s.ID, "unknown")

	if got := call[sessionResource](t, n, "sessions.revokeSession", s.ID); got.Status != "revoked" {
		t.Errorf("sessions.revokeSession: status %q", got.Status)
	}
	if got, err := srv.Session(s.ID); err != nil || got.Status != "revoked" {
		t.Errorf("after sessions.revokeSession: %+v (%v)", got, err)
	}
	n.wantThrown(t, 401, "authentication_invalid", "sessions.getToken", s.ID)
}
