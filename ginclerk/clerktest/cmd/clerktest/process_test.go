package main_test

import (
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

func bearer(p *process) map[string]string {
	return map[string]string{"Authorization": "Bearer " + p.variables["CLERK_SECRET_KEY"]}
}

func TestProgramServesTheAddressesInItsVariables(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name            string
		args            []string
		secret, publish string
	}{
		{"development", nil, "sk_test_", "pk_test_"},
		{"production", []string{"-production"}, "sk_live_", "pk_live_"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := launch(t, row.args...)
			for name, prefix := range map[string]string{
				"CLERK_SECRET_KEY": row.secret, "CLERK_PUBLISHABLE_KEY": row.publish, "CLERK_JWT_KEY": "-----BEGIN PUBLIC KEY-----\n",
				"CLERK_API_URL": "http://127.0.0.1:", "CLERK_FAPI_URL": "http://127.0.0.1:",
			} {
				if !strings.HasPrefix(p.variables[name], prefix) {
					t.Errorf("%s is %q, want %s…", name, p.variables[name], prefix)
				}
			}
			if status, body := request(t, http.MethodGet, p.variables["CLERK_API_URL"]+"/v1/users", "", bearer(p)); status != 200 {
				t.Errorf("users: %d %s", status, body)
			}
			if status, body := request(t, http.MethodGet, p.variables["CLERK_FAPI_URL"]+"/v1/environment", "", nil); status != 200 {
				t.Errorf("environment: %d %s", status, body)
			}
			p.terminate(t)
			if !strings.Contains(p.stderr.String(), "ada@example.com  ") || strings.Contains(p.script, "ada@example.com") {
				t.Errorf("accounts belong to standard error alone: %s", p.stderr)
			}
		})
	}
}

func TestProgramReadsSeeds(t *testing.T) {
	t.Parallel()
	file := seedFile(t, `{"users": [{"email": "kim@example.com", "password": "kims-own-password"}]}`)
	p := launch(t, "-seed", file)
	_, body := request(t, http.MethodGet, p.variables["CLERK_API_URL"]+"/v1/users", "", bearer(p))
	if !strings.Contains(body, "kim@example.com") || strings.Contains(body, "ada@example.com") {
		t.Errorf("users: %s", body)
	}
	p.terminate(t)
}

func TestProgramRefuses(t *testing.T) {
	t.Parallel()
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	for _, row := range []struct {
		name string
		args []string
		code int
		line []string
	}{
		{"a taken port", []string{"-addr", taken.Addr().String()}, 1, []string{taken.Addr().String(), "address already in use"}},
		{"every address", []string{"-addr", "0.0.0.0:0"}, 1, []string{"not on loopback"}},
		{"an address without host", []string{"-addr", ":0"}, 1, []string{"not on loopback"}},
		{"controls for everybody", []string{"-control", "0.0.0.0:0", "-unsafe-listen-beyond-loopback"}, 1, []string{"-control", "loopback"}},
		{"a taken port", []string{"-addr", taken.Addr().String()}, 1, []string{taken.Addr().String(), "in use"}},
		{"controls on a taken port", []string{"-control", taken.Addr().String()}, 1, []string{"-control", "in use"}},
		{"a missing seed", []string{"-seed", filepath.Join(t.TempDir(), "none.json")}, 1, []string{"none.json"}},
		{
			"a seed with problems",
			[]string{"-seed", seedFile(t, `{"users": [{}, {"plan": "x"}]}`)},
			1,
			[]string{"seed.json", "users[0].email", "users[1].email"},
		},
		{"an argument", []string{"serve"}, 2, []string{`"serve"`}},
		{"an unknown flag", []string{"-prod"}, 2, []string{"-prod"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			cmd := command(t, row.args...)
			var stdout, stderr strings.Builder
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			if err := cmd.Run(); err == nil || cmd.ProcessState.ExitCode() != row.code {
				t.Errorf("ended with %v, want exit code %d", err, row.code)
			}
			for _, want := range row.line {
				if !strings.Contains(stderr.String(), want) {
					t.Errorf("it doesn't say %q: %s", want, &stderr)
				}
			}
			if lines := strings.Count(stderr.String(), "\n"); row.code == 1 && lines != 1 {
				t.Errorf("%d lines, want one: %s", lines, &stderr)
			}
			if stdout.Len() > 0 {
				t.Errorf("variables of a missing server: %s", &stdout)
			}
		})
	}
}

func TestProgramListensBeyondLoopbackWhenTold(t *testing.T) {
	t.Parallel()
	launchAt(t, "0.0.0.0:0", "-unsafe-listen-beyond-loopback").terminate(t)
}

func TestVariablesAreWrittenBeforeTheProgramIsHealthy(t *testing.T) {
	t.Parallel()
	addr := freeAddr(t)
	p := launchAt(t, addr)
	if got := p.variables["CLERK_FAPI_URL"]; got != "http://"+addr {
		t.Errorf("CLERK_FAPI_URL is %q, want the address that was asked for", got)
	}
	p.terminate(t)
}

func TestControls(t *testing.T) {
	t.Parallel()
	addr := freeAddr(t)
	p := launch(t, "-control", addr)
	control, asJSON := "http://"+addr, map[string]string{"Content-Type": "application/json"}
	const fault = `{"operation": "GET /v1/users", "retry_after": "3s", "times": 1}`
	for _, step := range []struct {
		method, url, body string
		header            map[string]string
		status            int
		answer            string
	}{
		{http.MethodPost, control + "/faults", fault, asJSON, 200, `"retry_after":"3s"`},
		{http.MethodGet, p.variables["CLERK_API_URL"] + "/v1/users", "", bearer(p), 429, "too_many_requests"},
		{http.MethodGet, control + "/faults", "", nil, 200, "[]"},
		{http.MethodPost, control + "/clock", `{"advance": "1h"}`, asJSON, 200, `"now":`},
		{http.MethodPost, control + "/clock", `{"advance": "soon"}`, asJSON, 400, "advance"},
		{http.MethodPost, control + "/faults", `{"staus": 500}`, asJSON, 400, "staus"},
		{http.MethodPost, control + "/faults", fault, nil, 415, "application/json"},
		{http.MethodPost, control + "/keys", `{}`, asJSON, 200, "kid"},
		{http.MethodGet, control + "/calls", "", nil, 200, `"GET /v1/users":1`},
		{http.MethodGet, control + "/calls", "", map[string]string{"Origin": "http://localhost:3000"}, 403, ""},
		{http.MethodGet, control + "/calls", "", map[string]string{"Host": "rebound.example"}, 403, ""},
		{http.MethodDelete, control + "/keys/unknown", "", nil, 404, "unknown"},
		{http.MethodDelete, control + "/faults", "", nil, 200, "[]"},
		{http.MethodPost, control + "/webhooks", `{"url": "http://127.0.0.1:9/hooks"}`, asJSON, 200, `"signing_secret":"whsec_`},
		{http.MethodPost, control + "/messages/deliver", `{}`, asJSON, 200, "[]"},
		{http.MethodGet, control + "/calls/unknown", "", nil, 200, "{}"},
		{http.MethodPost, p.variables["CLERK_FAPI_URL"] + "/clock", `{"advance": "1h"}`, asJSON, 501, "does not emulate POST /clock"},
	} {
		status, answer := request(t, step.method, step.url, step.body, step.header)
		if status != step.status || !strings.Contains(answer, step.answer) {
			t.Errorf("%s %s %s: %d %s, want %d %s", step.method, step.url, step.body, status, answer, step.status, step.answer)
		}
	}
	p.terminate(t)
}

func seedFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "seed.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// The names of Clerk's cookies come from the publishable key. A new key at each start would leave another set of them in the
// browser for a year.
func TestProgramKeepsItsPublishableKeyAlone(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"development": nil, "production": {"-production"}, "another host": {"-frontend-api", "happy-cat-13.clerk.accounts.dev"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first, second := launch(t, args...).variables, launch(t, args...).variables
			if first["CLERK_PUBLISHABLE_KEY"] != second["CLERK_PUBLISHABLE_KEY"] {
				t.Errorf("two starts have the publishable keys %s and %s", first["CLERK_PUBLISHABLE_KEY"], second["CLERK_PUBLISHABLE_KEY"])
			}
			for _, fresh := range []string{"CLERK_SECRET_KEY", "CLERK_JWT_KEY"} {
				if first[fresh] == second[fresh] {
					t.Errorf("two starts have the same %s", fresh)
				}
			}
		})
	}
}

func TestProgramEndsWithHalfSentRequests(t *testing.T) {
	t.Parallel()
	control := freeAddr(t)
	p := launch(t, "-control", control)
	for _, addr := range []string{control, strings.TrimPrefix(p.variables["CLERK_FAPI_URL"], "http://")} {
		conn, err := net.DialTimeout("tcp", addr, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		const half = "POST /v1/client HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{"
		if _, err := io.WriteString(conn, half); err != nil {
			t.Fatal(err)
		}
		if status, body := request(t, http.MethodGet, "http://"+addr+"/calls", "", nil); status == 0 {
			t.Fatal(body) // the server answered it after it had the other one
		}
	}
	p.terminate(t)
}

func TestTheProgramTakesSettingsOfTheInstance(t *testing.T) {
	t.Parallel()
	for _, on := range []bool{false, true} {
		var flags []string
		if on {
			flags = []string{"-force-organization-selection", "-destroy-client-on-sign-out"}
		}
		api := launch(t, flags...).variables["CLERK_FAPI_URL"] + "/v1"
		_, environment := request(t, http.MethodGet, api+"/environment", "", nil)
		if got := strings.Contains(environment, `"force_organization_selection":true`); got != on {
			t.Errorf("with %q, an organization is required: %v", flags, got)
		}
		_, created := request(t, http.MethodPost, api+"/dev_browser", "", nil)
		browser := "__clerk_db_jwt=" + regexp.MustCompile(`dvb_\w+`).FindString(created)
		request(t, http.MethodPut, api+"/client?"+browser, "", nil)
		request(t, http.MethodDelete, api+"/client/sessions?"+browser, "", nil)
		_, client := request(t, http.MethodGet, api+"/client?"+browser, "", nil)
		if got := strings.Contains(client, `"response":null`); got != on {
			t.Errorf("with %q, the client is destroyed: %v: %s", flags, got, client)
		}
	}
}
