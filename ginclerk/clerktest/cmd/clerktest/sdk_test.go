package main_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/clerk/clerk-sdk-go/v2"
	"github.com/clerk/clerk-sdk-go/v2/jwt"
	"github.com/clerk/clerk-sdk-go/v2/user"
)

// Clerk's Go SDK reads no environment: its application sets the key, the address and the public key from the variables.
func TestClerksGoSDKTakesTheVariables(t *testing.T) {
	t.Parallel()
	control := freeAddr(t)
	p := launch(t, "-control", control)
	config := &clerk.ClientConfig{}
	config.Key, config.URL = clerk.String(p.variables["CLERK_SECRET_KEY"]), clerk.String(p.variables["CLERK_API_URL"]+"/v1")
	list, err := user.NewClient(config).List(t.Context(), &user.ListParams{EmailAddresses: []string{"ada@example.com"}})
	if err != nil || len(list.Users) != 1 {
		t.Fatalf("users %+v: %v", list, err)
	}
	status, text := request(t, http.MethodPost, "http://"+control+"/tokens", `{"email": "ada@example.com"}`, map[string]string{"Content-Type": "application/json"})
	var got made
	if err := json.Unmarshal([]byte(text), &got); err != nil || status != http.StatusOK {
		t.Fatalf("the controls answer %d: %v", status, err)
	}
	key, err := clerk.JSONWebKeyFromPEM(p.variables["CLERK_JWT_KEY"])
	if err != nil {
		t.Fatal(err)
	}
	claims, err := jwt.Verify(t.Context(), &jwt.VerifyParams{Token: got.Token, JWK: key})
	if err != nil || claims.Subject != list.Users[0].ID || claims.AuthorizedParty != "http://localhost:8080" {
		t.Errorf("claims %+v: %v", claims, err)
	}
}

// Next.js has names of its own for what its pages may know.
func TestTheVariablesHaveTheNamesOfNextJS(t *testing.T) {
	t.Parallel()
	p := launch(t)
	for _, name := range []string{"CLERK_PUBLISHABLE_KEY", "CLERK_PROXY_URL", "CLERK_SIGN_IN_URL", "CLERK_SIGN_UP_URL"} {
		if got := evaluated(t, p.script, "NEXT_PUBLIC_"+name); got != p.variables[name] {
			t.Errorf("NEXT_PUBLIC_%s is %q, want %q", name, got, p.variables[name])
		}
	}
	for line := range strings.Lines(p.script) {
		if strings.Contains(line, "NEXT_PUBLIC_") && strings.Contains(line, p.variables["CLERK_SECRET_KEY"]) {
			t.Error("pages may read the secret key")
		}
	}
}
