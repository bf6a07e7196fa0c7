package clerktest_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

func mint(tb testing.TB, srv *clerktest.Server, sessionID string, o clerktest.TokenOptions) (header, claims map[string]any) {
	tb.Helper()
	token, err := srv.MintToken(sessionID, o)
	if err != nil {
		tb.Fatal(err)
	}
	return verified(tb, srv, token)
}

func TestSessionTokenClaims(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	s := session(t, srv, "ada@example.com", clerktest.SessionOptions{OrganizationID: "acme"})
	acme := organizationID(t, srv, "acme")
	key, err := instance.ParsePublishableKey(srv.PublishableKey())
	if err != nil {
		t.Fatal(err)
	}
	header, claims := mint(t, srv, s.ID, clerktest.TokenOptions{AuthorizedParty: appOrigin})
	if kid, _ := header["kid"].(string); len(kid) < 10 || kid[:4] != "ins_" {
		t.Errorf("kid %q, want the id of an instance", kid)
	}
	if jti, _ := claims["jti"].(string); jti == "" {
		t.Error("jti is missing")
	}
	delete(claims, "jti")
	now := float64(noon().Unix())
	want := map[string]any{
		"sub": s.UserID, "sid": s.ID, "iss": "https://" + key.FrontendAPI(), "azp": appOrigin,
		"iat": now, "nbf": now - 10, "exp": now + 60, "v": 2.0, "sts": "active", "fva": []any{0.0, -1.0},
		"email": "ada@example.com", "metadata": map[string]any{"role": "admin"},
		"fea": "o:billing,o:reports", "pla": "o:pro,u:free_user",
		// billing: manage and read; reports: read.
		"o": map[string]any{"id": acme, "slg": "acme", "rol": "admin", "per": "manage,read", "fpm": "3,2"},
	}
	if diff := cmp.Diff(want, claims); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
}

func TestPersonalAccountHasNoOrganizationClaims(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	s := session(t, srv, "ada@example.com", clerktest.SessionOptions{})
	_, claims := mint(t, srv, s.ID, clerktest.TokenOptions{})
	for _, name := range []string{"o", "fea"} {
		if value, found := claims[name]; found {
			t.Errorf("%s = %v", name, value)
		}
	}
}

func TestPermissionsAreAlignedForEveryReader(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, func(c *clerktest.Config) {
		c.Seed = &clerktest.Seed{
			Organizations: []clerktest.Organization{{Name: "Acme", Slug: "acme", Features: []string{"empty", "both"}}},
			Users: []clerktest.User{{
				Email: "a@example.com", Features: []string{"alone", "both"},
				Memberships: []clerktest.Membership{{Organization: "acme", Role: "org:owner", Permissions: []string{
					"org:sys_domains:read", "org:both:read", "org:third:write", "org:third:read", "nonsense",
				}}},
			}},
		}
	})
	s := session(t, srv, "a@example.com", clerktest.SessionOptions{OrganizationID: "acme"})
	_, claims := mint(t, srv, s.ID, clerktest.TokenOptions{})
	if got, want := claims["fea"], "o:empty,uo:both,o:third,u:alone"; got != want {
		t.Errorf("fea %v, want %s: what is not the organization's comes last", got, want)
	}
	o, _ := claims["o"].(map[string]any)
	if o["per"] != "read,write" || o["fpm"] != "0,1,3,0" {
		t.Errorf("per %v, fpm %v, want read,write and 0,1,3,0", o["per"], o["fpm"])
	}
}

func TestFactorAgeGrows(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	s := session(t, srv, "ada@example.com", clerktest.SessionOptions{})
	for _, row := range []struct {
		advance time.Duration
		want    float64
	}{{59 * time.Second, 0}, {time.Second, 1}, {9 * time.Minute, 10}} {
		srv.Clock().Advance(row.advance)
		_, claims := mint(t, srv, s.ID, clerktest.TokenOptions{})
		if diff := cmp.Diff([]any{row.want, -1.0}, claims["fva"]); diff != "" {
			t.Errorf("fva (-want +got):\n%s", diff)
		}
	}
}

func TestTokensAreForTheFirstOrigin(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		origins []string
		options clerktest.TokenOptions
		want    any
	}{
		{"by default", nil, clerktest.TokenOptions{}, "http://localhost:8080"},
		{"as browsers send it", []string{"HTTPS://App.Example.com:443", "http://localhost:3000"}, clerktest.TokenOptions{}, "https://app.example.com"},
		{"unless another is asked for", nil, clerktest.TokenOptions{AuthorizedParty: "https://else.example"}, "https://else.example"},
		{"unless the claim is left out", nil, clerktest.TokenOptions{Claims: map[string]any{"azp": nil}}, nil},
		{"of templates too", nil, clerktest.TokenOptions{Template: "billing"}, "http://localhost:8080"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			srv := clerktest.New(t, func(c *clerktest.Config) { c.Origins = row.origins })
			s := session(t, srv, "ada@example.com", clerktest.SessionOptions{})
			if _, claims := mint(t, srv, s.ID, row.options); claims["azp"] != row.want {
				t.Errorf("azp is %v, want %v", claims["azp"], row.want)
			}
		})
	}
}

func TestMintTokenOptions(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing, func(c *clerktest.Config) { c.TokenLifetime = 2 * time.Hour })
	pending := session(t, srv, "ada@example.com", clerktest.SessionOptions{Status: "pending"})
	header, claims := mint(t, srv, pending.ID, clerktest.TokenOptions{
		NoKeyID: true, Claims: map[string]any{"azp": "x", "sid": nil, "nbf": nil},
	})
	if _, found := header["kid"]; found {
		t.Error("kid is there")
	}
	if claims["exp"].(float64)-claims["iat"].(float64) != 7200 {
		t.Errorf("exp %v: want the configured life of two hours", claims["exp"])
	}
	if claims["sts"] != "pending" || claims["azp"] != "x" || claims["sid"] != nil || claims["nbf"] != nil {
		t.Errorf("claims %v", claims)
	}
	_, claims = mint(t, srv, pending.ID, clerktest.TokenOptions{Lifetime: -time.Minute})
	if claims["exp"].(float64) != float64(noon().Unix()-60) {
		t.Errorf("exp %v, want it a minute ago", claims["exp"])
	}
	if _, err := srv.MintToken("sess_unknown", clerktest.TokenOptions{}); !errors.Is(err, clerktest.ErrNotFound) {
		t.Errorf("error %v, want ErrNotFound", err)
	}
	if _, err := srv.MintToken(pending.ID, clerktest.TokenOptions{Template: "nothing"}); err == nil {
		t.Error("a missing template was found")
	}
}

func TestTemplatesFillInShortcodes(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, func(c *clerktest.Config) {
		seed := clerktest.DefaultSeed()
		seed.SessionClaims = map[string]any{"org_name": "{{org.name}}", "sub": "not this", "list": []any{"{{user.first_name}}", 1}}
		seed.Templates = map[string]clerktest.JWTTemplate{"t": {Lifetime: time.Hour, Claims: map[string]any{
			"text": "Hello {{ user.full_name }} of {{org.slug}}!", "missing": "{{user.username}}", "missing_in_text": "<{{user.username}}>",
			"nested": map[string]any{"role": "{{user.public_metadata.role}}"}, "open": "{{user.id", "number": 7, "aud": "https://x.example",
		}}}
		c.Seed = seed
	})
	s := session(t, srv, "ada@example.com", clerktest.SessionOptions{OrganizationID: "acme"})
	_, claims := mint(t, srv, s.ID, clerktest.TokenOptions{Template: "t"})
	for name, want := range map[string]any{
		"text": "Hello Ada Okafor of acme!", "missing": nil, "missing_in_text": "<null>", "nested": map[string]any{"role": "admin"},
		"open": "{{user.id", "number": 7.0, "aud": "https://x.example", "sub": s.UserID,
	} {
		if diff := cmp.Diff(want, claims[name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if claims["exp"].(float64)-claims["iat"].(float64) != 3600 {
		t.Errorf("exp %v: want the template's hour", claims["exp"])
	}
	_, claims = mint(t, srv, s.ID, clerktest.TokenOptions{})
	if claims["org_name"] != "Acme" || claims["sub"] != s.UserID {
		t.Errorf("org_name %v, sub %v: custom claims never replace Clerk's own", claims["org_name"], claims["sub"])
	}
	if diff := cmp.Diff([]any{"Ada", 1.0}, claims["list"]); diff != "" {
		t.Errorf("list (-want +got):\n%s", diff)
	}
}
