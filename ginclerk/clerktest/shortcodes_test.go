package clerktest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// filled returns the value of a template's claim for Ada, in Acme.
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

// The rows come from Clerk's documentation ("JWT templates" today and with the table that it had until April 2024, "Cookie size
// limits", "Reverification", "User impersonation"). The last row of each group comes only from public configurations.
func TestEveryShortcode(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	ada, acme := userID(t, srv, "ada@example.com"), must(srv.OrganizationID("acme"))(t)
	backend(srv, http.MethodPatch, "/v1/users/"+ada, `{"external_id": "crm-7", "username": "ada_o", "unsafe_metadata": {"tags": ["a"]}}`).
		do(t).want(t, http.StatusOK)
	backend(srv, http.MethodPatch, "/v1/organizations/"+acme+"/memberships/"+ada+"/metadata", `{"public_metadata": {"desk": 4}}`).
		do(t).want(t, http.StatusOK)
	backend(srv, http.MethodPatch, "/v1/organizations/"+acme+"/metadata", `{"public_metadata": {"tier": "gold"}}`).do(t).want(t, http.StatusOK)
	s := session(t, srv, "ada@example.com", clerktest.SessionOptions{
		OrganizationID: "acme", Actor: map[string]any{"sub": "user_grace"},
	})
	now := float64(noon().Unix())
	for text, want := range map[string]any{
		"{{user.id}}": ada, "{{user.external_id}}": "crm-7", "{{user.username}}": "ada_o",
		"{{user.first_name}}": "Ada", "{{user.last_name}}": "Okafor", "{{user.full_name}}": "Ada Okafor",
		"{{user.primary_email_address}}": "ada@example.com", "{{user.email_verified}}": true,
		"{{user.primary_phone_number}}": nil, "{{user.primary_phone_address}}": nil, "{{user.phone_number_verified}}": false,
		"{{user.image_url}}": "https://img.clerk.com/" + ada, "{{user.profile_image_url}}": "https://img.clerk.com/" + ada,
		"{{user.two_factor_enabled}}": false, "{{user.created_at}}": now, "{{user.updated_at}}": now,
		"{{user.public_metadata}}": map[string]any{"role": "admin"}, "{{user.public_metadata.role}}": "admin",
		"{{user.unsafe_metadata}}": map[string]any{"tags": []any{"a"}}, "{{user.unsafe_metadata.tags}}": []any{"a"},
		"{{user.public_metadata.none}}": nil, "{{user.public_metadata.role.none}}": nil,
		"{{user.organizations}}":       map[string]any{acme: "org:admin"},
		"{{user.primary_web3_wallet}}": nil, "{{user.has_image}}": false, "{{user.last_sign_in_at}}": nil,

		"{{org.id}}": acme, "{{org.name}}": "Acme", "{{org.slug}}": "acme", "{{org.role}}": "org:admin",
		"{{org.public_metadata}}": map[string]any{"tier": "gold"}, "{{org.public_metadata.tier}}": "gold",
		"{{org.image_url}}": "https://img.clerk.com/" + acme, "{{org.has_image}}": false,
		"{{org_membership.permissions}}":     []any{"org:billing:manage", "org:billing:read", "org:reports:read"},
		"{{org_membership.public_metadata}}": map[string]any{"desk": 4.0}, "{{org_membership.public_metadata.desk}}": 4.0,
		"{{org_membership.role}}": "org:admin",

		"{{session.actor}}": map[string]any{"sub": "user_grace"}, "{{session.actor.sub}}": "user_grace",
		"{{session.id}}": s.ID, "{{session.status}}": "active", "{{session.created_at}}": now, "{{session.updated_at}}": now,
		"{{session.last_active_at}}": now, "{{session.expire_at}}": now + 7*24*3600, "{{date.now}}": now,
	} {
		if diff := cmp.Diff(want, filled(t, srv, s.ID, text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestTextsAndConditionsOfShortcodes(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	s := session(t, srv, "ada@example.com", clerktest.SessionOptions{OrganizationID: "acme"})
	for text, want := range map[string]any{
		"{{user.last_name}} {{user.first_name}}": "Okafor Ada", "{{user.primary_phone_number}} {{user.first_name}}": "null Ada",
		"{{ user.first_name || 'nobody' }}": "Ada", "{{user.external_id || user.first_name}}": "Ada", "{{user.username || 'Awesome User'}}": "Awesome User",
		"{{user.phone_number_verified || user.email_verified}}": true, "{{user.username || user.phone_number_verified}}": false,
		"{{user.public_metadata.age || user.unsafe_metadata.age || 30 }}": 30.0, "{{user.username || -1.5}}": -1.5,
		"{{user.username || true}}": true, "{{false || user.username}}": nil, "{{user.username || 'a||b'}}": "a||b",
		"{{user.username || '{user.shoe_size}'}}": "{user.shoe_size}", "{{user.username||''}}": "",
		"Hello {{user.username || 'friend'}}!": "Hello friend!", "{{user.first_name": "{{user.first_name", "user.shoe_size}}": "user.shoe_size}}",
		"may {{org_membership.permissions}}": `may ["org:billing:manage","org:billing:read","org:reports:read"]`,
	} {
		if diff := cmp.Diff(want, filled(t, srv, s.ID, text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestShortcodesWithoutAValueAreNull(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, func(c *clerktest.Config) { c.Seed = &clerktest.Seed{Users: []clerktest.User{{Email: "a@example.com"}}} })
	s := session(t, srv, "a@example.com", clerktest.SessionOptions{})
	for _, text := range []string{
		"{{user.first_name}}", "{{user.last_name}}", "{{user.full_name}}", "{{user.username}}", "{{user.external_id}}", "{{org.id}}",
		"{{org.slug}}", "{{org.public_metadata}}", "{{org.public_metadata.tier}}", "{{org_membership.public_metadata}}",
		"{{org_membership.role}}", "{{org_membership.permissions}}", "{{session.actor}}", "{{session.actor.sub}}", "{{session.reverification_id}}",
	} {
		if got := filled(t, srv, s.ID, text); got != nil {
			t.Errorf("%s became %v, want null", text, got)
		}
	}
	for _, text := range []string{"{{user.public_metadata}}", "{{user.unsafe_metadata}}", "{{user.organizations}}"} {
		if diff := cmp.Diff(map[string]any{}, filled(t, srv, s.ID, text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

// unknownShortcodes are texts with a shortcode that Clerk doesn't have, and that shortcode. Clerk accepts them and puts null or
// the text itself into tokens, which people notice late. The first ones are from public configurations.
func unknownShortcodes() map[string]string {
	return map[string]string{
		"{{organization.public_metadata.tenant_id}}":      "{{organization.public_metadata.tenant_id}}",
		"{{user.private_metadata.role}}":                  "{{user.private_metadata.role}}",
		"{{user.primary_email_address.email_address}}":    "{{user.primary_email_address.email_address}}",
		"{{user.email_addresses[0].email_address}}":       "{{user.email_addresses[0].email_address}}",
		"{{user.primary_email_address_verified}}":         "{{user.primary_email_address_verified}}",
		"{{user.has_verified_email || user.id}}":          "{{user.has_verified_email}}",
		"{{session.public_metadata.active_tenant_id}}":    "{{session.public_metadata.active_tenant_id}}",
		"{{date.now_plus_5_minutes}}":                     "{{date.now_plus_5_minutes}}",
		"{{user.public_metadata.plan | default: 'free'}}": "{{user.public_metadata.plan | default: 'free'}}",
		"{{user.public_metadata.}}":                       "{{user.public_metadata.}}", "{{user.public_metadata..a}}": "{{user.public_metadata..a}}",
		"{{user.public_metadata.roles[0]}}": "{{user.public_metadata.roles[0]}}",
		"{{exp}}":                           "{{exp}}", "{{}}": "{{}}", "{{.}}": "{{.}}", "{{user}}": "{{user}}", "{{user.}}": "{{user.}}", "{{user.i_dont_exist}}": "{{user.i_dont_exist}}",
		"{{User.id}}": "{{User.id}}", "{{user.id.x}}": "{{user.id.x}}", "{{org.i_dont_exist}}": "{{org.i_dont_exist}}",
		"{{org_membership.id}}": "{{org_membership.id}}", "{{org_memberships.role}}": "{{org_memberships.role}}",
		"{{session.i_dont_exist}}": "{{session.i_dont_exist}}", "Hello {{user.nickname}}!": "{{user.nickname}}",
		"{{user.id || user.nickname}}": "{{user.nickname}}", "{{user.id ||}}": "{{}}", "{{user.id || null}}": "{{null}}",
		`{{user.id || "x"}}`: `{{"x"}}`, "{{user.username || 'x}}": "{{'x}}", "{{user.username || -Infinity}}": "{{-Infinity}}", "{{{{user.id}}}}": "{{{{user.id}}",
	}
}

func TestAnUnknownShortcodeIsRefusedWithItsName(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	made := backend(srv, http.MethodPost, "/v1/jwt_templates", `{"name": "good", "claims": {}}`).do(t)
	made.want(t, http.StatusOK)
	for text, named := range unknownShortcodes() {
		claims := map[string]any{"good": "{{user.id}}", "nested": map[string]any{"list": []any{"{{org.id}}", text}}}
		for where, seed := range map[string]*clerktest.Seed{
			"session_claims": {SessionClaims: claims}, "templates.crm.claims": {Templates: map[string]clerktest.JWTTemplate{"crm": {Claims: claims}}},
		} {
			server, err := clerktest.Start(clerktest.Config{Seed: seed})
			if err == nil {
				t.Errorf("%s: %s is taken", where, text)
				_ = server.Close(t.Context()) // a running server is the failure
				continue
			}
			names(t, err.Error(), where+".nested.list[1]: ", named)
		}
		asJSON := must(json.Marshal(map[string]any{"session_claims": claims, "templates": map[string]any{"crm": map[string]any{"claims": claims}}}))(t)
		_, err := clerktest.ParseSeed(asJSON)
		if err == nil {
			t.Errorf("the JSON of a seed: %s is taken", text)
			continue
		}
		names(t, err.Error(), "session_claims.nested.list[1]: ", "templates.crm.claims.nested.list[1]: ", named)

		body := string(must(json.Marshal(map[string]any{"name": "new", "claims": claims}))(t))
		for _, call := range [][2]string{{http.MethodPost, "/v1/jwt_templates"}, {http.MethodPatch, "/v1/jwt_templates/" + made.text(t, "id")}} {
			refused := backend(srv, call[0], call[1], body).do(t)
			refused.wantError(t, http.StatusUnprocessableEntity, "form_param_value_invalid")
			names(t, refused.text(t, "errors", 0, "long_message"), "nested.list[1]: ", named)
		}
	}
}

func TestAllUnknownShortcodesAreNamedAtOnce(t *testing.T) {
	t.Parallel()
	_, err := clerktest.Start(clerktest.Config{Seed: &clerktest.Seed{
		SessionClaims: map[string]any{"a": "{{user.shoe_size}} {{user.hat_size}}", "b": "{{organization.id}}"},
	}})
	if err == nil {
		t.Fatal("it starts")
	}
	names(t, err.Error(), "a: there is no shortcode {{user.shoe_size}}", "a: there is no shortcode {{user.hat_size}}", "user.external_id",
		"b: there is no shortcode {{organization.id}}", "org.…")
}

// names checks that a text contains all of these.
func names(t *testing.T, text string, all ...string) {
	t.Helper()
	for _, one := range all {
		if !strings.Contains(text, one) {
			t.Errorf("%q does not name %q", text, one)
		}
	}
}

func TestEachReverificationHasANewID(t *testing.T) {
	t.Parallel()
	v := newVerifying(t, "ada@example.com")
	text := "{{session.reverification_id}}"
	if got := filled(t, v.srv, v.id, text); got != nil {
		t.Errorf("before any reverification it is %v, want null", got)
	}
	seen := map[any]bool{}
	for i := range 2 {
		v.post(t, v.base, "level", "first_factor").want(t, http.StatusOK)
		_, claims := mint(t, v.srv, v.id, clerktest.TokenOptions{Template: "t" + text})
		id, _ := claims["claim"].(string)
		if id == "" || seen[id] {
			t.Errorf("reverification %d has the id %q, want another one than before", i+1, id)
		}
		seen[id] = true
	}
}

func TestTokensOfTemplatesTolerateClockSkew(t *testing.T) {
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
