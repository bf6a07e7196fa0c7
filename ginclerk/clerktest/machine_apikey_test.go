package clerktest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

func TestAPIKeys(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "/v1"} {
		t.Run(base+"/api_keys", func(t *testing.T) {
			t.Parallel()
			srv := clerktest.New(t, standing)
			ada, bob := userID(t, srv, "ada@example.com"), userID(t, srv, "bob@example.com")
			keys := base + "/api_keys"
			made := backend(srv, http.MethodPost, keys, `{"name":"nightly import","subject":"`+ada+`","scopes":["import"],"claims":{"plan":"gold"},`+
				`"description":"for the archive","created_by":"`+bob+`","seconds_until_expiration":60}`).do(t).want(t, http.StatusOK)
			id, secret := made.text(t, "id"), made.text(t, "secret")
			verify := func() result { return backend(srv, http.MethodPost, keys+"/verify", `{"secret":"`+secret+`"}`).do(t) }
			seen := verify().want(t, http.StatusOK)
			if seen.text(t, "id") != id || seen.text(t, "subject") != ada || seen.text(t, "scopes", 0) != "import" ||
				seen.text(t, "claims", "plan") != "gold" || seen.text(t, "created_by") != bob || seen.at(t, "secret") != nil {
				t.Errorf("verified %s", seen.raw)
			}
			if got := backend(srv, http.MethodGet, keys+"/"+id, "").do(t).want(t, http.StatusOK); got.at(t, "last_used_at") == nil {
				t.Errorf("the use is not recorded: %s", got.raw)
			}
			if got := backend(srv, http.MethodGet, keys+"/"+id+"/secret", "").do(t).want(t, http.StatusOK); got.text(t, "secret") != secret {
				t.Error("another secret")
			}
			srv.Clock().Advance(time.Minute)
			verify().wantError(t, http.StatusNotFound, "resource_not_found")
			changed := backend(srv, http.MethodPatch, keys+"/"+id, `{"subject":"`+ada+`","scopes":[],"claims":null,"seconds_until_expiration":null}`).
				do(t).want(t, http.StatusOK)
			if changed.at(t, "claims") != nil || changed.at(t, "expiration") != nil || changed.text(t, "description") != "for the archive" {
				t.Errorf("changed %s", changed.raw)
			}
			verify().want(t, http.StatusOK)
			revoked := backend(srv, http.MethodPost, keys+"/"+id+"/revoke", `{"revocation_reason":"lost"}`).do(t).want(t, http.StatusOK)
			if revoked.at(t, "revoked") != true || revoked.text(t, "revocation_reason") != "lost" {
				t.Errorf("revoked %s", revoked.raw)
			}
			verify().wantError(t, http.StatusNotFound, "resource_not_found")
			backend(srv, http.MethodDelete, keys+"/"+id, "").do(t).want(t, http.StatusOK)
			backend(srv, http.MethodGet, keys+"/"+id, "").do(t).wantError(t, http.StatusNotFound, "resource_not_found")
		})
	}
}

func TestListsOfAPIKeys(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	ada := userID(t, srv, "ada@example.com")
	create := func(name string, lifetime time.Duration) string {
		issued, err := srv.CreateMachineToken(clerktest.MachineToken{Kind: clerktest.APIKey, Subject: ada, Name: name, Lifetime: lifetime})
		if err != nil {
			t.Fatal(err)
		}
		return issued.ID
	}
	one, two, revoked, expired := create("key one", 0), create("key two", 0), create("three", 0), create("four", -time.Hour)
	if err := srv.RevokeMachineToken(revoked); err != nil {
		t.Fatal(err)
	}
	list := "/api_keys?subject=" + ada
	for _, row := range []struct {
		query string
		want  []string
	}{
		{"", []string{two, one}},
		{"&include_invalid=true", []string{expired, revoked, two, one}},
		{"&query=KEY+ONE", []string{one}},
		{"&type=api_key", []string{two, one}},
		{"&type=other", []string{}},
		{"&limit=1", []string{two}},
		{"&limit=1&offset=1", []string{one}},
		{"&offset=2", []string{}},
	} {
		got := backend(srv, http.MethodGet, list+row.query, "").do(t).want(t, http.StatusOK)
		if diff := cmp.Diff(row.want, got.ids(t, "data")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", row.query, diff)
		}
	}
}

func TestWrongAPIKeyParametersAreRefused(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	ada, m := userID(t, srv, "ada@example.com"), machine(t, srv, clerktest.Machine{})
	unknown := "user_" + strings.Repeat("0", 27)
	for _, row := range []struct {
		method, path, body string
		status             int
		code               string
	}{
		{http.MethodPost, "/api_keys", `{}`, 400, "form_param_missing"},
		{http.MethodPost, "/api_keys", `{"name":"key"}`, 400, "form_param_missing"},
		{http.MethodPost, "/api_keys", `{"name":"ab","subject":"` + ada + `"}`, 400, "form_param_value_invalid"},
		{http.MethodPost, "/api_keys", `{"name":" key","subject":"` + ada + `"}`, 400, "form_param_value_invalid"},
		{http.MethodPost, "/api_keys", `{"name":"key","subject":"sess_1"}`, 400, "form_param_value_invalid"},
		{http.MethodPost, "/api_keys", `{"name":"key","subject":"` + unknown + `"}`, 404, "resource_not_found"},
		{http.MethodPost, "/api_keys", `{"name":"key","subject":"` + ada + `","claims":"x"}`, 400, "form_param_value_invalid"},
		{http.MethodPost, "/api_keys", `{"name":"key","subject":"` + ada + `","seconds_until_expiration":0}`, 400, "form_param_value_invalid"},
		{http.MethodPost, "/api_keys", `{"name":"key","subject":"` + ada + `","seconds_until_expiration":"x"}`, 400, "form_param_value_invalid"},
		{http.MethodPost, "/api_keys", `{"name":"key","subject":"` + ada + `","description":"` + strings.Repeat("x", 256) + `"}`, 400, "form_param_value_invalid"},
		{http.MethodGet, "/api_keys", "", 400, "form_param_missing"},
		{http.MethodGet, "/api_keys?subject=" + unknown, "", 404, "resource_not_found"},
		{http.MethodGet, "/api_keys?limit=101&subject=" + ada, "", 400, "form_param_value_invalid"},
		{http.MethodGet, "/api_keys?offset=-1&subject=" + ada, "", 400, "form_param_value_invalid"},
		{http.MethodPatch, "/api_keys/ak_x", `{}`, 404, "resource_not_found"},
		{http.MethodPost, "/api_keys/ak_x/revoke", `{}`, 404, "resource_not_found"},
		{http.MethodPost, "/api_keys/verify", `{"secret":"` + m.SecretKey + `"}`, 404, "resource_not_found"},
	} {
		backend(srv, row.method, row.path, row.body).do(t).wantError(t, row.status, row.code)
		asMachine(srv, m.SecretKey, row.method, row.path, row.body).do(t).wantError(t, http.StatusUnauthorized, "authentication_invalid")
	}
}
