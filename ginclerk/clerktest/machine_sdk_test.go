package clerktest_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/clerk/clerk-sdk-go/v2"
	"github.com/clerk/clerk-sdk-go/v2/m2m_token"
	clerkmachine "github.com/clerk/clerk-sdk-go/v2/machine"
	"github.com/clerk/clerk-sdk-go/v2/machinescope"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

func TestClerksGoSDKManagesMachines(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	machines, scopes := clerkmachine.NewClient(sdkConfig(srv)), machinescope.NewClient(sdkConfig(srv))
	database, err := machines.Create(t.Context(), &clerkmachine.CreateParams{Name: "Database"})
	if err != nil || database.SecretKey == "" || database.DefaultTokenTTL != 3600 {
		t.Fatalf("create %s: %v", database.ID, err)
	}
	gateway, err := machines.Create(t.Context(), &clerkmachine.CreateParams{Name: "Gateway", ScopedMachines: []string{database.ID}})
	if err != nil || len(gateway.ScopedMachines) != 1 || gateway.ScopedMachines[0].ID != database.ID {
		t.Fatalf("create %s: %v", gateway.ID, err)
	}
	if key, err := machines.GetSecretKey(t.Context(), gateway.ID); err != nil || key.Secret != gateway.SecretKey {
		t.Errorf("another secret key (%v)", err)
	}
	if found, err := machines.Get(t.Context(), gateway.ID); err != nil || found.Name != "Gateway" {
		t.Errorf("get %+v: %v", found, err)
	}
	if changed, err := machines.Update(t.Context(), gateway.ID, &clerkmachine.UpdateParams{Name: clerk.String("Edge")}); err != nil || changed.Name != "Edge" {
		t.Errorf("update %+v: %v", changed, err)
	}
	list, err := machines.List(t.Context(), &clerkmachine.ListParams{Query: clerk.String("edge")})
	if err != nil || list.TotalCount != 1 || list.Machines[0].ID != gateway.ID {
		t.Errorf("list %+v: %v", list, err)
	}
	scope, err := scopes.CreateScope(t.Context(), database.ID, &machinescope.CreateScopeParams{ToMachineID: gateway.ID})
	if err != nil || scope.FromMachineID != database.ID || scope.ToMachineID != gateway.ID || scope.CreatedAt == 0 {
		t.Errorf("scope %+v: %v", scope, err)
	}
	if gone, err := scopes.DeleteScope(t.Context(), database.ID, gateway.ID); err != nil || !gone.Deleted {
		t.Errorf("scope %+v: %v", gone, err)
	}
	if gone, err := machines.Delete(t.Context(), gateway.ID); err != nil || !gone.Deleted {
		t.Errorf("delete %+v: %v", gone, err)
	}
}

func TestClerksGoSDKManagesM2MTokens(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	m := machine(t, srv, clerktest.Machine{})
	config := sdkConfig(srv)
	config.Key = clerk.String(m.SecretKey)
	own, all := m2m_token.NewClient(config), m2m_token.NewClient(sdkConfig(srv))
	claims := json.RawMessage(`{"job":"import"}`)
	made, err := own.Create(t.Context(), &m2m_token.CreateParams{Claims: &claims, SecondsUntilExpiration: clerk.Int64(60)})
	if err != nil || made.Subject != m.ID || !strings.HasPrefix(made.Token, "mt_") || made.Expiration == nil {
		t.Fatalf("create %s: %v", made.ID, err)
	}
	if seen, err := all.Verify(t.Context(), &m2m_token.VerifyParams{Token: made.Token}); err != nil || string(seen.Claims) != string(claims) {
		t.Errorf("verify %+v: %v", seen, err)
	}
	if list, err := own.List(t.Context(), &m2m_token.ListParams{Subject: clerk.String(m.ID)}); err != nil || list.TotalCount != 1 || list.M2MTokens[0].ID != made.ID {
		t.Errorf("list %+v: %v", list, err)
	}
	if revoked, err := own.Revoke(t.Context(), made.ID, &m2m_token.RevokeParams{}); err != nil || !revoked.Revoked {
		t.Errorf("revoke %+v: %v", revoked, err)
	}
	_, err = all.Verify(t.Context(), &m2m_token.VerifyParams{Token: made.Token})
	if apiErr, ok := errors.AsType[*clerk.APIErrorResponse](err); !ok || apiErr.HTTPStatusCode != http.StatusNotFound {
		t.Errorf("verify of a revoked token: %v", err)
	}
}
