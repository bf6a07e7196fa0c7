package webhook_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

// The shapes are from Clerk's webhook specification (2025-04-15). The values are made up.
const (
	organizationJSON = `{"object":"organization","id":"org_1","name":"Acme","slug":"acme","image_url":"https://img.example/org",
		"has_image":false,"created_by":"user_1","max_allowed_memberships":5,"admin_delete_enabled":true,
		"public_metadata":{"tier":"gold"},"private_metadata":{},"created_at":1716883200000,"updated_at":1716883500123}`
	membershipJSON = `{"object":"organization_membership","id":"orgmem_1","role":"org:admin","role_name":"Admin",
		"permissions":["org:sys_memberships:manage"],"organization":` + organizationJSON + `,
		"public_user_data":{"user_id":"user_1","first_name":"Jane","last_name":null,"identifier":"jane@example.com","has_image":false},
		"public_metadata":{},"private_metadata":{"note":"x"},"created_at":1716883200000,"updated_at":1716883300000}`
)

func acme() webhook.Organization {
	return webhook.Organization{
		ID: "org_1", Slug: "acme", Name: "Acme", ImageURL: "https://img.example/org", CreatedBy: "user_1",
		PublicMetadata: json.RawMessage(`{"tier":"gold"}`), PrivateMetadata: json.RawMessage(`{}`),
		CreatedAt: time.Unix(1716883200, 0), UpdatedAt: time.UnixMilli(1716883500123),
	}
}

// heardOrganizations has the events of organizations that the handlers got.
type heardOrganizations struct {
	changed []webhook.OrganizationEvent
	deleted []webhook.OrganizationDeletedEvent
	members []webhook.OrganizationMembershipEvent
}

func newHeardOrganizations(tb testing.TB) (*bench, *heardOrganizations) {
	tb.Helper()
	s := &heardOrganizations{}
	return newBench(tb, func(c *webhook.Config) {
		c.OnOrganization = func(_ context.Context, e webhook.OrganizationEvent) error {
			s.changed = append(s.changed, e)
			return nil
		}
		c.OnOrganizationDeleted = func(_ context.Context, e webhook.OrganizationDeletedEvent) error {
			s.deleted = append(s.deleted, e)
			return nil
		}
		c.OnOrganizationMembership = func(_ context.Context, e webhook.OrganizationMembershipEvent) error {
			s.members = append(s.members, e)
			return nil
		}
	}), s
}

func TestOrganizationEvents(t *testing.T) {
	t.Parallel()
	for _, kind := range []webhook.Type{webhook.OrganizationCreated, webhook.OrganizationUpdated} {
		b, s := newHeardOrganizations(t)
		b.deliver(t, b.genuine("msg_1", event(string(kind), organizationJSON, noon())))
		if len(s.changed) != 1 || len(s.deleted)+len(s.members) != 0 || s.changed[0].Type != kind {
			t.Fatalf("%s: heard %+v", kind, s)
		}
		if diff := cmp.Diff(acme(), s.changed[0].Organization); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
	}
	b, s := newHeardOrganizations(t)
	b.deliver(t, b.genuine("msg_1", event("organization.deleted", `{"object":"organization","id":"org_1","slug":"acme","deleted":true}`, noon())))
	if len(s.deleted) != 1 || s.deleted[0].OrganizationID != "org_1" || s.deleted[0].Slug != "acme" || len(s.changed)+len(s.members) != 0 {
		t.Errorf("heard %+v", s)
	}
}

func TestOrganizationMembershipEvents(t *testing.T) {
	t.Parallel()
	want := webhook.OrganizationMembership{
		ID: "orgmem_1", Organization: acme(), UserID: "user_1", Role: "org:admin", Permissions: []string{"org:sys_memberships:manage"},
		PublicMetadata: json.RawMessage(`{}`), PrivateMetadata: json.RawMessage(`{"note":"x"}`),
		CreatedAt: time.Unix(1716883200, 0), UpdatedAt: time.Unix(1716883300, 0),
	}
	for _, kind := range []webhook.Type{
		webhook.OrganizationMembershipCreated, webhook.OrganizationMembershipUpdated, webhook.OrganizationMembershipDeleted,
	} {
		b, s := newHeardOrganizations(t)
		b.deliver(t, b.genuine("msg_1", event(string(kind), membershipJSON, noon())))
		if len(s.members) != 1 || len(s.changed)+len(s.deleted) != 0 || s.members[0].Type != kind {
			t.Fatalf("%s: heard %+v", kind, s)
		}
		if diff := cmp.Diff(want, s.members[0].Membership); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
	}
}

func TestEventsOfOrganizationsThatCannotBeReadAreRefused(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ kind, data string }{
		"an organization without an id":             {"organization.created", `{"name":"Acme"}`},
		"an organization that is a list":            {"organization.updated", `[]`},
		"a deleted organization without an id":      {"organization.deleted", `{"deleted":true}`},
		"a membership without an id":                {"organizationMembership.created", `{"organization":{"id":"org_1"},"public_user_data":{"user_id":"user_1"}}`},
		"an ended membership without a user":        {"organizationMembership.deleted", `{"id":"orgmem_1","organization":{"id":"org_1"}}`},
		"a changed membership of no organization":   {"organizationMembership.updated", `{"id":"orgmem_1","public_user_data":{"user_id":"user_1"}}`},
		"a changed membership whose user is a list": {"organizationMembership.updated", `{"id":"orgmem_1","organization":{"id":"org_1"},"public_user_data":[]}`},
	} {
		b, s := newHeardOrganizations(t)
		status, word := b.deliver(t, b.genuine("msg_1", event(row.kind, row.data, noon())))
		if status != http.StatusBadRequest || word != "malformed" || len(s.changed)+len(s.deleted)+len(s.members)+len(b.revoked.all()) != 0 {
			t.Errorf("%s: answered %d %q, heard %+v, revoked %v", name, status, word, s, b.revoked.all())
		}
	}
}
