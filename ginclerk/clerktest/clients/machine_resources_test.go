package clients_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// The fields of the client's resources that the tests check.
type (
	credentialResource struct {
		ID               string         `json:"id"`
		Subject          string         `json:"subject"`
		Name             string         `json:"name"`
		Scopes           []string       `json:"scopes"`
		Claims           map[string]any `json:"claims"`
		Revoked          bool           `json:"revoked"`
		RevocationReason string         `json:"revocationReason"`
		Expired          bool           `json:"expired"`
		Secret           string         `json:"secret"`
		Token            string         `json:"token"`
	}
	machineResource struct {
		ID              string            `json:"id"`
		Name            string            `json:"name"`
		InstanceID      string            `json:"instanceId"`
		DefaultTokenTTL int               `json:"defaultTokenTtl"`
		ScopedMachines  []machineResource `json:"scopedMachines"`
		SecretKey       string            `json:"secretKey"`
	}
	machineScopeResource struct {
		FromMachineID string `json:"fromMachineId"`
		ToMachineID   string `json:"toMachineId"`
		Deleted       bool   `json:"deleted"`
	}
	secretResource struct {
		Secret string `json:"secret"`
	}
	deletedResource struct {
		ID      string `json:"id"`
		Deleted bool   `json:"deleted"`
	}
)

func TestNodeAPIKeys(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv := clerktest.New(t)
	n := startNode(t, packages, srv)
	ada := seeded(t, srv, "ada@example.com").ID
	made := call[credentialResource](t, n, "apiKeys.create", map[string]any{
		"name": "nightly import", "subject": ada, "scopes": []string{"import"}, "claims": map[string]any{"planName": "gold"},
		"secondsUntilExpiration": 600, "createdBy": ada,
	})
	want := credentialResource{
		ID: made.ID, Subject: ada, Name: "nightly import", Scopes: []string{"import"}, Claims: map[string]any{"planName": "gold"},
	}
	if diff := cmp.Diff(want, call[credentialResource](t, n, "apiKeys.verify", made.Secret)); diff != "" {
		t.Errorf("apiKeys.verify (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, call[credentialResource](t, n, "apiKeys.get", made.ID)); diff != "" {
		t.Errorf("apiKeys.get (-want +got):\n%s", diff)
	}
	if got := call[secretResource](t, n, "apiKeys.getSecret", made.ID); got.Secret != made.Secret {
		t.Error("apiKeys.getSecret: another secret")
	}
	changed := call[credentialResource](t, n, "apiKeys.update", map[string]any{"apiKeyId": made.ID, "subject": ada, "scopes": []string{"export"}})
	if diff := cmp.Diff([]string{"export"}, changed.Scopes); diff != "" {
		t.Errorf("apiKeys.update (-want +got):\n%s", diff)
	}
	revoked := call[credentialResource](t, n, "apiKeys.revoke", map[string]any{"apiKeyId": made.ID, "revocationReason": "lost"})
	if !revoked.Revoked || revoked.RevocationReason != "lost" {
		t.Errorf("apiKeys.revoke: %+v", revoked)
	}
	n.wantThrown(t, 404, "resource_not_found", "apiKeys.verify", made.Secret)
	second := call[credentialResource](t, n, "apiKeys.create", map[string]any{"name": "second", "subject": ada})
	list := call[page[credentialResource]](t, n, "apiKeys.list", map[string]any{"subject": ada})
	if list.TotalCount != 1 || len(list.Data) != 1 || list.Data[0].ID != second.ID {
		t.Errorf("apiKeys.list: %+v, want the second alone", list)
	}
	all := call[page[credentialResource]](t, n, "apiKeys.list", map[string]any{"subject": ada, "includeInvalid": true, "limit": 1, "offset": 1})
	if all.TotalCount != 2 || len(all.Data) != 1 || all.Data[0].ID != made.ID || !all.Data[0].Revoked {
		t.Errorf("apiKeys.list with invalid ones: %+v, want the first on the second page", all)
	}
	if gone := call[deletedResource](t, n, "apiKeys.delete", made.ID); !gone.Deleted || gone.ID != made.ID {
		t.Errorf("apiKeys.delete: %+v", gone)
	}
	n.wantThrown(t, 404, "resource_not_found", "apiKeys.get", made.ID)
}

func TestNodeM2MTokens(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv := clerktest.New(t)
	n := startNode(t, packages, srv)
	to, other := createMachine(t, srv, clerktest.Machine{}), createMachine(t, srv, clerktest.Machine{})
	from := createMachine(t, srv, clerktest.Machine{Scopes: []string{to.ID}})
	claims := map[string]any{"job": "import"}

	made := call[credentialResource](t, n, "m2m.createToken", map[string]any{"machineSecretKey": from.SecretKey, "claims": claims})
	want := credentialResource{ID: made.ID, Subject: from.ID, Scopes: []string{to.ID}, Claims: claims}
	for name, params := range map[string]map[string]any{
		"the instance": {"token": made.Token}, "the machine in the scopes": {"token": made.Token, "machineSecretKey": to.SecretKey},
	} {
		if diff := cmp.Diff(want, call[credentialResource](t, n, "m2m.verify", params)); diff != "" {
			t.Errorf("m2m.verify by %s (-want +got):\n%s", name, diff)
		}
	}
	n.wantThrown(t, 404, "resource_not_found", "m2m.verify", map[string]any{"token": made.Token, "machineSecretKey": other.SecretKey})
	n.wantThrown(t, 401, "authentication_invalid", "m2m.createToken", map[string]any{"machineSecretKey": "ak_wrong"})
	n.wantThrown(t, 401, "authentication_invalid", "m2m.createToken")
	list := call[page[credentialResource]](t, n, "m2m.list", map[string]any{"subject": from.ID, "machineSecretKey": from.SecretKey})
	if list.TotalCount != 1 || len(list.Data) != 1 || list.Data[0].ID != made.ID {
		t.Errorf("m2m.list: %+v", list)
	}
	revoked := call[credentialResource](t, n, "m2m.revokeToken", map[string]any{"m2mTokenId": made.ID, "machineSecretKey": from.SecretKey})
	if !revoked.Revoked {
		t.Errorf("m2m.revokeToken: %+v", revoked)
	}
	n.wantThrown(t, 404, "resource_not_found", "m2m.verify", map[string]any{"token": made.Token})

	signed := call[credentialResource](t, n, "m2m.createToken", map[string]any{
		"machineSecretKey": from.SecretKey, "claims": claims, "tokenFormat": "jwt", "secondsUntilExpiration": 120,
	})
	if got := claimsOf(t, signed.Token); lifetime(got) != 120 || got["sub"] != from.ID {
		t.Errorf("JWT: %v", got)
	}
	local := credentialResource{
		ID: signed.ID, Subject: from.ID, Scopes: []string{to.ID},
		Claims: map[string]any{"job": "import", "aud": []any{to.ID}, "scopes": to.ID},
	}
	if diff := cmp.Diff(local, call[credentialResource](t, n, "m2m.verify", map[string]any{"token": signed.Token})); diff != "" {
		t.Errorf("m2m.verify of a JWT (-want +got):\n%s", diff)
	}
	if got := n.present(t, signed.Token, map[string]any{"acceptsToken": m2mToken}); got.Status != "signed-in" || got.Machine.MachineID != from.ID {
		t.Errorf("authenticateRequest with a JWT: %+v", got)
	}
}

func TestNodeMachines(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv := clerktest.New(t)
	n := startNode(t, packages, srv)
	database := call[machineResource](t, n, "machines.create", map[string]any{"name": "Database"})
	gateway := call[machineResource](t, n, "machines.create", map[string]any{
		"name": "Gateway", "scopedMachines": []string{database.ID}, "defaultTokenTtl": 60,
	})
	if gateway.DefaultTokenTTL != 60 || len(gateway.ScopedMachines) != 1 || gateway.ScopedMachines[0].ID != database.ID || gateway.SecretKey == "" {
		t.Errorf("machines.create: %+v", gateway)
	}
	if got := call[secretResource](t, n, "machines.getSecretKey", gateway.ID); got.Secret != gateway.SecretKey {
		t.Error("machines.getSecretKey: another key")
	}
	changed := call[machineResource](t, n, "machines.update", map[string]any{"machineId": gateway.ID, "name": "Edge"})
	if changed.Name != "Edge" || changed.DefaultTokenTTL != 60 || changed.SecretKey != "" {
		t.Errorf("machines.update: %+v", changed)
	}
	if diff := cmp.Diff(changed, call[machineResource](t, n, "machines.get", gateway.ID)); diff != "" {
		t.Errorf("machines.get (-want +got):\n%s", diff)
	}
	list := call[page[machineResource]](t, n, "machines.list", map[string]any{"orderBy": "-name", "limit": 1})
	if list.TotalCount != 2 || len(list.Data) != 1 || list.Data[0].ID != gateway.ID {
		t.Errorf("machines.list: %+v", list)
	}
	scope := call[machineScopeResource](t, n, "machines.createScope", database.ID, gateway.ID)
	if scope != (machineScopeResource{FromMachineID: database.ID, ToMachineID: gateway.ID}) {
		t.Errorf("machines.createScope: %+v", scope)
	}
	n.wantThrown(t, 409, "machine_scope_exists", "machines.createScope", database.ID, gateway.ID)
	call[map[string]any](t, n, "machines.deleteScope", database.ID, gateway.ID)
	n.wantThrown(t, 404, "resource_not_found", "machines.deleteScope", database.ID, gateway.ID)
	rotated := call[secretResource](t, n, "machines.rotateSecretKey", map[string]any{"machineId": gateway.ID, "previousTokenTtl": 0})
	n.wantThrown(t, 401, "authentication_invalid", "m2m.createToken", map[string]any{"machineSecretKey": gateway.SecretKey})
	if made := call[credentialResource](t, n, "m2m.createToken", map[string]any{"machineSecretKey": rotated.Secret}); made.Subject != gateway.ID {
		t.Errorf("m2m.createToken with the new key: %+v", made)
	}
	call[map[string]any](t, n, "machines.delete", gateway.ID)
	n.wantThrown(t, 404, "resource_not_found", "machines.get", gateway.ID)
}
