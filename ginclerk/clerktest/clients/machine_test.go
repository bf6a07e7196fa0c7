package clients_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// The client's names for kinds of tokens.
const (
	apiKey       = "api_key"
	m2mToken     = "m2m_token"
	oauthToken   = "oauth_token"
	sessionToken = "session_token"
	anyToken     = "any"
)

// The client's reasons for a signed-out machine.
const (
	invalid     = "token-invalid"
	unverified  = "token-verification-failed"
	wrongKind   = "token-type-mismatch"
	wrongSecret = "secret-key-invalid"
	nothing     = "No token in header"
)

// machineState is the result of authenticateRequest for a machine.
type machineState struct {
	Status    string   `json:"status"`
	Reason    string   `json:"reason"`
	TokenType string   `json:"tokenType"`
	Machine   identity `json:"machine"`
}

type identity struct {
	Subject   string         `json:"subject"`
	MachineID string         `json:"machineId"`
	ClientID  string         `json:"clientId"`
	Scopes    []string       `json:"scopes"`
	Claims    map[string]any `json:"claims"`
}

// present authenticates a request with a bearer token; "" sends none.
func (n *node) present(t *testing.T, token string, options map[string]any) machineState {
	t.Helper()
	headers := map[string]string{}
	if token != "" {
		headers["authorization"] = "Bearer " + token
	}
	request := map[string]any{"url": appOrigin + "/api", "method": http.MethodGet, "headers": headers}
	return call[machineState](t, n, "authenticateRequest", request, options)
}

// credentials are tokens of one kind: a good one, and others that have to be refused.
type credentials struct {
	kind string
	jwt  bool
	good clerktest.IssuedMachineToken
	want identity
	bad  map[string]string // by the fault
}

func allCredentials(t *testing.T, srv *clerktest.Server) []credentials {
	t.Helper()
	ada := seeded(t, srv, "ada@example.com").ID
	to := createMachine(t, srv, clerktest.Machine{Name: "Database"})
	from := createMachine(t, srv, clerktest.Machine{Name: "Gateway", Scopes: []string{to.ID}})
	claims := map[string]any{"job": "import"}
	scopes := []string{to.ID}
	var out []credentials
	for _, c := range []struct {
		kind string
		made clerktest.MachineToken
		want identity
	}{
		{
			apiKey,
			clerktest.MachineToken{Kind: clerktest.APIKey, Subject: ada, Name: "nightly", Scopes: []string{"import"}, Claims: claims},
			identity{Subject: ada, Scopes: []string{"import"}, Claims: claims},
		},
		{
			m2mToken,
			clerktest.MachineToken{Kind: clerktest.M2MToken, Subject: from.ID, Claims: claims},
			identity{Subject: from.ID, MachineID: from.ID, Scopes: scopes, Claims: claims},
		},
		{
			m2mToken,
			clerktest.MachineToken{Kind: clerktest.M2MToken, Subject: from.ID, Scopes: scopes, Claims: claims, JWT: true},
			identity{Subject: from.ID, MachineID: from.ID, Scopes: scopes, Claims: map[string]any{"job": "import", "aud": []any{to.ID}, "scopes": to.ID}},
		},
		{
			oauthToken,
			clerktest.MachineToken{Kind: clerktest.OAuthToken, Subject: ada, ClientID: "app", Scopes: []string{"profile", "email"}},
			identity{Subject: ada, ClientID: "app", Scopes: []string{"profile", "email"}, Claims: map[string]any{}},
		},
		{
			oauthToken,
			clerktest.MachineToken{Kind: clerktest.OAuthToken, Subject: ada, ClientID: "app", Scopes: []string{"profile", "email"}, JWT: true},
			identity{Subject: ada, ClientID: "app", Scopes: []string{"profile", "email"}, Claims: map[string]any{}},
		},
	} {
		out = append(out, credentials{kind: c.kind, jwt: c.made.JWT, good: issue(t, srv, c.made), want: c.want, bad: bad(t, srv, c.made)})
	}
	return out
}

// bad returns tokens like the good one, each with one fault.
func bad(t *testing.T, srv *clerktest.Server, made clerktest.MachineToken) map[string]string {
	t.Helper()
	old, foreign, other := made, made, clerktest.New(t)
	old.Lifetime = -time.Hour
	if made.Kind == clerktest.OAuthToken {
		foreign.Subject = seeded(t, other, "ada@example.com").ID
	}
	out := map[string]string{"expired": issue(t, srv, old).Secret, "of another instance": issue(t, other, foreign).Secret}
	if made.JWT {
		return out
	}
	taken := issue(t, srv, made)
	if err := srv.RevokeMachineToken(taken.ID); err != nil {
		t.Fatal(err)
	}
	out["revoked"], out["unknown"], out["of an id"] = taken.Secret, string(made.Kind)+"unknown", taken.ID
	return out
}

func issue(t *testing.T, srv *clerktest.Server, made clerktest.MachineToken) clerktest.IssuedMachineToken {
	t.Helper()
	issued, err := srv.CreateMachineToken(made)
	if err != nil {
		t.Fatal(err)
	}
	return issued
}

func createMachine(t *testing.T, srv *clerktest.Server, m clerktest.Machine) clerktest.CreatedMachine {
	t.Helper()
	created, err := srv.CreateMachine(m)
	if err != nil {
		t.Fatal(err)
	}
	return created
}

func TestNodeAuthenticatesMachines(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv := clerktest.New(t)
	n := startNode(t, packages, srv)
	for _, c := range allCredentials(t, srv) {
		name := c.kind
		reason := invalid
		if c.jwt {
			name, reason = name+" as JWT", unverified
		}
		for _, accepts := range []any{c.kind, []string{sessionToken, c.kind}, anyToken} {
			got := n.present(t, c.good.Secret, map[string]any{"acceptsToken": accepts})
			if got.Status != "signed-in" || got.TokenType != c.kind {
				t.Errorf("%s where %v is taken: %+v", name, accepts, got)
				continue
			}
			if diff := cmp.Diff(c.want, got.Machine); diff != "" {
				t.Errorf("%s where %v is taken (-want +got):\n%s", name, accepts, diff)
			}
			for what, token := range c.bad {
				got := n.present(t, token, map[string]any{"acceptsToken": accepts})
				if got.Status != "signed-out" || got.Reason != reason || got.Machine.Subject != "" {
					t.Errorf("%s that is %s where %v is taken: %+v, want signed out for %s", name, what, accepts, got, reason)
				}
			}
		}
	}
}

func TestNodeAuthenticatesNoOtherMachines(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv := clerktest.New(t)
	n := startNode(t, packages, srv)
	kinds := []string{apiKey, m2mToken, oauthToken}
	for _, c := range allCredentials(t, srv) {
		for _, kind := range kinds {
			if kind == c.kind {
				continue
			}
			for _, accepts := range []any{kind, []string{sessionToken, kind}} {
				got := n.present(t, c.good.Secret, map[string]any{"acceptsToken": accepts})
				if got.Status != "signed-out" || got.Reason != wrongKind || got.Machine.Subject != "" {
					t.Errorf("%s where %v is taken: %+v", c.kind, accepts, got)
				}
			}
		}
		if got := n.present(t, c.good.Secret, map[string]any{}); got.Status != "signed-out" {
			t.Errorf("%s where a session is asked for: %+v", c.kind, got)
		}
		if c.jwt {
			continue
		}
		got := n.present(t, c.good.Secret, map[string]any{"acceptsToken": c.kind, "secretKey": "sk_test_wrong"})
		if got.Status != "signed-out" || got.Reason != wrongSecret {
			t.Errorf("%s with a wrong secret key: %+v", c.kind, got)
		}
	}
	for _, kind := range kinds {
		if got := n.present(t, "", map[string]any{"acceptsToken": kind}); got.Status != "signed-out" || got.Reason != nothing {
			t.Errorf("no token where %s is taken: %+v", kind, got)
		}
	}
	session := minted(t, srv, signIn(t, srv.NewBrowser(), "ada@example.com"), clerktest.TokenOptions{})
	for _, kind := range kinds {
		if got := n.present(t, session, map[string]any{"acceptsToken": kind}); got.Status != "signed-out" || got.Reason != wrongKind {
			t.Errorf("a session token where %s is taken: %+v", kind, got)
		}
	}
	if got := n.present(t, session, map[string]any{"acceptsToken": anyToken}); got.Status != "signed-in" || got.TokenType != sessionToken {
		t.Errorf("a session token where any is taken: %+v", got)
	}
}
