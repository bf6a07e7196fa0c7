package clerkapi_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
)

func TestEveryRequestIsClerks(t *testing.T) {
	t.Parallel()
	want := map[string]struct{ method, path, query, body string }{
		"JWKS":                    {"GET", "/v1/jwks", "", ""},
		"ListSessions":            {"GET", "/v1/sessions", "limit=500&offset=0&paginated=true&user_id=" + userID, ""},
		"Session":                 {"GET", "/v1/sessions/" + sessID, "", ""},
		"RevokeSession":           {"POST", "/v1/sessions/" + sessID + "/revoke", "", "null"},
		"RefreshSession":          {"POST", "/v1/sessions/" + sessID + "/refresh", "", `{"format":"cookie","expired_token":"ey.expired.token","refresh_token":"rt_secret","request_origin":"","request_headers":{}}`},
		"SessionToken":            {"POST", "/v1/sessions/" + sessID + "/tokens", "", "{}"},
		"BrowserClient":           {"GET", "/v1/clients/" + client1, "", ""},
		"HandshakePayload":        {"GET", "/v1/clients/handshake_payload", "nonce=nonce_secret", ""},
		"User":                    {"GET", "/v1/users/" + userID, "", ""},
		"Users":                   {"GET", "/v1/users", "limit=1&user_id=" + userID, ""},
		"VerifyAPIKey":            {"POST", "/api_keys/verify", "", `{"secret":"ak_secret"}`},
		"VerifyM2MToken":          {"POST", "/m2m_tokens/verify", "", `{"token":"mt_secret"}`},
		"VerifyOAuthToken":        {"POST", "/oauth_applications/access_tokens/verify", "", `{"access_token":"oat_secret"}`},
		"OrganizationMemberships": {"GET", "/v1/users/" + userID + "/organization_memberships", "limit=500&offset=0", ""},
	}
	for _, c := range calls() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			clerk := newStub(t, says(http.StatusOK, c.answer))
			if err := c.do(t.Context(), newClient(t, clerk.URL)); err != nil {
				t.Fatal(err)
			}
			got := clerk.only(t)
			w := want[c.name]
			if got.Method != w.method || got.Path != w.path || sortedQuery(t, got.Query) != w.query || got.Body != w.body {
				t.Errorf("got %s %s ? %s\n%s\nwant %+v", got.Method, got.Path, got.Query, got.Body, w)
			}
			for header, value := range map[string]string{
				"Authorization": "Bearer " + secret.Reveal(), "Clerk-Api-Version": "2026-05-12", "Content-Type": "application/json",
			} {
				if diff := cmp.Diff([]string{value}, got.Header.Values(header)); diff != "" {
					t.Errorf("%s: %s", header, diff)
				}
			}
		})
	}
}

func sortedQuery(t *testing.T, raw string) string {
	t.Helper()
	q, err := url.ParseQuery(raw)
	if err != nil {
		t.Fatal(err)
	}
	return q.Encode()
}

func TestURL(t *testing.T) {
	t.Parallel()
	for name, suffix := range map[string]string{
		"a plain address gets the version":        "",
		"a slash at the end makes no difference":  "/",
		"a version in the address is not doubled": "/v1",
		"nor one with a slash":                    "/v1/",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clerk := newStub(t, says(http.StatusOK, `{"keys":[]}`))
			if _, err := newClient(t, clerk.URL+suffix).JWKS(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := clerk.only(t).Path; got != "/v1/jwks" {
				t.Errorf("asked %s", got)
			}
		})
	}
}

func TestRefreshSession(t *testing.T) {
	t.Parallel()
	directives := []string{"__session=a.b.c; Path=/", "__client_uat=1767225570; Path=/", "__session_nx2hSE6I=a.b.c; Path=/"}
	body, err := json.Marshal(map[string]any{"object": "cookies", "cookies": directives})
	if err != nil {
		t.Fatal(err)
	}
	clerk := newStub(t, says(http.StatusOK, string(body)))
	got, err := newClient(t, clerk.URL).RefreshSession(t.Context(), sessID, clerkapi.RefreshParams{
		ExpiredToken: "e.x.p", RefreshToken: "rt", RequestOrigin: "http://localhost:4110", SuffixedCookies: true,
		RequestHeaders: map[string][]string{"accept": {"text/html"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(directives, got); diff != "" {
		t.Error(diff)
	}
	req := clerk.only(t)
	if req.Query != "suffixed_cookies=true" {
		t.Errorf("query is %q", req.Query)
	}
	const want = `{"format":"cookie","expired_token":"e.x.p","refresh_token":"rt","request_origin":"http://localhost:4110","request_headers":{"accept":["text/html"]}}`
	if req.Body != want {
		t.Errorf("body is %s", req.Body)
	}
}

func TestSessionToken(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		params clerkapi.TokenParams
		path   string // behind the session; empty means that nothing is asked
		body   string
	}{
		{"a session token needs nothing", clerkapi.TokenParams{}, "/tokens", "{}"},
		{"a template is part of the path", clerkapi.TokenParams{Template: "billing"}, "/tokens/billing", "{}"},
		{"a template is escaped", clerkapi.TokenParams{Template: "a/../b c?d#e%"}, "/tokens/a%2F..%2Fb%20c%3Fd%23e%25", "{}"},
		{"a lifetime is sent in seconds", clerkapi.TokenParams{Lifetime: 90*time.Second + time.Millisecond}, "/tokens", `{"expires_in_seconds":90}`},
		{"the shortest lifetime of Clerk is allowed", clerkapi.TokenParams{Lifetime: 30 * time.Second}, "/tokens", `{"expires_in_seconds":30}`},
		{"a shorter one is refused here", clerkapi.TokenParams{Lifetime: 29 * time.Second}, "", ""},
		{"a negative one is refused here", clerkapi.TokenParams{Lifetime: -time.Second}, "", ""},
		{"one of more than ten years is refused here", clerkapi.TokenParams{Lifetime: 315360001 * time.Second}, "", ""},
		{"a step up is no template", clerkapi.TokenParams{Template: ".."}, "", ""},
		{"nor is a name without end", clerkapi.TokenParams{Template: strings.Repeat("a", 257)}, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			clerk := newStub(t, says(http.StatusOK, `{"object":"token","jwt":"a.b.c"}`))
			got, err := newClient(t, clerk.URL).SessionToken(t.Context(), sessID, tt.params)
			if tt.path == "" {
				if err == nil || len(clerk.requests()) != 0 {
					t.Errorf("error %v, %d requests", err, len(clerk.requests()))
				}
				return
			}
			if err != nil || got != "a.b.c" {
				t.Fatalf("got %q, error %v", got, err)
			}
			req := clerk.only(t)
			if req.Path != "/v1/sessions/"+sessID+tt.path || req.Body != tt.body {
				t.Errorf("asked %s with %s", req.Path, req.Body)
			}
		})
	}
}

func TestSessionFields(t *testing.T) {
	t.Parallel()
	clerk := newStub(t, says(http.StatusOK, `{"object":"session","id":"`+sessID+`","user_id":"`+userID+`","client_id":"`+client1+`",
		"status":"pending","actor":{"sub":"user_admin"},"last_active_organization_id":null,"last_active_at":1767225570123,
		"latest_activity":{"object":"session_activity","id":"sact_1","device_type":"iPhone","is_mobile":true,"browser_name":"Safari",
		"browser_version":"26","ip_address":"192.0.2.1","city":null,"country":"AT"},"expire_at":1767830370123,"abandon_at":1769817570123,
		"created_at":1767225560000,"updated_at":1767225570123,"tasks":[{"key":"choose-organization"}]}`))
	got, err := newClient(t, clerk.URL).Session(t.Context(), sessID)
	if err != nil {
		t.Fatal(err)
	}
	if got.Status != "pending" || got.LastActiveOrganizationID != "" || got.ExpireAt != 1767830370123 ||
		string(got.Actor) != `{"sub":"user_admin"}` || *got.LatestActivity.BrowserName != "Safari" || got.LatestActivity.City != nil {
		t.Errorf("got %+v", got)
	}
}
