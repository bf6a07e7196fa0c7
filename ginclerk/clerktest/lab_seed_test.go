package clerktest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

const wholeSeed = `{
  "organizations": [{"name": "Acme", "slug": "acme", "features": ["billing"], "plan": "pro"}],
  "users": [{
    "first_name": "Ada", "last_name": "Okafor", "email": "ada@example.com", "password": "secret-secret",
    "public_metadata": {"a.b": 1, "a": {"b": [2]}}, "private_metadata": {}, "features": ["x"], "plan": "free", "note": "n",
    "memberships": [{"organization": "acme", "role": "org:admin", "permissions": ["org:billing:read"]}],
    "active_organization": "acme",
    "devices": [{"type": "iPhone", "mobile": true, "browser": "Safari", "browser_version": "18.5", "ip_address": "192.0.2.1",
      "city": "Lisbon", "country": "PT", "signed_in_ago": "26h30m", "idle_for": "90s"}]
  }, {"email": "bob@example.com", "code_only": true}],
  "session_claims": {"email": "{{user.primary_email_address}}"},
  "templates": {"billing": {"claims": {"aud": "x"}, "lifetime": "5m"}}
}`

func TestParseSeed(t *testing.T) {
	t.Parallel()
	got, err := clerktest.ParseSeed([]byte(wholeSeed))
	if err != nil {
		t.Fatal(err)
	}
	want := &clerktest.Seed{
		Organizations: []clerktest.Organization{{Name: "Acme", Slug: "acme", Features: []string{"billing"}, Plan: "pro"}},
		Users: []clerktest.User{{
			FirstName: "Ada", LastName: "Okafor", Email: "ada@example.com", Password: "secret-secret",
			PublicMetadata:  map[string]any{"a.b": 1.0, "a": map[string]any{"b": []any{2.0}}},
			PrivateMetadata: map[string]any{}, Features: []string{"x"}, Plan: "free", Note: "n",
			Memberships: []clerktest.Membership{
				{Organization: "acme", Role: "org:admin", Permissions: []string{"org:billing:read"}},
			},
			ActiveOrganization: "acme",
			Devices: []clerktest.Device{{
				Type: "iPhone", Mobile: true, Browser: "Safari", BrowserVersion: "18.5", IPAddress: "192.0.2.1",
				City: "Lisbon", Country: "PT", SignedInAgo: 26*time.Hour + 30*time.Minute, IdleFor: 90 * time.Second,
			}},
		}, {Email: "bob@example.com", CodeOnly: true}},
		SessionClaims: map[string]any{"email": "{{user.primary_email_address}}"},
		Templates: map[string]clerktest.JWTTemplate{
			"billing": {Claims: map[string]any{"aud": "x"}, Lifetime: 5 * time.Minute},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	srv := clerktest.New(t, func(c *clerktest.Config) { c.Seed = got })
	if users := srv.Users(); len(users) != 2 || users[0].Password != "secret-secret" {
		t.Errorf("users: %+v", users)
	}
}

func TestParseSeedRefusesProblems(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", []string{"empty"}},
		{"no object", `[]`, []string{"array", "object"}},
		{"null", `null`, []string{"null", "object"}},
		{"a comma too many", `{"users": [],}`, []string{"invalid character '}'"}},
		{"an end in the middle", `{"users": [`, []string{"unexpected EOF"}},
		{"more behind it", "{}\n{}", []string{"more text follows"}},
		{"an unknown field", `{"users": [{"email": "a@b.c"}, {"emial": "x"}]}`, []string{`unknown field "emial"`}},
		{"an unknown field at the top", `{"user": []}`, []string{`unknown field "user"`}},
		{"an unknown field of a device", `{"users": [{"devices": [{"os": ""}]}]}`, []string{`unknown field "os"`}},
		{"a number for a text", `{"users": [{"email": 7}]}`, []string{"users.email", "number"}},
		{"a text for a list", `{"users": "ada"}`, []string{"users", "string"}},
		{"a number for a duration", `{"templates": {"t": {"lifetime": 5}}}`, []string{"templates.lifetime", "number"}},
		{"a user without address", `{"users": [{"plan": "x"}]}`, []string{"users[0].email", "required"}},
		{"a user that is null", `{"users": [null]}`, []string{"users[0].email", "required"}},
		{"two with one address", `{"users": [{"email": "a@b.c"}, {"email": "A@b.c"}]}`, []string{"users[1].email", "A@b.c"}},
		{"an organization without slug", `{"organizations": [{"name": "A"}]}`, []string{"organizations[0].slug", "required"}},
		{"an organization without name", `{"organizations": [{"slug": "a"}]}`, []string{"organizations[0].name", "required"}},
		{
			"two with one slug", `{"organizations": [{"name": "A", "slug": "a"}, {"name": "B", "slug": "a"}]}`,
			[]string{"organizations[1].slug", `"a"`},
		},
		{
			"an unknown organization", `{"users": [{"email": "a@b.c", "memberships": [{"role": "r", "organization": "x"}]}]}`,
			[]string{"users[0].memberships[0].organization", `"x"`},
		},
		{
			"a membership without role",
			`{"organizations": [{"name": "A", "slug": "a"}], "users": [{"email": "a@b.c", "memberships": [{"organization": "a"}]}]}`,
			[]string{"users[0].memberships[0].role", "required"},
		},
		{
			"no member of the active organization", `{"users": [{"email": "a@b.c", "active_organization": "x"}]}`,
			[]string{"users[0].active_organization", `"x"`},
		},
		{"an invalid duration", `{"templates": {"t": {"lifetime": "soon"}}}`, []string{"templates.t.lifetime", "soon"}},
		{
			"a device that has expired", `{"users": [{"email": "a@b.c", "devices": [{"signed_in_ago": "168h"}]}]}`,
			[]string{"users[0].devices[0].signed_in_ago"},
		},
		{
			"a device that is idle longer than signed in", `{"users": [{"email": "a@b.c", "devices": [{"idle_for": "1h"}]}]}`,
			[]string{"users[0].devices[0].idle_for"},
		},
		{
			"two problems at once", `{"users": [{}, {"email": "a@b.c", "active_organization": "x"}]}`,
			[]string{"users[0].email", "users[1].active_organization"},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			_, err := clerktest.ParseSeed([]byte(row.text))
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range row.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q doesn't say %q", err, want)
				}
			}
		})
	}
}

func FuzzParseSeed(f *testing.F) {
	for _, text := range []string{wholeSeed, `{}`, `[`, `{"users":[{"email":"a"}]}`, `{"templates":{"":{"claims":{"":[{}]}}}}`, `"`, `{"":{}}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		seed, err := clerktest.ParseSeed(text)
		if err != nil {
			if seed != nil || !strings.HasPrefix(err.Error(), "clerktest: seed: ") {
				t.Errorf("seed %v, error %v", seed, err)
			}
			return
		}
		clerktest.New(t, func(c *clerktest.Config) { c.Seed = seed }) // fails the test if the server refuses the seed
	})
}
