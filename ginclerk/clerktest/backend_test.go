package clerktest_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

func TestBackendRequiresTheSecretKey(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	for _, row := range []struct{ name, authorization, path, code string }{
		{"no key", "", "/v1/users", "authentication_invalid"},
		{"a wrong key", "Bearer sk_test_wrong", "/v1/users", "authentication_invalid"},
		{"another scheme", "Basic " + srv.SecretKey(), "/v1/users", "authentication_invalid"},
		{"the key without a scheme", srv.SecretKey(), "/v1/users", "authentication_invalid"},
		{"the publishable key", "Bearer " + srv.PublishableKey(), "/v1/sessions", "authentication_invalid"},
		{"the key set has a code of its own", "Bearer sk_test_wrong", "/v1/jwks", "clerk_key_invalid"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			res := call{
				method: http.MethodGet, url: srv.BackendURL() + row.path, header: map[string]string{"Authorization": row.authorization},
			}.do(t)
			res.wantError(t, http.StatusUnauthorized, row.code)
		})
	}
}

func TestBackendAnswersHaveThePlainContentType(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	for _, path := range []string{"/v1/jwks", "/v1/users", "/v1/sessions/sess_unknown", "/v1/nothing"} {
		res := backend(srv, http.MethodGet, path, "").do(t)
		if got := res.header.Get("Content-Type"); got != "application/json" {
			t.Errorf("%s: content type %q, want application/json and nothing behind it", path, got)
		}
	}
}

func TestBackendKeySet(t *testing.T) {
	t.Parallel()
	srv, other := clerktest.New(t), clerktest.New(t)
	res := backend(srv, http.MethodGet, "/v1/jwks", "").do(t).want(t, http.StatusOK)
	for key, want := range map[string]string{"kty": "RSA", "alg": "RS256", "use": "sig", "e": "AQAB"} {
		if got := res.text(t, "keys", 0, key); got != want {
			t.Errorf("%s = %q, want %q", key, got, want)
		}
	}
	modulus, err := base64.RawURLEncoding.DecodeString(res.text(t, "keys", 0, "n"))
	if err != nil || len(modulus) != 256 {
		t.Errorf("modulus has %d bytes (%v), want 256: Clerk's keys have 2048 bits", len(modulus), err)
	}
	otherRes := backend(other, http.MethodGet, "/v1/jwks", "").do(t)
	if res.text(t, "keys", 0, "kid") == otherRes.text(t, "keys", 0, "kid") {
		t.Error("two servers have the same key id")
	}
	public := call{method: http.MethodGet, url: srv.FrontendURL() + "/.well-known/jwks.json"}.do(t).want(t, http.StatusOK)
	if public.raw != res.raw {
		t.Error("the Frontend API has another key set")
	}
}

func TestBackendSessions(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	ada := userID(t, srv, "ada@example.com")
	first := session(t, srv, "ada@example.com", clerktest.SessionOptions{})
	srv.Clock().Advance(time.Minute)
	second := session(t, srv, "ada@example.com", clerktest.SessionOptions{ClientID: first.ClientID, Status: "ended"})
	third := session(t, srv, "ada@example.com", clerktest.SessionOptions{})
	for _, row := range []struct {
		name, query string
		want        []string
	}{
		{"of a user, newest first", "?user_id=" + ada, []string{third.ID, second.ID, first.ID}},
		{"of a client", "?client_id=" + first.ClientID, []string{second.ID, first.ID}},
		{"of a client and a status", "?client_id=" + first.ClientID + "&status=active", []string{first.ID}},
		{"with a limit", "?limit=1&user_id=" + ada, []string{third.ID}},
		{"with limit and offset", "?limit=1&offset=1&user_id=" + ada, []string{second.ID}},
		{"beyond the end", "?offset=9&user_id=" + ada, []string{}},
		{"of an unknown user", "?user_id=user_unknown", []string{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			bare := backend(srv, http.MethodGet, "/v1/sessions"+row.query, "").do(t).want(t, http.StatusOK)
			if diff := cmp.Diff(row.want, bare.ids(t)); diff != "" {
				t.Errorf("bare list (-want +got):\n%s", diff)
			}
			paged := backend(srv, http.MethodGet, "/v1/sessions"+row.query+"&paginated=true", "").do(t).want(t, http.StatusOK)
			if diff := cmp.Diff(row.want, paged.ids(t, "data")); diff != "" {
				t.Errorf("paginated list (-want +got):\n%s", diff)
			}
		})
	}
	total := backend(srv, http.MethodGet, "/v1/sessions?paginated=true&limit=1&user_id="+ada, "").do(t).at(t, "total_count")
	if total != 3.0 {
		t.Errorf("total_count %v, want all 3 and not those of the page", total)
	}
}

func TestBackendRefusesBadPages(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	for _, query := range []string{
		"limit=0", "limit=501", "limit=-1", "limit=x", "offset=-1", "offset=x", "limit=99999999999999999999", "status=sleeping",
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			backend(srv, http.MethodGet, "/v1/sessions?"+query, "").do(t).
				wantError(t, http.StatusUnprocessableEntity, "form_param_value_invalid")
		})
	}
	if n := len(backend(srv, http.MethodGet, "/v1/users?limit=2", "").do(t).ids(t)); n != 2 {
		t.Errorf("%d users, want 2", n)
	}
}

func TestBackendSession(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	s := session(t, srv, "ada@example.com", clerktest.SessionOptions{OrganizationID: "acme", Device: clerktest.Device{
		Type: "Macintosh", Browser: "Chrome", BrowserVersion: "140.0.0.0", IPAddress: "192.0.2.7", City: "Oslo", Country: "NO",
	}})
	res := backend(srv, http.MethodGet, "/v1/sessions/"+s.ID, "").do(t).want(t, http.StatusOK)
	acme := organizationID(t, srv, "acme")
	now := float64(noon().UnixMilli())
	week := float64((7 * 24 * time.Hour).Milliseconds())
	for key, want := range map[string]any{
		"object": "session", "id": s.ID, "client_id": s.ClientID, "status": "active", "actor": nil, "tasks": nil,
		"user_id": userID(t, srv, "ada@example.com"), "last_active_organization_id": acme,
		"created_at": now, "updated_at": now, "last_active_at": now, "expire_at": now + week,
	} {
		if got := res.at(t, key); got != want {
			t.Errorf("%s = %v, want %v", key, got, want)
		}
	}
	for key, want := range map[string]any{
		"object": "session_activity", "device_type": "Macintosh", "browser_name": "Chrome", "browser_version": "140.0.0.0",
		"ip_address": "192.0.2.7", "city": "Oslo", "country": "NO", "is_mobile": false,
	} {
		if got := res.at(t, "latest_activity", key); got != want {
			t.Errorf("latest_activity.%s = %v, want %v", key, got, want)
		}
	}
	backend(srv, http.MethodGet, "/v1/sessions/sess_unknown", "").do(t).wantError(t, http.StatusNotFound, "resource_not_found")
}

func TestBackendRevokes(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "null", "{}"} {
		t.Run("with body "+body, func(t *testing.T) {
			t.Parallel()
			srv := clerktest.New(t)
			s := session(t, srv, "ada@example.com", clerktest.SessionOptions{})
			res := backend(srv, http.MethodPost, "/v1/sessions/"+s.ID+"/revoke", body).do(t).want(t, http.StatusOK)
			if got := res.text(t, "status"); got != "revoked" {
				t.Errorf("status %q, want revoked", got)
			}
			client := backend(srv, http.MethodGet, "/v1/clients/"+s.ClientID, "").do(t).want(t, http.StatusOK)
			if got := client.at(t, "last_active_session_id"); got != nil {
				t.Errorf("last active session %v, want none", got)
			}
			backend(srv, http.MethodPost, "/v1/sessions/"+s.ID+"/tokens", body).do(t).
				wantError(t, http.StatusUnauthorized, "authentication_invalid")
		})
	}
	srv := clerktest.New(t)
	backend(srv, http.MethodPost, "/v1/sessions/sess_unknown/revoke", "").do(t).wantError(t, http.StatusNotFound, "resource_not_found")
	ended := session(t, srv, "ada@example.com", clerktest.SessionOptions{Status: "ended"})
	res := backend(srv, http.MethodPost, "/v1/sessions/"+ended.ID+"/revoke", "").do(t).want(t, http.StatusOK)
	if got := res.text(t, "status"); got != "ended" {
		t.Errorf("status %q: a session that is over was revoked", got)
	}
}

func TestBackendTokens(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	s := session(t, srv, "ada@example.com", clerktest.SessionOptions{})
	for _, row := range []struct {
		name, path, body string
		lifetime         float64
		category         string
	}{
		{"a session token", "/tokens", "{}", 60, "cl_B7d4PD111AAA"},
		{"a session token with no body", "/tokens", "", 60, "cl_B7d4PD111AAA"},
		{"a longer session token", "/tokens", `{"expires_in_seconds":7200}`, 7200, "cl_B7d4PD111AAA"},
		{"null is the default", "/tokens", `{"expires_in_seconds":null}`, 60, "cl_B7d4PD111AAA"},
		{"a template", "/tokens/billing", "null", 60, "cl_B7d4PD222AAA"},
		{"a template that lives long", "/tokens/billing", `{"expires_in_seconds":315360000}`, 315360000, "cl_B7d4PD222AAA"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			res := backend(srv, http.MethodPost, "/v1/sessions/"+s.ID+row.path, row.body).do(t).want(t, http.StatusOK)
			if got := res.text(t, "object"); got != "token" {
				t.Errorf("object %q, want token", got)
			}
			header, claims := verified(t, srv, res.text(t, "jwt"))
			if header["cat"] != row.category || header["typ"] != "JWT" {
				t.Errorf("header %v, want cat %s", header, row.category)
			}
			if got := claims["exp"].(float64) - claims["iat"].(float64); got != row.lifetime {
				t.Errorf("lifetime %v s, want %v", got, row.lifetime)
			}
			if _, found := claims["azp"]; found {
				t.Error("azp is there, but no browser took part")
			}
		})
	}
	for _, row := range []struct {
		name, path, body string
		status           int
		code             string
	}{
		{"a missing template", "/tokens/nothing", "{}", 404, "resource_not_found"},
		{"too short a life", "/tokens", `{"expires_in_seconds":29}`, 422, "form_param_value_invalid"},
		{"too long a life", "/tokens", `{"expires_in_seconds":315360001}`, 422, "form_param_value_invalid"},
		{"a body that is not JSON", "/tokens", `{`, 400, "request_body_invalid"},
		{"a body of the wrong type", "/tokens", `{"expires_in_seconds":"60"}`, 400, "request_body_invalid"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			backend(srv, http.MethodPost, "/v1/sessions/"+s.ID+row.path, row.body).do(t).wantError(t, row.status, row.code)
		})
	}
}

func TestBackendClients(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	b := srv.NewBrowser()
	empty := backend(srv, http.MethodGet, "/v1/clients/"+b.ClientID(), "").do(t).want(t, http.StatusOK)
	if diff := cmp.Diff([]any{}, empty.at(t, "sessions")); diff != "" {
		t.Errorf("sessions of a new client must be an empty array:\n%s", diff)
	}
	one, two := signIn(t, b, "ada@example.com"), signIn(t, b, "mia@example.com")
	res := backend(srv, http.MethodGet, "/v1/clients/"+b.ClientID(), "").do(t).want(t, http.StatusOK)
	if diff := cmp.Diff([]string{one.ID, two.ID}, res.ids(t, "sessions")); diff != "" {
		t.Errorf("sessions (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]any{one.ID, two.ID}, res.at(t, "session_ids")); diff != "" {
		t.Errorf("session_ids (-want +got):\n%s", diff)
	}
	if got := res.text(t, "last_active_session_id"); got != two.ID {
		t.Errorf("last active session %s, want the later sign-in %s", got, two.ID)
	}
	backend(srv, http.MethodGet, "/v1/clients/client_unknown", "").do(t).wantError(t, http.StatusNotFound, "resource_not_found")
}

func TestBackendUsers(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	id := func(email string) string { return userID(t, srv, email) }
	ada, bob, dana, grace, mia := id("ada@example.com"), id("bob@example.com"), id("dana@example.com"), id("grace@example.com"),
		id("mia@example.com")
	acme := organizationID(t, srv, "acme")
	for _, row := range []struct {
		name, query string
		want        []string
	}{
		{"all, newest first", "", []string{mia, grace, dana, bob, ada}},
		{"by id", "user_id=" + bob, []string{bob}},
		{"by two ids", "user_id=" + bob + "&user_id=" + ada, []string{bob, ada}},
		{"all but two ids", "user_id=-" + bob + "&user_id=-" + ada, []string{mia, grace, dana}},
		{"by an id with a plus", "user_id=%2B" + bob, []string{bob}},
		{"by no member of an organization", "organization_id=-" + acme, []string{mia, dana}},
		{"after a user", "starting_after=" + dana, []string{bob, ada}},
		{"by part of the address alone", "email_address_query=ADA@", []string{ada}},
		{"by part of the name alone", "name_query=tana", []string{grace}},
		{"by address", "email_address=dana@example.com", []string{dana}},
		{"by address and another id", "email_address=dana@example.com&user_id=" + ada, []string{}},
		{"by organization", "organization_id=" + acme, []string{grace, bob, ada}},
		{"by part of a name", "query=A+OKAF", []string{ada}}, // The space keeps random ids from matching.
		{"by part of an address", "query=grace@", []string{grace}},
		{"oldest first", "order_by=created_at", []string{ada, bob, dana, grace, mia}},
		{"by last sign-in", "order_by=-last_sign_in_at&limit=1", []string{dana}},
		{"a page", "limit=2&offset=1", []string{grace, dana}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			res := backend(srv, http.MethodGet, "/v1/users?"+row.query, "").do(t).want(t, http.StatusOK)
			if diff := cmp.Diff(row.want, res.ids(t)); diff != "" {
				t.Errorf("users (-want +got):\n%s", diff)
			}
		})
	}
	count := backend(srv, http.MethodGet, "/v1/users/count?organization_id="+acme, "").do(t).want(t, http.StatusOK)
	if got := count.at(t, "total_count"); got != 3.0 {
		t.Errorf("count %v, want 3", got)
	}
	backend(srv, http.MethodGet, "/v1/users?order_by=shoe_size", "").do(t).wantError(t, 422, "form_param_value_invalid")
}

func TestBackendUser(t *testing.T) {
	t.Parallel()
	seed := &clerktest.Seed{Users: []clerktest.User{{
		FirstName: "Ada", Email: "Ada@Example.com", PublicMetadata: map[string]any{"role": "admin"},
		PrivateMetadata: map[string]any{"crm": "42"},
	}}}
	srv := clerktest.New(t, func(c *clerktest.Config) { c.Seed = seed })
	res := backend(srv, http.MethodGet, "/v1/users/"+userID(t, srv, "ada@example.com"), "").do(t).want(t, http.StatusOK)
	if got := res.text(t, "email_addresses", 0, "email_address"); got != "ada@example.com" {
		t.Errorf("address %q, want it in lower case", got)
	}
	if res.at(t, "primary_email_address_id") != res.at(t, "email_addresses", 0, "id") {
		t.Error("the primary address is not among the addresses")
	}
	if got := res.at(t, "private_metadata", "crm"); got != "42" {
		t.Errorf("private metadata %v, want it on the Backend API", got)
	}
	if got := res.at(t, "last_name"); got != nil {
		t.Errorf("last_name %v, want null", got)
	}
	for _, key := range []string{"phone_numbers", "web3_wallets", "passkeys", "external_accounts", "saml_accounts", "enterprise_accounts"} {
		if list, ok := res.at(t, key).([]any); !ok || len(list) != 0 {
			t.Errorf("%s = %v, want an empty array", key, res.at(t, key))
		}
	}
	backend(srv, http.MethodGet, "/v1/users/user_unknown", "").do(t).wantError(t, http.StatusNotFound, "resource_not_found")
}

func TestBackendMemberships(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	path := "/v1/users/" + userID(t, srv, "grace@example.com") + "/organization_memberships"
	res := backend(srv, http.MethodGet, path, "").do(t).want(t, http.StatusOK)
	if got := res.at(t, "total_count"); got != 2.0 {
		t.Errorf("total_count %v, want 2", got)
	}
	for key, want := range map[string]string{"role": "org:admin", "role_name": "Admin"} {
		if got := res.text(t, "data", 0, key); got != want {
			t.Errorf("%s = %q, want %q", key, got, want)
		}
	}
	if got := res.text(t, "data", 1, "organization", "slug"); got != "acme" {
		t.Errorf("organization %q, want acme", got)
	}
	if got := res.at(t, "data", 1, "organization", "members_count"); got != 3.0 {
		t.Errorf("members_count %v, want 3", got)
	}
	if n := len(backend(srv, http.MethodGet, path+"?limit=1&offset=1", "").do(t).ids(t, "data")); n != 1 {
		t.Errorf("%d memberships, want 1", n)
	}
	backend(srv, http.MethodGet, "/v1/users/user_unknown/organization_memberships", "").do(t).
		wantError(t, http.StatusNotFound, "resource_not_found")
}

func TestUnknownOperationsNameThemselves(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	res := backend(srv, http.MethodPost, "/v1/invitations", "{}").do(t).wantError(t, http.StatusNotImplemented, "not_implemented")
	if got := res.text(t, "errors", 0, "message"); !strings.Contains(got, " POST /v1/invitations. ") || !strings.Contains(got, "Server.Fail") {
		t.Errorf("message %q doesn't name the operation, and what a test can do", got)
	}
	call{method: http.MethodPost, url: srv.FrontendURL() + "/v1/client?_method=PATCH"}.do(t).want(t, http.StatusNotImplemented)
	backend(srv, http.MethodGet, "/v1/users", "").do(t)
	backend(srv, http.MethodGet, "/v1/users/user_1", "").do(t)
	backend(srv, http.MethodGet, "/v1/users/user_2", "").do(t)
	want := map[string]int{
		"POST /v1/invitations": 1, "PATCH /v1/client": 1, "GET /v1/users": 1, "GET /v1/users/{user_id}": 2,
	}
	if diff := cmp.Diff(want, srv.Calls()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}
