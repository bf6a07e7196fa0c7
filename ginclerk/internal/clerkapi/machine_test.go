package clerkapi_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Answers in the shapes of Clerk's OpenAPI document.
const (
	apiKeyAnswer = `{"object":"api_key","id":"ak_1","type":"api_key","subject":"user_1","name":"deploy","description":null,
		"claims":{"tier":2},"scopes":["read:a","write:a"],"revoked":false,"revocation_reason":null,"expired":false,
		"expiration":null,"created_by":"user_1","last_used_at":null,"created_at":1745354860746,"updated_at":1745354860746}`
	m2mAnswer = `{"object":"machine_to_machine_token","id":"mt_1","subject":"mch_1","claims":null,"scopes":["mch_2"],
		"revoked":false,"revocation_reason":null,"expired":false,"expiration":1753746916590,"last_used_at":null,
		"created_at":1753743316590,"updated_at":1753743316590}`
	oauthAnswer = `{"object":"clerk_idp_oauth_access_token","id":"oat_1","client_id":"client_1","subject":"user_1",
		"scopes":["openid"],"revoked":false,"revocation_reason":null,"expired":false,"expiration":1744928754,
		"created_at":1744928754,"updated_at":1744928754}`
)

func verifying(kind token.Type, raw string) func(context.Context, *clerkapi.Client) error {
	return func(ctx context.Context, c *clerkapi.Client) error {
		_, err := c.VerifyMachineToken(ctx, kind, raw)
		return err
	}
}

// with returns an answer with other values in some fields.
func with(t *testing.T, answer string, changes map[string]any) string {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(answer), &object); err != nil {
		t.Fatal(err)
	}
	for name, value := range changes {
		if object[name] = value; value == nil {
			delete(object, name)
		}
	}
	changed, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return string(changed)
}

func TestVerifyMachineToken(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, answer string
		want         token.MachineToken
	}{
		{"an API key of a user", apiKeyAnswer, token.MachineToken{
			Type: token.TypeAPIKey, ID: "ak_1", Subject: "user_1", UserID: "user_1", Name: "deploy",
			Scopes: []string{"read:a", "write:a"}, Claims: map[string]any{"tier": 2.0},
		}},
		{"an API key of an organization", with(t, apiKeyAnswer, map[string]any{"subject": "org_1", "claims": nil}), token.MachineToken{
			Type: token.TypeAPIKey, ID: "ak_1", Subject: "org_1", OrganizationID: "org_1", Name: "deploy",
			Scopes: []string{"read:a", "write:a"},
		}},
		{"an API key whose claims are no object", with(t, apiKeyAnswer, map[string]any{"claims": 7}), token.MachineToken{
			Type: token.TypeAPIKey, ID: "ak_1", Subject: "user_1", UserID: "user_1", Name: "deploy",
			Scopes: []string{"read:a", "write:a"},
		}},
		{"an M2M token, expiring in milliseconds", m2mAnswer, token.MachineToken{
			Type: token.TypeM2M, ID: "mt_1", Subject: "mch_1", MachineID: "mch_1", Scopes: []string{"mch_2"},
			ExpiresAt: time.UnixMilli(1753746916590).UTC(),
		}},
		{"an OAuth token, expiring in seconds", oauthAnswer, token.MachineToken{
			Type: token.TypeOAuth, ID: "oat_1", Subject: "user_1", UserID: "user_1", ClientID: "client_1",
			Scopes: []string{"openid"}, ExpiresAt: time.Unix(1744928754, 0).UTC(),
		}},
		{"an OAuth token with an audience", with(t, oauthAnswer, map[string]any{"aud": "api"}), token.MachineToken{
			Type: token.TypeOAuth, ID: "oat_1", Subject: "user_1", UserID: "user_1", ClientID: "client_1",
			Scopes: []string{"openid"}, Audiences: []string{"api"}, ExpiresAt: time.Unix(1744928754, 0).UTC(),
		}},
		{"an OAuth token with which another party acts", with(t, oauthAnswer, map[string]any{"act": map[string]any{"sub": "client_2"}}), token.MachineToken{
			Type: token.TypeOAuth, ID: "oat_1", Subject: "user_1", UserID: "user_1", ClientID: "client_1", Actor: &token.Actor{Subject: "client_2"},
			Scopes: []string{"openid"}, ExpiresAt: time.Unix(1744928754, 0).UTC(),
		}},
		{"an OAuth token with a party that can't be read", with(t, oauthAnswer, map[string]any{"act": []any{1}}), token.MachineToken{
			Type: token.TypeOAuth, ID: "oat_1", Subject: "user_1", UserID: "user_1", ClientID: "client_1", Actor: &token.Actor{},
			Scopes: []string{"openid"}, ExpiresAt: time.Unix(1744928754, 0).UTC(),
		}},
		{
			"an OAuth token with audiences, one of which is no text",
			with(t, oauthAnswer, map[string]any{"aud": []any{"api", 1}, "expiration": 0}),
			token.MachineToken{
				Type: token.TypeOAuth, ID: "oat_1", Subject: "user_1", UserID: "user_1", ClientID: "client_1",
				Scopes: []string{"openid"},
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			clerk := newStub(t, says(http.StatusOK, tt.answer))
			got, err := newClient(t, clerk.URL).VerifyMachineToken(t.Context(), tt.want.Type, "ak_secret")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestAnAnswerOf200IsNotEnough: Clerk's SDK takes every machine token that is answered with 200.
func TestAnAnswerOf200IsNotEnough(t *testing.T) {
	t.Parallel()
	answers := map[token.Type]string{token.TypeAPIKey: apiKeyAnswer, token.TypeM2M: m2mAnswer, token.TypeOAuth: oauthAnswer}
	for kind, answer := range answers {
		for _, row := range []struct {
			name   string
			answer string
			want   string
			reason token.Reason
		}{
			{"revoked", with(t, answer, map[string]any{"revoked": true}), "inactive", token.ReasonInvalid},
			{"expired", with(t, answer, map[string]any{"expired": true}), "inactive", token.ReasonInvalid},
			{"revoked and expired", with(t, answer, map[string]any{"revoked": true, "expired": true}), "inactive", token.ReasonInvalid},
			{"inactive", `{"active":false}`, "inactive", token.ReasonInvalid},
			{"inactive although it looks good", with(t, answer, map[string]any{"active": false}), "inactive", token.ReasonInvalid},
			{"silent on revocation", with(t, answer, map[string]any{"revoked": nil}), "unavailable", ""},
			{"silent on expiry", with(t, answer, map[string]any{"expired": nil}), "unavailable", ""},
			{"of another object", with(t, answer, map[string]any{"object": "session"}), "unavailable", ""},
			{"of nobody", with(t, answer, map[string]any{"subject": ""}), "unavailable", ""},
			{"without an id", with(t, answer, map[string]any{"id": nil}), "unavailable", ""},
			{"active and nothing else", `{"active":true}`, "unavailable", ""},
		} {
			t.Run(string(kind)+" "+row.name, func(t *testing.T) {
				t.Parallel()
				clerk := newStub(t, says(http.StatusOK, row.answer))
				machine, err := newClient(t, clerk.URL).VerifyMachineToken(t.Context(), kind, "ak_secret")
				if machine != nil || categories(err) != row.want || token.ReasonOf(err) != row.reason {
					t.Errorf("token %v, error %v with reason %q", machine, err, token.ReasonOf(err))
				}
			})
		}
	}
}

func TestMachineTokenReasons(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		status int
		want   token.Reason
	}{
		{400, ""}, {401, token.ReasonSecretKeyInvalid}, {403, ""}, {404, token.ReasonInvalid}, {422, ""}, {429, ""}, {500, ""}, {503, ""},
	} {
		clerk := newStub(t, says(row.status, strings.Replace(envelope, "some_code", "resource_not_found", 1)))
		_, err := newClient(t, clerk.URL).VerifyMachineToken(t.Context(), token.TypeM2M, "mt_secret")
		if err == nil || token.ReasonOf(err) != row.want {
			t.Errorf("status %d: %v has reason %q, want %q", row.status, err, token.ReasonOf(err), row.want)
		}
	}
}

func TestClerkIsNotAskedAboutWhatIsNoMachineToken(t *testing.T) {
	t.Parallel()
	clerk := newStub(t, says(http.StatusOK, apiKeyAnswer))
	client := newClient(t, clerk.URL)
	for name, row := range map[string]struct {
		kind token.Type
		raw  string
	}{
		"a session token":    {token.TypeSession, "a.b.c"},
		"an unknown kind":    {"", "ak_secret"},
		"nothing":            {token.TypeAPIKey, ""},
		"a token of a novel": {token.TypeAPIKey, "ak_" + strings.Repeat("a", 4096)},
	} {
		_, err := client.VerifyMachineToken(t.Context(), row.kind, row.raw)
		if categories(err) != "not found" || token.ReasonOf(err) != token.ReasonInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(clerk.requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

// An M2M token is the machine's own affair, and everything else the instance's (@clerk/backend, file api/factory.ts).
func TestWhichKeyAsksAboutMachineTokens(t *testing.T) {
	t.Parallel()
	const machineKey = instance.SecretKey("ak_0123456789")
	withKey := func(c *clerkapi.Config) { c.MachineSecretKey = machineKey }
	withoutKey := func(*clerkapi.Config) {}
	for _, row := range []struct {
		name, answer string
		kind         token.Type
		change       func(*clerkapi.Config)
		want         instance.SecretKey
	}{
		{"an M2M token with a machine's key", m2mAnswer, token.TypeM2M, withKey, machineKey},
		{"an M2M token without a machine's key", m2mAnswer, token.TypeM2M, withoutKey, secret},
		{"an API key", apiKeyAnswer, token.TypeAPIKey, withKey, secret},
		{"an OAuth token", oauthAnswer, token.TypeOAuth, withKey, secret},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			clerk := newStub(t, says(http.StatusOK, row.answer))
			if _, err := newClient(t, clerk.URL, row.change).VerifyMachineToken(t.Context(), row.kind, "xy_secret"); err != nil {
				t.Fatal(err)
			}
			if got := clerk.only(t).Header.Get("Authorization"); got != "Bearer "+row.want.Reveal() {
				t.Errorf("asked with %q", got)
			}
		})
	}
}

func TestMachineID(t *testing.T) {
	t.Parallel()
	withKey := func(c *clerkapi.Config) { c.MachineSecretKey = "ak_0123456789" }
	for _, row := range []struct {
		name, answer string
		status       int
		want         string
		category     string
	}{
		{"the machine that made the token", m2mAnswer, http.StatusCreated, "mch_1", ""},
		{"an answer about something else", apiKeyAnswer, http.StatusCreated, "", "unavailable"},
		{"a subject that is no machine", with(t, m2mAnswer, map[string]any{"subject": "user_1"}), http.StatusCreated, "", "unavailable"},
		{"an answer without a subject", with(t, m2mAnswer, map[string]any{"subject": nil}), http.StatusCreated, "", "unavailable"},
		{"a key that Clerk refuses", envelope, http.StatusUnauthorized, "", "unauthorized"},
		{"an outage", "", http.StatusBadGateway, "", "unavailable"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			clerk := newStub(t, says(row.status, row.answer))
			id, err := newClient(t, clerk.URL, withKey).MachineID(t.Context())
			if id != row.want || (err != nil) != (row.category != "") || err != nil && categories(err) != row.category {
				t.Errorf("machine %q, error %v", id, err)
			}
			asked := clerk.only(t)
			got := []string{asked.Method, asked.Path, asked.Body, asked.Header.Get("Authorization")}
			want := []string{http.MethodPost, "/m2m_tokens", `{"token_format":"jwt","seconds_until_expiration":1}`, "Bearer ak_0123456789"}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAMachinesKeyIsAHeader(t *testing.T) {
	t.Parallel()
	_, err := clerkapi.New(clerkapi.Config{SecretKey: secret, MachineSecretKey: "ak_hidden\nX: y"})
	if err == nil || !strings.Contains(err.Error(), "MachineSecretKey") || strings.Contains(err.Error(), "hidden") {
		t.Errorf("error %v", err)
	}
}
