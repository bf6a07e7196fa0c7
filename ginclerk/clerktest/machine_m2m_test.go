package clerktest_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

func TestM2MTokens(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "/v1"} {
		t.Run(base+"/m2m_tokens", func(t *testing.T) {
			t.Parallel()
			srv := clerktest.New(t, standing)
			to, other := machine(t, srv, clerktest.Machine{}), machine(t, srv, clerktest.Machine{})
			from := machine(t, srv, clerktest.Machine{Scopes: []string{to.ID}})
			made := asMachine(srv, from.SecretKey, http.MethodPost, base+"/m2m_tokens", `{"claims":{"job":"import"},"seconds_until_expiration":120}`).
				do(t).want(t, http.StatusCreated)
			token, id := made.text(t, "token"), made.text(t, "id")
			if !strings.HasPrefix(token, "mt_") || made.text(t, "subject") != from.ID || made.text(t, "scopes", 0) != to.ID {
				t.Errorf("created %s", made.raw)
			}
			verify := func(key string) result {
				return asMachine(srv, key, http.MethodPost, base+"/m2m_tokens/verify", `{"token":"`+token+`"}`).do(t)
			}
			for name, key := range map[string]string{"the instance": srv.SecretKey(), "the machine in the scopes": to.SecretKey} {
				if got := verify(key).want(t, http.StatusOK); got.text(t, "id") != id || got.text(t, "claims", "job") != "import" || got.at(t, "token") != nil {
					t.Errorf("%s reads %s", name, got.raw)
				}
			}
			verify(other.SecretKey).wantError(t, http.StatusNotFound, "resource_not_found")
			verify(from.SecretKey).wantError(t, http.StatusNotFound, "resource_not_found")
			verify("").wantError(t, http.StatusUnauthorized, "authentication_invalid")
			verify("ak_wrong").wantError(t, http.StatusUnauthorized, "authentication_invalid")
			srv.Clock().Advance(2*time.Minute - time.Millisecond)
			verify(to.SecretKey).want(t, http.StatusOK)
			srv.Clock().Advance(time.Millisecond)
			verify(to.SecretKey).wantError(t, http.StatusNotFound, "resource_not_found")
		})
	}
}

func TestOnlyMachinesMakeM2MTokens(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	m := machine(t, srv, clerktest.Machine{TokenLifetime: time.Minute})
	for name, key := range map[string]string{"the instance": srv.SecretKey(), "a client without a key": "", "a stranger": "ak_wrong"} {
		res := asMachine(srv, key, http.MethodPost, "/m2m_tokens", "{}").do(t)
		if res.status != http.StatusUnauthorized {
			t.Errorf("%s made a token: %d", name, res.status)
		}
	}
	for _, body := range []string{
		`{"token_format":"paper"}`, `{"seconds_until_expiration":0}`, `{"seconds_until_expiration":-1}`,
		`{"token_format":"jwt","claims":{"sub":"user_x"}}`, `{"min_remaining_ttl_seconds":60}`, `{"min_remaining_ttl_seconds":-1}`,
	} {
		asMachine(srv, m.SecretKey, http.MethodPost, "/m2m_tokens", body).do(t).wantError(t, http.StatusBadRequest, "form_param_value_invalid")
	}
}

func TestM2MTokensAreUsedAgain(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	m := machine(t, srv, clerktest.Machine{TokenLifetime: time.Hour})
	create := func(body string) string {
		return asMachine(srv, m.SecretKey, http.MethodPost, "/m2m_tokens", body).do(t).want(t, http.StatusCreated).text(t, "token")
	}
	const again = `{"claims":{"a":1},"min_remaining_ttl_seconds":1800}`
	first := create(`{"claims":{"a":1}}`)
	if create(again) != first {
		t.Error("a token that is good for long enough was not used again")
	}
	if create(`{"claims":{"a":2},"min_remaining_ttl_seconds":1800}`) == first || create(`{"claims":{"a":1}}`) == first {
		t.Error("a token was used again for another purpose, or unasked")
	}
	for _, id := range revocable(t, srv, m.ID) {
		asMachine(srv, m.SecretKey, http.MethodPost, "/m2m_tokens/"+id+"/revoke", "").do(t).want(t, http.StatusOK)
	}
	backend(srv, http.MethodPost, "/m2m_tokens/verify", `{"token":"`+create(again)+`"}`).do(t).want(t, http.StatusOK)
	const later = `{"claims":{"a":3},"min_remaining_ttl_seconds":1800}`
	third := create(later)
	srv.Clock().Advance(30 * time.Minute)
	if create(later) != third {
		t.Error("a token with 30 minutes left was not used again, where 30 are asked for")
	}
	srv.Clock().Advance(time.Minute)
	if create(later) == third {
		t.Error("a token with 29 minutes left was used again, where 30 are asked for")
	}
}

// revocable returns the ids of a machine's valid tokens.
func revocable(t *testing.T, srv *clerktest.Server, id string) []string {
	t.Helper()
	return backend(srv, http.MethodGet, "/m2m_tokens?limit=100&subject="+id, "").do(t).want(t, http.StatusOK).ids(t, "m2m_tokens")
}

func TestListsOfM2MTokens(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	m, other := machine(t, srv, clerktest.Machine{}), machine(t, srv, clerktest.Machine{})
	create := func(lifetime time.Duration) string {
		issued, err := srv.CreateMachineToken(clerktest.MachineToken{Kind: clerktest.M2MToken, Subject: m.ID, Lifetime: lifetime})
		if err != nil {
			t.Fatal(err)
		}
		return issued.ID
	}
	good, revoked, expired := create(0), create(0), create(-time.Hour)
	revoke := "/m2m_tokens/" + revoked + "/revoke"
	asMachine(srv, other.SecretKey, http.MethodPost, revoke, "{}").do(t).wantError(t, http.StatusNotFound, "resource_not_found")
	got := asMachine(srv, m.SecretKey, http.MethodPost, revoke, `{"revocation_reason":"lost"}`).do(t).want(t, http.StatusOK)
	if got.at(t, "revoked") != true || got.text(t, "revocation_reason") != "lost" {
		t.Errorf("revoked %s", got.raw)
	}
	backend(srv, http.MethodPost, "/m2m_tokens/mt_x/revoke", "{}").do(t).wantError(t, http.StatusNotFound, "resource_not_found")
	asMachine(srv, m.SecretKey, http.MethodPost, "/m2m_tokens", `{"token_format":"jwt"}`).do(t).want(t, http.StatusCreated)
	list := "/m2m_tokens?subject=" + m.ID
	for _, row := range []struct {
		query string
		want  []string
	}{
		{"", []string{good}},
		{"&revoked=true", []string{revoked, good}},
		{"&expired=true", []string{expired, good}},
		{"&expired=true&revoked=true&limit=2&offset=1", []string{revoked, good}},
		{"&offset=5", []string{}},
	} {
		for _, key := range []string{srv.SecretKey(), m.SecretKey} {
			page := asMachine(srv, key, http.MethodGet, list+row.query, "").do(t).want(t, http.StatusOK)
			if diff := cmp.Diff(row.want, page.ids(t, "m2m_tokens")); diff != "" {
				t.Errorf("%q (-want +got):\n%s", row.query, diff)
			}
		}
	}
	page := backend(srv, http.MethodGet, list+"&expired=true", "").do(t)
	if page.at(t, "m2m_tokens", 0, "expired") != true || page.at(t, "m2m_tokens", 1, "expired") != false {
		t.Errorf("which one has expired: %s", page.raw)
	}
	asMachine(srv, other.SecretKey, http.MethodGet, list, "").do(t).wantError(t, http.StatusForbidden, "authorization_invalid")
	backend(srv, http.MethodGet, "/m2m_tokens", "").do(t).wantError(t, http.StatusBadRequest, "form_param_missing")
	backend(srv, http.MethodGet, "/m2m_tokens?subject=mch_x", "").do(t).wantError(t, http.StatusNotFound, "resource_not_found")
	backend(srv, http.MethodGet, list+"&limit=101", "").do(t).wantError(t, http.StatusBadRequest, "form_param_value_invalid")
}

func TestM2MTokensAsJWT(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	to := machine(t, srv, clerktest.Machine{})
	m := machine(t, srv, clerktest.Machine{Scopes: []string{to.ID}, TokenLifetime: time.Minute})
	made := asMachine(srv, m.SecretKey, http.MethodPost, "/m2m_tokens", `{"token_format":"jwt","claims":{"job":"import"}}`).do(t).want(t, http.StatusCreated)
	header, claims := verified(t, srv, made.text(t, "token"))
	if header["cat"] != "cl_B7d4PD333AAA" || header["typ"] != "JWT" || header["kid"] == nil {
		t.Errorf("header %v", header)
	}
	now := float64(srv.Clock().Now().Unix())
	want := map[string]any{
		"iss": claimsOfSession(t, srv)["iss"], "sub": m.ID, "jti": made.text(t, "id"), "job": "import",
		"aud": []any{to.ID}, "scopes": to.ID, "iat": now, "nbf": now - 10, "exp": now + 60,
	}
	if diff := cmp.Diff(want, claims); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
	if made.text(t, "scopes", 0) != to.ID {
		t.Errorf("scopes of %s", made.raw)
	}
	backend(srv, http.MethodPost, "/m2m_tokens/"+made.text(t, "id")+"/revoke", "{}").do(t).wantError(t, http.StatusNotFound, "resource_not_found")
	backend(srv, http.MethodPost, "/m2m_tokens/verify", `{"token":"`+made.text(t, "token")+`"}`).do(t).wantError(t, http.StatusNotFound, "resource_not_found")
}

func TestHelpersMakeJWTsForMachines(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	ada := userID(t, srv, "ada@example.com")
	for _, row := range []struct {
		name   string
		token  clerktest.MachineToken
		header map[string]any
		claims map[string]any
	}{
		{
			"an M2M token",
			clerktest.MachineToken{
				Kind: clerktest.M2MToken, Subject: machineScope, Scopes: []string{machineScope}, Claims: map[string]any{"a": "b", "sub": "user_x"},
			},
			map[string]any{"typ": "JWT", "cat": "cl_B7d4PD333AAA"},
			map[string]any{"sub": machineScope, "scopes": machineScope, "a": "b"},
		},
		{
			"an OAuth token",
			clerktest.MachineToken{
				Kind: clerktest.OAuthToken, Subject: ada, ClientID: "app", Scopes: []string{"profile", "email"}, Claims: map[string]any{"aud": "https://api.example"},
			},
			map[string]any{"typ": "at+jwt", "cat": nil},
			map[string]any{"sub": ada, "client_id": "app", "scope": "profile email", "aud": "https://api.example"},
		},
	} {
		row.token.JWT = true
		issued, err := srv.CreateMachineToken(row.token)
		if err != nil {
			t.Fatal(err)
		}
		header, claims := verified(t, srv, issued.Secret)
		row.claims["jti"], row.claims["exp"] = issued.ID, float64(srv.Clock().Now().Add(time.Hour).Unix())
		for name, want := range row.header {
			if header[name] != want {
				t.Errorf("%s: header %s is %v, want %v", row.name, name, header[name], want)
			}
		}
		for name, want := range row.claims {
			if claims[name] != want {
				t.Errorf("%s: claim %s is %v, want %v", row.name, name, claims[name], want)
			}
		}
		if err := srv.RevokeMachineToken(issued.ID); !errors.Is(err, clerktest.ErrNotFound) {
			t.Errorf("%s: revoked, although the server keeps no JWT: %v", row.name, err)
		}
	}
}

// claimsOfSession are the claims of a session token.
func claimsOfSession(t *testing.T, srv *clerktest.Server) map[string]any {
	t.Helper()
	token, err := srv.MintToken(session(t, srv, "ada@example.com", clerktest.SessionOptions{}).ID, clerktest.TokenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	_, claims := verified(t, srv, token)
	return claims
}
