package main

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// wantRefusal checks that the demo does not start, and says why in one line with all these texts.
func wantRefusal(t *testing.T, p *process, says ...string) {
	t.Helper()
	if code := p.code(t); code != 1 {
		t.Errorf("exit status %d, want 1", code)
	}
	if text := p.stdout.String(); text != "" {
		t.Errorf("it says on stdout, as if it had started:\n%s", text)
	}
	text := p.stderr.String()
	if line, found := strings.CutSuffix(text, "\n"); !found || line == "" || strings.Contains(line, "\n") {
		t.Errorf("stderr is not one line:\n%s", text)
	}
	for _, want := range says {
		if !strings.Contains(text, want) {
			t.Errorf("stderr does not say %q:\n%s", want, text)
		}
	}
}

func TestProgramRefusesWrongSetUpInOneLine(t *testing.T) {
	t.Parallel()
	const (
		secret      = "CLERK_SECRET_KEY=sk_test_0123456789abcdefghijklmnopqrstuvwxyzABCDEF"
		publishable = "CLERK_PUBLISHABLE_KEY=pk_test_aGFwcHktY2F0LTEzLmNsZXJrLmFjY291bnRzLmRldiQ" // happy-cat-13.clerk.accounts.dev$
	)
	for _, row := range []struct {
		name        string
		environment []string
		args        []string
		says        []string
	}{
		{"a port that is no number", []string{"PORT=http"}, nil, []string{"PORT", `"http"`, "65535"}},
		{"a port beyond the last", []string{"PORT=65536"}, nil, []string{"PORT", `"65536"`}},
		{"a port below zero", []string{"PORT=-1"}, nil, []string{"PORT", `"-1"`}},
		{"a port on two lines", []string{"PORT=80\n80"}, nil, []string{"PORT"}},
		{"a secret key alone", []string{secret}, nil, []string{"CLERK_PUBLISHABLE_KEY is missing"}},
		{"a publishable key alone", []string{publishable}, nil, []string{"CLERK_SECRET_KEY is missing"}},
		{"an empty secret key", []string{publishable, "CLERK_SECRET_KEY="}, nil, []string{"CLERK_SECRET_KEY is missing"}},
		{"another Clerk variable alone", []string{"CLERK_API_URL=https://api.clerk.com"}, nil, []string{"CLERK_API_URL is set", "no CLERK_ variable"}},
		{"a Clerk variable that the demo does not read", []string{"CLERK_TELEMETRY_DISABLED=1"}, nil, []string{"CLERK_TELEMETRY_DISABLED is set"}},
		{"a Clerk variable that is empty", []string{"CLERK_JWT_KEY="}, nil, []string{"CLERK_JWT_KEY is set"}},
		{"release mode without keys", []string{"GIN_MODE=release"}, nil, []string{"GIN_MODE", "CLERK_SECRET_KEY", "CLERK_PUBLISHABLE_KEY"}},
		{"keys of a test and a live instance", []string{publishable, "CLERK_SECRET_KEY=sk_live_0123456789"}, nil, []string{"SecretKey", "production", "development"}},
		{"two keys that are none", []string{"CLERK_SECRET_KEY=a", "CLERK_PUBLISHABLE_KEY=b"}, nil, []string{"PublishableKey", "SecretKey"}},
		{"an invalid address", []string{publishable, secret, "CLERK_API_URL=api.clerk.com"}, nil, []string{"ClerkAPI.URL"}},
		{"an origin with a path", []string{publishable, secret, "ORIGINS=https://app.example.com/"}, nil, []string{"Origins"}},
		{"an origin with a path for the embedded Clerk", []string{"ORIGINS=app.example.com"}, nil, []string{"app.example.com"}},
		{"a Redis that is no address", []string{"REDIS_URL=10.0.0.1:6379"}, nil, []string{"REDIS_URL can't be read", "redis://"}},
		{"a Redis with a password and no port", []string{"REDIS_URL=redis://:0123456789@host:port"}, nil, []string{"REDIS_URL can't be read"}},
		{"a Redis with an invalid database", []string{"REDIS_URL=redis://:0123456789@localhost/x"}, nil, []string{"REDIS_URL can't be read"}},
		{"a Redis with an invalid option", []string{"REDIS_URL=redis://:0123456789@localhost/?x=y"}, nil, []string{"REDIS_URL can't be read"}},
		{"an unknown flag", nil, []string{"-port=80"}, []string{"-port"}},
		{"a word that is no flag", nil, []string{"serve"}, []string{"serve"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := startDemo(t, append([]string{"PORT=0"}, row.environment...), row.args...)
			wantRefusal(t, p, row.says...)
			if strings.Contains(p.stderr.String(), "0123456789") {
				t.Errorf("the secret key is on stderr:\n%s", p.stderr.String())
			}
		})
	}
}

func TestProgramRefusesTakenPort(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() }) // nothing was sent
	port := listener.Addr().(*net.TCPAddr).Port
	for name, environment := range map[string][]string{
		"with the embedded Clerk": nil,
		"with Clerk":              keysOf(clerktest.New(t)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startDemo(t, append(environment, fmt.Sprintf("PORT=%d", port)))
			wantRefusal(t, p, fmt.Sprintf("port %d is taken", port), "set PORT to another one")
		})
	}
}

func TestProgramExplainsItsFlags(t *testing.T) {
	t.Parallel()
	p := startDemo(t, []string{"PORT=0"}, "-h")
	if code := p.code(t); code != 0 {
		t.Errorf("exit status %d, want 0: help was asked for", code)
	}
	for _, name := range []string{
		"-unsafe-embedded-clerk-on-all-interfaces", "PORT", "ORIGINS", "GIN_MODE", "REDIS_URL",
		"CLERK_SECRET_KEY", "CLERK_PUBLISHABLE_KEY", "CLERK_WEBHOOK_SIGNING_SECRET", "CLERK_JWT_KEY", "CLERK_API_URL",
	} {
		if text := p.stdout.String(); !strings.Contains(text, name) {
			t.Errorf("stdout does not name %s:\n%s", name, text)
		}
	}
	if text := p.stderr.String(); text != "" {
		t.Errorf("help is no error, but stderr says:\n%s", text)
	}
}

func TestProgramRefusesAWrongWebhookSecret(t *testing.T) {
	t.Parallel()
	p := startDemo(t, append(keysOf(clerktest.New(t)), "CLERK_WEBHOOK_SIGNING_SECRET=0123456789"))
	wantRefusal(t, p, "CLERK_WEBHOOK_SIGNING_SECRET", "whsec_")
	if strings.Contains(p.stderr.String(), "0123456789") {
		t.Errorf("the secret is on stderr:\n%s", p.stderr.String())
	}
}

func TestProgramRefusesKeysOfTwoInstances(t *testing.T) {
	t.Parallel()
	one, other := clerktest.New(t), clerktest.New(t)
	for _, row := range []struct {
		name        string
		api         *clerktest.Server
		secret      string
		says        string
		environment []string
	}{
		{name: "a secret key of another instance", api: other, secret: other.SecretKey(), says: "another instance"},
		{name: "a secret key that Clerk does not know", api: one, secret: other.SecretKey(), says: "secret key"},
		{
			name: "the same in release mode", api: other, secret: other.SecretKey(), says: "another instance",
			environment: []string{"GIN_MODE=release"},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := startDemo(t, append(row.environment, "PORT=0", "CLERK_PUBLISHABLE_KEY="+one.PublishableKey(),
				"CLERK_SECRET_KEY="+row.secret, "CLERK_API_URL="+row.api.BackendURL(), "CLERK_FAPI_URL="+one.FrontendURL(), "CLERK_PROXY_URL="+one.ProxyURL()))
			wantRefusal(t, p, "do not belong together", row.says)
			if strings.Contains(p.stderr.String(), row.secret) {
				t.Errorf("the secret key is on stderr:\n%s", p.stderr.String())
			}
		})
	}
}
