package clerktest_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// asMachine calls the Backend API with a machine's secret key; "" sends none.
func asMachine(srv *clerktest.Server, key, method, path, body string) call {
	c := backend(srv, method, path, body)
	c.header = map[string]string{}
	if key != "" {
		c.header["Authorization"] = "Bearer " + key
	}
	return c
}

func machine(tb testing.TB, srv *clerktest.Server, m clerktest.Machine) clerktest.CreatedMachine {
	tb.Helper()
	created, err := srv.CreateMachine(m)
	if err != nil {
		tb.Fatal(err)
	}
	return created
}

func TestMachines(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	database := backend(srv, http.MethodPost, "/v1/machines", `{"name":"Database"}`).do(t).want(t, http.StatusOK)
	if got := database.at(t, "default_token_ttl"); got != float64(3600) {
		t.Errorf("default_token_ttl %v, want 3600", got)
	}
	id := database.text(t, "id")
	gateway := backend(srv, http.MethodPost, "/v1/machines", `{"name":"Gateway","scoped_machines":["`+id+`"],"default_token_ttl":60}`).
		do(t).want(t, http.StatusOK)
	if key := gateway.text(t, "secret_key"); !strings.HasPrefix(key, "ak_") || key == database.text(t, "secret_key") {
		t.Error("the secret key is none of its own")
	}
	if diff := cmp.Diff([]string{id}, gateway.ids(t, "scoped_machines")); diff != "" {
		t.Errorf("scoped machines (-want +got):\n%s", diff)
	}
	path := "/v1/machines/" + id
	changed := backend(srv, http.MethodPatch, path, `{"name":"Archive"}`).do(t).want(t, http.StatusOK)
	if changed.text(t, "name") != "Archive" || changed.at(t, "default_token_ttl") != float64(3600) {
		t.Errorf("changed %s", changed.raw)
	}
	found := backend(srv, http.MethodGet, path, "").do(t).want(t, http.StatusOK)
	if found.text(t, "name") != "Archive" || found.at(t, "secret_key") != nil || !strings.HasPrefix(found.text(t, "instance_id"), "ins_") {
		t.Errorf("found %s", found.raw)
	}
	if gone := backend(srv, http.MethodDelete, path, "").do(t).want(t, http.StatusOK); gone.at(t, "deleted") != true {
		t.Errorf("deleted %s", gone.raw)
	}
	backend(srv, http.MethodGet, path, "").do(t).wantError(t, http.StatusNotFound, "resource_not_found")
	left := backend(srv, http.MethodGet, "/v1/machines/"+gateway.text(t, "id"), "").do(t).want(t, http.StatusOK)
	if ids := left.ids(t, "scoped_machines"); len(ids) != 0 {
		t.Errorf("scopes of a deleted machine: %v", ids)
	}
	asMachine(srv, database.text(t, "secret_key"), http.MethodPost, "/m2m_tokens", "{}").do(t).wantError(t, http.StatusUnauthorized, "authentication_invalid")
}

func TestListsOfMachines(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	b := machine(t, srv, clerktest.Machine{Name: "b"}).ID
	c := machine(t, srv, clerktest.Machine{Name: "c"}).ID
	a := machine(t, srv, clerktest.Machine{Name: "a"}).ID
	for _, row := range []struct {
		query string
		want  []string
	}{
		{"", []string{a, c, b}},
		{"?order_by=created_at", []string{b, c, a}},
		{"?order_by=-created_at", []string{a, c, b}},
		{"?order_by=%2Bname", []string{a, b, c}},
		{"?order_by=-name", []string{c, b, a}},
		{"?query=B", []string{b}},
		{"?query=" + c, []string{c}},
		{"?query=" + c[:10], []string{}},
		{"?limit=1&offset=1", []string{c}},
		{"?offset=9", []string{}},
	} {
		got := backend(srv, http.MethodGet, "/v1/machines"+row.query, "").do(t).want(t, http.StatusOK)
		if diff := cmp.Diff(row.want, got.ids(t, "data")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", row.query, diff)
		}
	}
	for _, query := range []string{"?order_by=age", "?limit=0", "?limit=501", "?offset=-1", "?limit=x"} {
		backend(srv, http.MethodGet, "/v1/machines"+query, "").do(t).wantError(t, http.StatusUnprocessableEntity, "form_param_value_invalid")
	}
}

func TestWrongMachineParametersAreRefused(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	one, two := machine(t, srv, clerktest.Machine{}), machine(t, srv, clerktest.Machine{})
	scopes := "/v1/machines/" + one.ID + "/scopes"
	backend(srv, http.MethodPost, scopes, `{"to_machine_id":"`+two.ID+`"}`).do(t).want(t, http.StatusOK)
	for _, row := range []struct {
		method, path, body string
		status             int
		code               string
	}{
		{http.MethodPost, "/v1/machines", `{}`, 422, "form_param_missing"},
		{http.MethodPost, "/v1/machines", `{"name":""}`, 422, "form_param_value_invalid"},
		{http.MethodPost, "/v1/machines", `{"name":"x","default_token_ttl":0}`, 422, "form_param_value_invalid"},
		{http.MethodPost, "/v1/machines", `{"name":"x","scoped_machines":["mch_x"]}`, 422, "form_param_value_invalid"},
		{http.MethodPatch, "/v1/machines/" + one.ID, `{"default_token_ttl":315360001}`, 422, "form_param_value_invalid"},
		{http.MethodPatch, "/v1/machines/mch_x", `{}`, 404, "resource_not_found"},
		{http.MethodDelete, "/v1/machines/mch_x", ``, 404, "resource_not_found"},
		{http.MethodGet, "/v1/machines/mch_x/secret_key", ``, 404, "resource_not_found"},
		{http.MethodPost, "/v1/machines/mch_x/secret_key/rotate", `{}`, 404, "resource_not_found"},
		{http.MethodPost, "/v1/machines/" + one.ID + "/secret_key/rotate", `{}`, 422, "form_param_missing"},
		{http.MethodPost, "/v1/machines/" + one.ID + "/secret_key/rotate", `{"previous_token_ttl":28801}`, 422, "form_param_value_invalid"},
		{http.MethodPost, "/v1/machines/mch_x/scopes", `{}`, 404, "resource_not_found"},
		{http.MethodPost, scopes, `{}`, 422, "form_param_missing"},
		{http.MethodPost, scopes, `{"to_machine_id":"mch_x"}`, 404, "resource_not_found"},
		{http.MethodPost, scopes, `{"to_machine_id":"` + two.ID + `"}`, 409, "machine_scope_exists"},
		{http.MethodDelete, scopes + "/" + one.ID, ``, 404, "resource_not_found"},
		{http.MethodDelete, "/v1/machines/mch_x/scopes/" + two.ID, ``, 404, "resource_not_found"},
	} {
		backend(srv, row.method, row.path, row.body).do(t).wantError(t, row.status, row.code)
		asMachine(srv, one.SecretKey, row.method, row.path, row.body).do(t).wantError(t, http.StatusUnauthorized, "authentication_invalid")
	}
	gone := backend(srv, http.MethodDelete, scopes+"/"+two.ID, "").do(t).want(t, http.StatusOK)
	if gone.at(t, "deleted") != true || gone.text(t, "from_machine_id") != one.ID || gone.text(t, "to_machine_id") != two.ID {
		t.Errorf("scope that is gone: %s", gone.raw)
	}
}

func TestMachineKeysRotate(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	m := machine(t, srv, clerktest.Machine{})
	path := "/v1/machines/" + m.ID + "/secret_key"
	if got := backend(srv, http.MethodGet, path, "").do(t).want(t, http.StatusOK).text(t, "secret"); got != m.SecretKey {
		t.Error("another secret key than the machine's")
	}
	rotate := func(body string) string {
		return backend(srv, http.MethodPost, path+"/rotate", body).do(t).want(t, http.StatusOK).text(t, "secret")
	}
	create := func(key string) result { return asMachine(srv, key, http.MethodPost, "/m2m_tokens", "null").do(t) }
	second := rotate(`{"previous_token_ttl":60}`)
	create(m.SecretKey).want(t, http.StatusCreated)
	create(second).want(t, http.StatusCreated)
	srv.Clock().Advance(time.Minute)
	create(m.SecretKey).wantError(t, http.StatusUnauthorized, "authentication_invalid")
	third := rotate(`{"previous_token_ttl":0}`)
	create(second).wantError(t, http.StatusUnauthorized, "authentication_invalid")
	create(third).want(t, http.StatusCreated)
}

func TestCreateMachineSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	if _, err := srv.CreateMachine(clerktest.Machine{Scopes: []string{"mch_x"}}); !errors.Is(err, clerktest.ErrNotFound) {
		t.Errorf("unknown scope: %v", err)
	}
	if _, err := srv.CreateMachine(clerktest.Machine{TokenLifetime: -time.Second}); err == nil {
		t.Error("a negative lifetime was taken")
	}
	if _, err := srv.CreateMachineToken(clerktest.MachineToken{Kind: clerktest.APIKey, JWT: true}); err == nil {
		t.Error("an API key became a JWT")
	}
	to := machine(t, srv, clerktest.Machine{})
	from := machine(t, srv, clerktest.Machine{Scopes: []string{to.ID}})
	issued, err := srv.CreateMachineToken(clerktest.MachineToken{Kind: clerktest.M2MToken, Subject: from.ID})
	if err != nil {
		t.Fatal(err)
	}
	got := asMachine(srv, to.SecretKey, http.MethodPost, "/m2m_tokens/verify", `{"token":"`+issued.Secret+`"}`).do(t).want(t, http.StatusOK)
	if scopes, ok := got.at(t, "scopes").([]any); !ok || !slices.Equal(scopes, []any{to.ID}) {
		t.Errorf("scopes %s, want the machine's", got.raw)
	}
}

func TestMachineTokensAreOfOneKind(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	operations := map[clerktest.MachineTokenKind][2]string{
		clerktest.APIKey:     {"/api_keys/verify", "secret"},
		clerktest.M2MToken:   {"/m2m_tokens/verify", "token"},
		clerktest.OAuthToken: {"/oauth_applications/access_tokens/verify", "access_token"},
	}
	for kind := range operations {
		issued := machineToken(t, srv, kind, 0)
		for other, operation := range operations {
			res := backend(srv, http.MethodPost, operation[0], `{"`+operation[1]+`":"`+issued.Secret+`"}`).do(t)
			if other == kind {
				res.want(t, http.StatusOK)
				continue
			}
			res.wantError(t, http.StatusNotFound, "resource_not_found")
		}
	}
	key := machineToken(t, srv, clerktest.APIKey, 0)
	token := machineToken(t, srv, clerktest.M2MToken, 0)
	backend(srv, http.MethodPost, "/m2m_tokens/"+key.ID+"/revoke", "{}").do(t).wantError(t, http.StatusNotFound, "resource_not_found")
	backend(srv, http.MethodPost, "/api_keys/"+token.ID+"/revoke", "{}").do(t).wantError(t, http.StatusNotFound, "resource_not_found")
}
