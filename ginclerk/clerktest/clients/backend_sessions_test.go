package clients_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

func TestNodeBackendListsSessions(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv := clerktest.New(t)
	n := startNode(t, packages, srv)
	dana := seeded(t, srv, "dana@example.com")
	all := srv.Sessions(dana.ID)
	if err := srv.EndSession(all[3].ID); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name   string
		params map[string]any
		want   []clerktest.Session
		total  float64
	}{
		{"all of a user, newest first", map[string]any{}, all, 4},
		{"a page", map[string]any{"limit": 2, "offset": 1}, all[1:3], 4},
		{"by status", map[string]any{"status": "ended"}, all[3:], 1},
		{"by client", map[string]any{"clientId": all[2].ClientID}, all[2:3], 1},
		{"none", map[string]any{"status": "revoked"}, nil, 0},
	} {
		row.params["userId"] = dana.ID
		got := call[page[sessionResource]](t, n, "sessions.getSessionList", row.params)
		same := slices.EqualFunc(got.Data, row.want, func(s sessionResource, w clerktest.Session) bool { return s.ID == w.ID })
		if !same || got.TotalCount != row.total {
			t.Errorf("%s: %+v, want %+v, %v in all", row.name, got, row.want, row.total)
		}
	}
	n.wantThrown(t, 422, "form_param_value_invalid", "sessions.getSessionList", map[string]any{"status": "asleep"})
}

func TestNodeBackendCreatesSessions(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv := clerktest.New(t)
	n := startNode(t, packages, srv)
	ada := seeded(t, srv, "ada@example.com")
	made := call[sessionResource](t, n, "sessions.createSession", map[string]any{"userId": ada.ID})
	if made.Status != "active" || made.UserID != ada.ID || made.ClientID == "" {
		t.Errorf("createSession: %+v", made)
	}
	token := call[tokenResource](t, n, "sessions.getToken", made.ID).JWT
	request := map[string]any{"url": appOrigin + "/api", "method": "POST", "headers": map[string]string{"authorization": "Bearer " + token}}
	call[state](t, n, "authenticateRequest", request, map[string]any{}).wantSignedIn(t, current(t, srv, made.ID))
	n.wantThrown(t, 404, "resource_not_found", "sessions.createSession", map[string]any{"userId": "user_unknown"})

	inProduction := clerktest.New(t, production)
	startNode(t, packages, inProduction).wantThrown(t, 400, "operation_not_allowed_in_production", "sessions.createSession",
		map[string]any{"userId": seeded(t, inProduction, "ada@example.com").ID})
}

func TestNodeBackendRefreshesSessions(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv := clerktest.New(t)
	n := startNode(t, packages, srv)
	b := srv.NewBrowser()
	s := signIn(t, b, "ada@example.com")
	v := newVisitor(t, n, srv, b)
	params := func(format string) map[string]any {
		out := map[string]any{
			"expired_token": minted(t, srv, s, clerktest.TokenOptions{Lifetime: -time.Hour}), "refresh_token": v.prefixed(instance.CookieRefresh),
			"request_origin": appOrigin,
		}
		if format != "" {
			out["format"] = format
		}
		return out
	}
	for _, format := range []string{"", "token"} {
		fresh := claimsOf(t, call[tokenResource](t, n, "sessions.refreshSession", s.ID, params(format)).JWT)
		if fresh["sid"] != s.ID || fresh["azp"] != appOrigin || lifetime(fresh) != 60 {
			t.Errorf("refreshSession with format %q: %v", format, fresh)
		}
	}
	cookies := call[struct {
		Cookies []string `json:"cookies"`
	}](t, n, "sessions.refreshSession", s.ID, params("cookie")).Cookies
	if !slices.ContainsFunc(cookies, func(c string) bool { return strings.HasPrefix(c, instance.CookieSession+"=") }) {
		t.Errorf("refreshSession with format cookie gave %d cookies, and no %s", len(cookies), instance.CookieSession)
	}
	if err := srv.RevokeSession(s.ID); err != nil {
		t.Fatal(err)
	}
	n.wantThrown(t, 401, "session_not_active", "sessions.refreshSession", s.ID, params("token"))
}

func TestNodeBackendReadsClients(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv := clerktest.New(t, production)
	n := startNode(t, packages, srv)
	b := srv.NewBrowser()
	s := signIn(t, b, "mia@example.com")
	v := newVisitor(t, n, srv, b)

	got := call[clientResource](t, n, "clients.verifyClient", v.cookies[instance.CookieClient])
	if got.ID != b.ClientID() || !slices.Equal(got.SessionIDs, []string{s.ID}) || got.LastActiveSessionID != s.ID {
		t.Errorf("verifyClient: %+v", got)
	}
	n.wantThrown(t, 401, "client_token_invalid", "clients.verifyClient", "made-up")
	list := call[page[clientResource]](t, n, "clients.getClientList", map[string]any{"limit": 1})
	if len(list.Data) != 1 || list.Data[0].ID != b.ClientID() || list.TotalCount != 5 {
		t.Errorf("getClientList: %+v, want the newest of five", list)
	}

	back := v.follow(t, v.handshake(t, appOrigin+"/"))
	payload := call[struct {
		Directives []string `json:"directives"`
	}](t, n, "clients.getHandshakePayload", map[string]any{"nonce": v.cookies[instance.CookieHandshakeNonce]})
	if back != appOrigin+"/" || len(payload.Directives) == 0 {
		t.Errorf("getHandshakePayload after coming back to %s: %d directives", back, len(payload.Directives))
	}
	n.wantThrown(t, 404, "resource_not_found", "clients.getHandshakePayload", map[string]any{"nonce": "unknown"})
}

func TestNodeBackendTickets(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv := clerktest.New(t)
	n := startNode(t, packages, srv)
	type ticket struct {
		ID     string `json:"id"`
		UserID string `json:"userId"`
		Token  string `json:"token"`
		Status string `json:"status"`
		URL    string `json:"url"`
	}
	mia := seeded(t, srv, "mia@example.com")
	made := call[ticket](t, n, "signInTokens.createSignInToken", map[string]any{"userId": mia.ID, "expiresInSeconds": 60})
	if claims := claimsOf(t, made.Token); made.Status != "pending" || made.UserID != mia.ID || claims["st"] != "sign_in_token" {
		t.Errorf("createSignInToken: status %s, user %s", made.Status, made.UserID)
	}
	if got := call[ticket](t, n, "signInTokens.revokeSignInToken", made.ID); got.Status != "revoked" || got.ID != made.ID {
		t.Errorf("revokeSignInToken: %s", got.Status)
	}
	n.wantThrown(t, 400, "token_cannot_be_revoked", "signInTokens.revokeSignInToken", made.ID)
	n.wantThrown(t, 404, "resource_not_found", "signInTokens.createSignInToken", map[string]any{"userId": "user_unknown"})

	testing := call[struct {
		Token     string  `json:"token"`
		ExpiresAt float64 `json:"expires_at"` // the client returns this resource unchanged
	}](t, n, "testingTokens.createTestingToken")
	if testing.Token == "" || int64(testing.ExpiresAt) <= srv.Clock().Now().Unix() {
		t.Errorf("createTestingToken: it expires at %v", testing.ExpiresAt)
	}
}

// A browser is signed in at the URL of an agent task, as @clerk/testing does it.
func TestNodeBackendAgentTasks(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv := clerktest.New(t)
	n := startNode(t, packages, srv)
	type task struct {
		AgentID     string `json:"agentId"`
		AgentTaskID string `json:"agentTaskId"`
		URL         string `json:"url"`
	}
	mia := seeded(t, srv, "mia@example.com")
	params := func(identifier string) map[string]any {
		return map[string]any{
			"onBehalfOf": map[string]any{"identifier": identifier}, "permissions": "*", "agentName": "tester",
			"taskDescription": "read the dashboard", "redirectUrl": appOrigin + "/dashboard",
		}
	}
	made, revoked := call[task](t, n, "agentTasks.create", params(mia.Email)), call[task](t, n, "agentTasks.create", params(mia.Email))
	if made.AgentID == "" || made.AgentID != revoked.AgentID || made.AgentTaskID == revoked.AgentTaskID {
		t.Errorf("two tasks of one agent: %+v and %+v", made, revoked)
	}
	if got := call[task](t, n, "agentTasks.revoke", revoked.AgentTaskID); got.AgentTaskID != revoked.AgentTaskID || got.URL != "" {
		t.Errorf("revoke: %+v", got)
	}
	n.wantThrown(t, 404, "resource_not_found", "agentTasks.create", params("unknown@example.com"))
	for _, row := range []struct {
		url  string
		want int
	}{{made.URL, 303}, {made.URL, 400}, {revoked.URL, 400}} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, row.url, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		if err := response.Body.Close(); err != nil || response.StatusCode != row.want {
			t.Errorf("at the URL: %d (%v), want %d", response.StatusCode, err, row.want)
		}
	}
	if got := srv.Sessions(mia.ID); len(got) != 1 || got[0].ActorID != made.AgentID {
		t.Errorf("sessions %+v, want one of the agent", got)
	}
}

// current returns the state of a session.
func current(t *testing.T, srv *clerktest.Server, id string) clerktest.Session {
	t.Helper()
	s, err := srv.Session(id)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
