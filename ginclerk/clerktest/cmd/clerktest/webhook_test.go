package main_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	svix "github.com/svix/svix-webhooks/go"
)

func TestProgramSendsWebhooks(t *testing.T) {
	t.Parallel()
	type delivery struct {
		header http.Header
		body   []byte
	}
	got := make(chan delivery, 10)
	application := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got <- delivery{r.Header, body}
	}))
	t.Cleanup(application.Close)
	p := launch(t, "-webhook", application.URL+"/hooks")
	verifier, err := svix.NewWebhook(evaluated(t, p.script, "CLERK_WEBHOOK_SIGNING_SECRET"))
	if err != nil {
		t.Fatal(err)
	}
	const user = `{"email_address": ["eve@example.com"], "skip_password_requirement": true}`
	if status, body := request(t, http.MethodPost, p.variables["CLERK_API_URL"]+"/v1/users", user, bearer(p)); status != 200 {
		t.Fatalf("create: %d %s", status, body)
	}
	d := <-got
	if err := verifier.Verify(d.body, d.header); err != nil || !strings.Contains(string(d.body), `"type":"user.created"`) {
		t.Errorf("%v: %s", err, d.body)
	}
	p.terminate(t)
}

func TestProgramSendsWebhooksOnlyToLoopback(t *testing.T) {
	t.Parallel()
	cmd := command(t, "-webhook", "https://example.com/hooks")
	output, err := cmd.CombinedOutput()
	if err == nil || cmd.ProcessState.ExitCode() != 1 || !strings.Contains(string(output), "not on loopback") {
		t.Errorf("%v: %s", err, output)
	}
}
