package clerktest_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// filled returns what a template's claim becomes for Ada, in Acme.
func filled(t *testing.T, srv *clerktest.Server, sessionID, text string) any {
	t.Helper()
	body, err := json.Marshal(map[string]any{"name": "t" + text, "claims": map[string]any{"claim": text}})
	if err != nil {
		t.Fatal(err)
	}
	backend(srv, http.MethodPost, "/v1/jwt_templates", string(body)).do(t).want(t, http.StatusOK)
	_, claims := mint(t, srv, sessionID, clerktest.TokenOptions{Template: "t" + text})
	return claims["claim"]
}

// The rows come from Clerk's documentation, "JWT templates".
func TestEveryShortcode(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	ada, acme := userID(t, srv, "ada@example.com"), must(srv.OrganizationID("acme"))(t)
	backend(srv, http.MethodPatch, "/v1/users/"+ada, `{"external_id": "crm-7", "username": "ada_o", "unsafe_metadata": {"tags": ["a"]}}`).
		do(t).want(t, http.StatusOK)
	backend(srv, http.MethodPatch, "/v1/organizations/"+acme+"/memberships/"+ada+"/metadata", `{"public_metadata": {"desk": 4}}`).
		do(t).want(t, http.StatusOK)
	s := session(t, srv, "ada@example.com", clerktest.SessionOptions{
		OrganizationID: "acme", Actor: map[string]any{"sub": "user_grace"},
	})
	now := float64(noon().Unix())
	for text, want := range map[string]any{
		"{{user.id}}": ada, "{{user.external_id}}": "crm-7", "{{user.username}}": "ada_o",
		"{{user.first_name}}": "Ada", "{{user.last_name}}": "Okafor", "{{user.full_name}}": "Ada Okafor",
		"{{user.primary_email_address}}": "ada@example.com", "{{user.email_verified}}": true,
		"{{user.primary_phone_number}}": nil, "{{user.primary_phone_address}}": nil, "{{user.phone_number_verified}}": false,
		"{{user.primary_web3_wallet}}": nil, "{{user.image_url}}": "https://img.clerk.com/" + ada, "{{user.has_image}}": false,
		"{{user.two_factor_enabled}}": false, "{{user.created_at}}": now, "{{user.updated_at}}": now,
		"{{user.public_metadata}}": map[string]any{"role": "admin"}, "{{user.public_metadata.role}}": "admin",
		"{{user.unsafe_metadata.tags}}": []any{"a"}, "{{user.i_dont_exist}}": nil, "{{user.public_metadata.a.b}}": nil,
		"{{org.id}}": acme, "{{org.name}}": "Acme", "{{org.slug}}": "acme", "{{org.role}}": "org:admin",
		"{{org.image_url}}": "https://img.clerk.com/" + acme, "{{org.has_image}}": false, "{{org.public_metadata}}": map[string]any{},
		"{{org_membership.public_metadata.desk}}": 4.0, "{{session.actor}}": map[string]any{"sub": "user_grace"},
		"{{user.last_name}} {{user.first_name}}": "Okafor Ada", "{{user.primary_phone_number}} {{user.first_name}}": "null Ada",
		"{{ user.first_name || 'nobody' }}": "Ada", "{{user.i_dont_exist || 'Awesome User'}}": "Awesome User",
		"{{user.phone_number_verified || user.email_verified}}": true, "{{user.i_dont_exist || user.phone_number_verified}}": false,
		"{{user.public_metadata.age || user.unsafe_metadata.age || 30 }}": 30.0, "{{user.i_dont_exist || -1.5}}": -1.5,
		"{{user.i_dont_exist || true}}": true, "{{false || user.i_dont_exist}}": nil, "{{user.i_dont_exist || 'a||b'}}": "a||b",
		"Hello {{user.i_dont_exist || 'friend'}}!": "Hello friend!", "{{user.i_dont_exist || -Infinity}}": nil,
	} {
		if diff := cmp.Diff(want, filled(t, srv, s.ID, text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestShortcodesOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, func(c *clerktest.Config) { c.Seed = &clerktest.Seed{Users: []clerktest.User{{Email: "a@example.com"}}} })
	s := session(t, srv, "a@example.com", clerktest.SessionOptions{})
	for _, text := range []string{
		"{{user.first_name}}", "{{user.last_name}}", "{{user.full_name}}", "{{user.username}}", "{{user.external_id}}", "{{org.id}}",
		"{{org_membership.public_metadata}}", "{{session.actor}}", "{{}}", "{{.}}",
	} {
		if got := filled(t, srv, s.ID, text); got != nil {
			t.Errorf("%s became %v, want null", text, got)
		}
	}
}

func TestTokensOfTemplatesAllowForClocksThatGoWrong(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing, func(c *clerktest.Config) {
		c.Seed = clerktest.DefaultSeed()
		c.Seed.Templates = map[string]clerktest.JWTTemplate{"seeded": {}}
	})
	for name, skew := range map[string]string{"five": "", "none": `, "allowed_clock_skew": 0`, "minute": `, "allowed_clock_skew": 60`} {
		backend(srv, http.MethodPost, "/v1/jwt_templates", `{"name": "`+name+`", "claims": {}`+skew+`}`).do(t).want(t, http.StatusOK)
	}
	s := session(t, srv, "ada@example.com", clerktest.SessionOptions{})
	for name, skew := range map[string]time.Duration{
		"seeded": 5 * time.Second, "five": 5 * time.Second, "none": 0, "minute": time.Minute,
	} {
		_, claims := mint(t, srv, s.ID, clerktest.TokenOptions{Template: name})
		if got, want := claims["nbf"], float64(noon().Add(-skew).Unix()); got != want {
			t.Errorf("%s: nbf %v, want %v", name, got, want)
		}
	}
}
