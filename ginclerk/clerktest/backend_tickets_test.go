package clerktest_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

func TestBackendTickets(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	ada := userID(t, srv, "ada@example.com")
	for _, row := range []struct{ path, object, body, unknown string }{
		{"/sign_in_tokens", "sign_in_token", `{"user_id":"` + ada + `"}`, `{"user_id":"user_x"}`},
		{"/actor_tokens", "actor_token", `{"user_id":"` + ada + `","actor":{"sub":"user_support"}}`, `{"user_id":"user_x","actor":{"sub":"a"}}`},
	} {
		walkThrough(t, srv, []step{
			{name: "create", method: "POST", path: row.path, body: row.body, at: []any{"status"}, want: "pending"},
			{name: "what it is", method: "POST", path: row.path, body: row.body, at: []any{"object"}, want: row.object},
			{name: "without a user", method: "POST", path: row.path, status: 422, code: "form_param_missing"},
			{name: "for an unknown user", method: "POST", path: row.path, body: row.unknown, status: 404, code: "resource_not_found"},
			{
				name: "for no time", method: "POST", path: row.path, body: `{"user_id":"` + ada + `","expires_in_seconds":0}`,
				status: 422, code: "form_param_value_invalid",
			},
			{name: "revoke", method: "POST", path: row.path + "/{id}/revoke", body: "null", at: []any{"status"}, want: "revoked"},
			{name: "its token is gone", method: "POST", path: row.path + "/{id}/revoke", status: 400, code: "token_cannot_be_revoked"},
			{name: "revoke nothing", method: "POST", path: row.path + "/x/revoke", status: 404, code: "resource_not_found"},
		})
	}
	backend(srv, http.MethodPost, "/v1/actor_tokens", `{"user_id":"`+ada+`"}`).do(t).wantError(t, http.StatusUnprocessableEntity, "form_param_missing")
}

func TestATicketIsRefusedAsASessionToken(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	res := backend(srv, http.MethodPost, "/v1/sign_in_tokens", `{"user_id":"`+userID(t, srv, "ada@example.com")+`"}`).do(t).want(t, http.StatusOK)
	_, claims := verified(t, srv, res.text(t, "token"))
	if claims["sub"] != nil || claims["sid"] != nil {
		t.Errorf("claims %v name a subject or a session", claims)
	}
	if want := float64(noon().Add(30 * 24 * time.Hour).Unix()); claims["exp"] != want { // 2592000 s by default
		t.Errorf("exp %v, want %v", claims["exp"], want)
	}
}

func TestBackendCreatesAndVerifiesSessions(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	ada := userID(t, srv, "ada@example.com")
	other := session(t, srv, "ada@example.com", clerktest.SessionOptions{})
	foreign, err := srv.MintToken(other.ID, clerktest.TokenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	walkThrough(t, srv, []step{
		{name: "create", method: "POST", path: "/sessions", body: `{"user_id":"` + ada + `"}`, at: []any{"status"}, want: "active"},
		{name: "without a user", method: "POST", path: "/sessions", status: 422, code: "form_param_missing"},
		{name: "for an unknown user", method: "POST", path: "/sessions", body: `{"user_id":"user_x"}`, status: 404, code: "resource_not_found"},
		{
			name: "in an organization of others", method: "POST", path: "/sessions",
			body:   `{"user_id":"` + ada + `","active_organization_id":"org_x"}`,
			status: 404, code: "resource_not_found",
		},
		{name: "verify without a token", method: "POST", path: "/sessions/{id}/verify", body: "null", at: []any{"user_id"}, want: ada},
		{name: "verify a foreign token", method: "POST", path: "/sessions/{id}/verify", body: `{"token":"` + foreign + `"}`, status: 401, code: "session_mismatch"},
		{name: "verify its own", method: "POST", path: "/sessions/" + other.ID + "/verify", body: `{"token":"` + foreign + `"}`, at: []any{"id"}, want: other.ID},
		{name: "revoke", method: "POST", path: "/sessions/{id}/revoke", at: []any{"status"}, want: "revoked"},
		{name: "verify what is over", method: "POST", path: "/sessions/{id}/verify", status: 401, code: "authentication_invalid"},
		{name: "verify nothing", method: "POST", path: "/sessions/sess_x/verify", status: 404, code: "resource_not_found"},
	})
	live := clerktest.New(t, production)
	backend(live, http.MethodPost, "/v1/sessions", `{"user_id":"`+live.Users()[0].ID+`"}`).do(t).
		wantError(t, http.StatusBadRequest, "operation_not_allowed_in_production")
}

func TestBackendListsAndVerifiesClients(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, production)
	b := srv.NewBrowser()
	signIn(t, b, "ada@example.com")
	backend(srv, http.MethodPost, "/v1/clients/verify", "").do(t).wantError(t, http.StatusBadRequest, "form_param_missing")
	backend(srv, http.MethodPost, "/v1/clients/verify", `{"token":"x"}`).do(t).wantError(t, http.StatusUnauthorized, "client_token_invalid")
	for _, cookie := range clientCookie(t, b) {
		if cookie.Name != "__client" {
			continue
		}
		res := backend(srv, http.MethodPost, "/v1/clients/verify", `{"token":"`+cookie.Value+`"}`).do(t).want(t, http.StatusOK)
		if got := res.text(t, "id"); got != b.ClientID() {
			t.Errorf("client %s, want %s", got, b.ClientID())
		}
	}
	newest := backend(srv, http.MethodGet, "/v1/clients?limit=1", "").do(t).want(t, http.StatusOK).ids(t)
	if len(newest) != 1 || newest[0] != b.ClientID() {
		t.Errorf("clients %v, want %s", newest, b.ClientID())
	}
	if n := backend(srv, http.MethodGet, "/v1/clients?paginated=true&limit=1", "").do(t).at(t, "total_count").(float64); n < 2 {
		t.Errorf("total_count %v", n)
	}
}

func TestBackendPages(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	for _, path := range []string{"/users", "/sessions", "/clients", "/organizations", "/organizations/acme/memberships", "/jwt_templates"} {
		for query, status := range map[string]int{
			"limit=1": 200, "limit=500": 200, "offset=0": 200, "offset=1000000": 200, // an offset after the end returns an empty page
			"limit=0": 422, "limit=501": 422, "limit=-1": 422, "limit=x": 422, "limit=1.5": 422, "offset=-1": 422, "offset=x": 422,
		} {
			backend(srv, http.MethodGet, "/v1"+path+"?"+query, "").do(t).want(t, status)
		}
	}
}

func TestTestingTokens(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	res := backend(srv, http.MethodPost, "/v1/testing_tokens", "null").do(t).want(t, http.StatusOK)
	if res.text(t, "token") == "" || res.at(t, "expires_at").(float64) <= float64(noon().Unix()) {
		t.Errorf("testing token %s", res.raw)
	}
}

func TestMachineTokens(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		kind                       clerktest.MachineTokenKind
		path, param, object, scope string
	}{
		{clerktest.APIKey, "/api_keys/verify", "secret", "api_key", "read"},
		{clerktest.M2MToken, "/m2m_tokens/verify", "token", "machine_to_machine_token", machineScope},
		{clerktest.OAuthToken, "/oauth_applications/access_tokens/verify", "access_token", "clerk_idp_oauth_access_token", "read"},
	} {
		for _, base := range []string{"", "/v1"} {
			t.Run(base+row.path, func(t *testing.T) {
				t.Parallel()
				srv := clerktest.New(t)
				good, revoked, expired := machineToken(t, srv, row.kind, 0), machineToken(t, srv, row.kind, 0), machineToken(t, srv, row.kind, time.Hour)
				verify := func(secret string) result {
					return backend(srv, http.MethodPost, base+row.path, `{"`+row.param+`":"`+secret+`"}`).do(t)
				}
				res := verify(good.Secret).want(t, http.StatusOK)
				if res.text(t, "id") != good.ID || res.text(t, "object") != row.object || res.text(t, "scopes", 0) != row.scope {
					t.Errorf("answer %s", res.raw)
				}
				verify(expired.Secret).want(t, http.StatusOK)
				if err := srv.RevokeMachineToken(revoked.ID); err != nil {
					t.Fatal(err)
				}
				srv.Clock().Advance(2 * time.Hour)
				for _, secret := range []string{revoked.Secret, expired.Secret, string(row.kind) + "unknown", good.ID} {
					verify(secret).wantError(t, http.StatusNotFound, "resource_not_found")
				}
				verify("").wantError(t, http.StatusBadRequest, "form_param_missing")
				verify(good.Secret).want(t, http.StatusOK)
			})
		}
	}
}

// machineScope says that the scopes of M2M tokens are machines.
const machineScope = "mch_000000000000000000000000001"

func machineToken(tb testing.TB, srv *clerktest.Server, kind clerktest.MachineTokenKind, lifetime time.Duration) clerktest.IssuedMachineToken {
	tb.Helper()
	token := clerktest.MachineToken{Kind: kind, Name: "robot", ClientID: "app", Lifetime: lifetime, Scopes: []string{"read"}}
	if kind == clerktest.M2MToken {
		token.Scopes = []string{machineScope}
	}
	if kind == clerktest.OAuthToken {
		token.Subject = srv.Users()[0].ID
	}
	issued, err := srv.CreateMachineToken(token)
	if err != nil {
		tb.Fatal(err)
	}
	return issued
}

func TestMachineTokenHelpersSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	if _, err := srv.CreateMachineToken(clerktest.MachineToken{Kind: "x"}); err == nil {
		t.Error("an unknown kind was created")
	}
	if _, err := srv.CreateMachineToken(clerktest.MachineToken{Kind: clerktest.OAuthToken}); !errors.Is(err, clerktest.ErrNotFound) {
		t.Errorf("error %v", err)
	}
	if err := srv.RevokeMachineToken("ak_x"); !errors.Is(err, clerktest.ErrNotFound) {
		t.Errorf("error %v", err)
	}
}
