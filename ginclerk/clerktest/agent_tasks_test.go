package clerktest_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// agentTask creates a task on behalf of ada@example.com, with some parameters changed; nil leaves one out.
func agentTask(t *testing.T, srv *clerktest.Server, changes map[string]any) result {
	t.Helper()
	body := map[string]any{
		"on_behalf_of": map[string]any{"identifier": "ada@example.com"}, "permissions": "*", "agent_name": "tester",
		"task_description": "test the dashboard", "redirect_url": appOrigin + "/dashboard?tab=2",
	}
	for name, value := range changes {
		body[name] = value
		if value == nil {
			delete(body, name)
		}
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return backend(srv, http.MethodPost, "/v1/agents/tasks", string(encoded)).do(t)
}

func TestAgentTaskSignsABrowserIn(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]func(*clerktest.Config){
		"development": {standing}, "production": {standing, production, func(c *clerktest.Config) { c.Origins = []string{"https://app.example.com"} }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := clerktest.New(t, options...)
			back := srv.Origins()[0] + "/dashboard?tab=2"
			task := agentTask(t, srv, map[string]any{"redirect_url": back}).want(t, http.StatusOK)
			if task.text(t, "object") != "agent_task" || task.text(t, "task_id") != task.text(t, "agent_task_id") {
				t.Errorf("the task: %s", task.raw)
			}
			res := call{method: http.MethodGet, url: task.text(t, "url")}.do(t).want(t, http.StatusSeeOther)
			to, err := url.Parse(res.header.Get("Location"))
			if err != nil {
				t.Fatal(err)
			}
			dev := to.Query().Get("__clerk_db_jwt")
			if want, _, _ := strings.Cut(back, "?"); to.Scheme+"://"+to.Host+to.Path != want || to.Query().Get("tab") != "2" || (dev == "") != (name == "production") {
				t.Errorf("leads to %s", to)
			}
			sessions := srv.Sessions(userID(t, srv, "ada@example.com"))
			if len(sessions) != 1 || sessions[0].ActorID != task.text(t, "agent_id") {
				t.Fatalf("sessions %+v, want one of the agent", sessions)
			}
			shown := backend(srv, http.MethodGet, "/v1/sessions/"+sessions[0].ID, "").do(t).want(t, http.StatusOK)
			if got, want := shown.at(t, "expire_at"), float64(noon().Add(30*time.Minute).UnixMilli()); got != want {
				t.Errorf("it lasts until %v, want 30 minutes", got)
			}
			// The application gets the session by a handshake, and its token says that an agent acts.
			c := call{method: http.MethodGet, url: srv.FrontendURL() + "/v1/client/handshake?" + url.Values{
				"redirect_url": {back}, "__clerk_db_jwt": {dev}, "format": {"token"},
			}.Encode()}
			for _, cookie := range res.setCookies(t) {
				c.cookies = append(c.cookies, cookie)
			}
			if got := c.do(t).want(t, http.StatusTemporaryRedirect); !strings.Contains(got.header.Get("Location")+got.header.Get("Set-Cookie"), "__clerk_handshake=") {
				t.Errorf("the handshake: %v", got.header)
			}
			token, err := srv.MintToken(sessions[0].ID, clerktest.TokenOptions{})
			if err != nil {
				t.Fatal(err)
			}
			_, claims := verified(t, srv, token)
			if diff := cmp.Diff(any(map[string]any{"sub": task.text(t, "agent_id"), "type": "agent"}), claims["act"]); diff != "" {
				t.Errorf("act (-want +got):\n%s", diff)
			}
			again := call{method: http.MethodGet, url: task.text(t, "url")}.do(t)
			again.wantError(t, http.StatusBadRequest, "agent_task_already_used_code")
		})
	}
}

func TestAgentTasksOfOneAgentHaveItsID(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	first, second := agentTask(t, srv, nil).want(t, 200), agentTask(t, srv, nil).want(t, 200)
	other := agentTask(t, srv, map[string]any{"agent_name": "another"}).want(t, 200)
	if id := first.text(t, "agent_id"); id != second.text(t, "agent_id") || id == other.text(t, "agent_id") {
		t.Errorf("ids of agents: %s %s %s", first.raw, second.raw, other.raw)
	}
	if first.text(t, "agent_task_id") == second.text(t, "agent_task_id") {
		t.Error("two tasks have one id")
	}
}

func TestAgentTasksAreRefused(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, func(c *clerktest.Config) { c.Origins = []string{appOrigin} })
	for _, row := range []struct {
		name   string
		change map[string]any
		status int
		code   string
	}{
		{"without a user", map[string]any{"on_behalf_of": nil}, 422, "form_param_missing"},
		{"for an unknown user", map[string]any{"on_behalf_of": map[string]any{"user_id": "user_x"}}, 404, "resource_not_found"},
		{"without permissions", map[string]any{"permissions": nil}, 422, "form_param_missing"},
		{"with some permissions", map[string]any{"permissions": "read"}, 422, "form_param_value_invalid"},
		{"without an agent", map[string]any{"agent_name": nil}, 422, "form_param_missing"},
		{"with a relative address", map[string]any{"redirect_url": "/dashboard"}, 422, "form_param_format_invalid"},
		{"for no time", map[string]any{"session_max_duration_in_seconds": 0}, 422, "form_param_value_invalid"},
		{"with another parameter", map[string]any{"user_id": "user_x"}, 422, "form_param_unknown"},
	} {
		t.Run(row.name, func(t *testing.T) {
			agentTask(t, srv, row.change).wantError(t, row.status, row.code)
		})
	}
	revoked := agentTask(t, srv, nil).want(t, http.StatusOK)
	path := "/v1/agents/tasks/" + revoked.text(t, "agent_task_id") + "/revoke"
	if res := backend(srv, http.MethodPost, path, "").do(t).want(t, http.StatusOK); res.at(t, "url") != nil {
		t.Errorf("a revoked task has a URL: %s", res.raw)
	}
	backend(srv, http.MethodPost, strings.Replace(path, "agents/tasks", "actor_tokens", 1), "").do(t).wantError(t, http.StatusNotFound, "resource_not_found")
	for name, task := range map[string]result{
		"agent_task_revoked_code": revoked, "redirect_url_invalid": agentTask(t, srv, map[string]any{"redirect_url": "https://evil.example.com/"}),
	} {
		call{method: http.MethodGet, url: task.text(t, "url")}.do(t).wantError(t, http.StatusBadRequest, name)
	}
}
