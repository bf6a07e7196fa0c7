package ginclerk_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// variablesOf sets the variables of an embedded Clerk, as its program prints them.
func variablesOf(t *testing.T, server *clerktest.Server) {
	t.Helper()
	for name, value := range map[string]string{
		"CLERK_PUBLISHABLE_KEY": server.PublishableKey(), "CLERK_SECRET_KEY": server.SecretKey(),
		"CLERK_API_URL": server.BackendURL(), "CLERK_FAPI_URL": server.FrontendURL(), "CLERK_PROXY_URL": server.ProxyURL(),
		"CLERK_SIGN_IN_URL": server.SignInURL(), "CLERK_SIGN_UP_URL": server.SignUpURL(),
		"CLERK_JWT_KEY": "", "CLERK_MACHINE_SECRET_KEY": "ak_secret", "CLERK_AUTHORIZED_PARTIES": "", "CLERK_IS_SATELLITE": "",
	} {
		t.Setenv(name, value)
	}
}

func TestVariablesThatAreLeftOutAreNamed(t *testing.T) { // no parallel: it sets variables
	server, other := clerktest.New(t), clerktest.New(t)
	variablesOf(t, server)
	for _, row := range []struct {
		name   string
		config ginclerk.Config
		want   string // the variables; empty: no warning
	}{
		{"all are taken", ginclerk.ConfigFromEnv(), ""},
		{
			"the keys alone are taken",
			ginclerk.Config{PublishableKey: server.PublishableKey(), SecretKey: server.SecretKey()},
			`"CLERK_API_URL, CLERK_FAPI_URL, CLERK_PROXY_URL, CLERK_SIGN_IN_URL, CLERK_SIGN_UP_URL, CLERK_MACHINE_SECRET_KEY"`,
		},
		{
			"the proxy alone is left out, and other values are taken",
			ginclerk.Config{
				PublishableKey: server.PublishableKey(), SecretKey: server.SecretKey(), SignInURL: "/in", SignUpURL: "/up",
				ClerkAPI: ginclerk.ClerkAPI{URL: server.BackendURL(), FrontendURL: server.FrontendURL()},
				Tokens:   ginclerk.TokenChecks{MachineSecretKey: "ak_secret"},
			},
			"variables=CLERK_PROXY_URL\n",
		},
		{"the configuration is of another instance", ginclerk.Config{PublishableKey: other.PublishableKey(), SecretKey: other.SecretKey()}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			log := &safeBuffer{}
			row.config.Logger, row.config.Origins = textLogger(log), []string{ownOrigin}
			newClerk(t, row.config)
			wantTold(t, log, "leaves out variables", row.want)
		})
	}
}

// wantTold fails unless the log has one line with the text that says what is wanted, or none where nothing is wanted.
func wantTold(t *testing.T, log *safeBuffer, text, want string) {
	t.Helper()
	lines := 0
	if want != "" {
		lines = 1
	}
	if log.count(text) != lines || log.count(want) == 0 {
		t.Errorf("%d lines say %q, want %d with %s:\n%s", log.count(text), text, lines, want, log)
	}
}

func TestAFrontendAPIThatBrowsersAreNotSentToIsTold(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		frontend, proxy, want string
	}{
		"on this machine, without a proxy":       {"http://127.0.0.1:4010", "", "set ProxyURL"},
		"on this machine, behind a proxy":        {"http://127.0.0.1:4010", "/__clerk", ""},
		"on this machine, at an address with it": {"http://127.0.0.1:4010", "http://127.0.0.1:4010/__clerk", ""},
		"elsewhere":                              {"https://frontend-api.example", "", ""},
		"not set":                                {"", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, configured(func(c *ginclerk.Config) { c.ClerkAPI.FrontendURL, c.ProxyURL = row.frontend, row.proxy }))
			wantTold(t, a.log, "ClerkAPI.FrontendURL is on this machine", row.want)
		})
	}
}

func TestAProxyThatIsNotMountedIsTold(t *testing.T) {
	t.Parallel()
	protected := func(a *app) *app { return a.ruled(t, ginclerk.Rules{Public: []string{"/"}}) }
	for _, row := range []struct {
		name     string
		proxyURL string
		build    func(a *app)
		path     string
		want     string
	}{
		{"behind Attach", "/__clerk", func(a *app) { a.attached() }, "/__clerk/v1/client/handshake", "call MountProxy"},
		{"behind rules", "/__clerk", func(a *app) { protected(a) }, "/__clerk/v1/client/handshake", "call MountProxy"},
		{"at its whole address", ownOrigin + "/__clerk", func(a *app) { a.attached() }, "/__clerk/v1/client/handshake", "call MountProxy"},
		{"at another program", "http://127.0.0.1:4010/__clerk", func(a *app) { a.attached() }, "/__clerk/v1/client/handshake", ""},
		{"another path", "/__clerk", func(a *app) { a.attached() }, "/__clerkish", ""},
		{"it is mounted", "/__clerk", func(a *app) { a.attached(); a.clerk.MountProxy(a.engine) }, "/__clerk/v1/client", ""},
		{"it is mounted behind rules", "/__clerk", func(a *app) { protected(a); a.clerk.MountProxy(a.engine) }, "/__clerk/v1/client", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, configured(func(c *ginclerk.Config) { c.ProxyURL = row.proxyURL }))
			row.build(a)
			for range 3 {
				a.ask(http.MethodGet, row.path, navigation)
			}
			wantTold(t, a.log, "where no route is", row.want)
		})
	}
}

func TestSecretsInFiles(t *testing.T) { // no parallel: it sets variables
	server := clerktest.New(t)
	variablesOf(t, server)
	file := func(text string) string {
		path := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	missing := filepath.Join(t.TempDir(), "missing")
	for _, row := range []struct {
		name      string
		variables map[string]string
		problems  []string // the fields; nil: New takes the configuration
	}{
		{"the secret key in a file", map[string]string{"CLERK_SECRET_KEY": "", "CLERK_SECRET_KEY_FILE": file(server.SecretKey() + "\n")}, nil},
		{"the key of a machine in a file", map[string]string{"CLERK_MACHINE_SECRET_KEY": "", "CLERK_MACHINE_SECRET_KEY_FILE": file("ak_secret")}, nil},
		{"both", map[string]string{"CLERK_SECRET_KEY_FILE": file(server.SecretKey())}, []string{"SecretKey"}},
		{"a missing file of the secret key", map[string]string{"CLERK_SECRET_KEY": "", "CLERK_SECRET_KEY_FILE": missing}, []string{"SecretKey"}},
		{"a missing file of the key for tokens", map[string]string{"CLERK_JWT_KEY_FILE": missing}, []string{"Tokens.JWTKey"}},
		{
			"an empty file of the key of a machine, without which the tokens of other machines would count",
			map[string]string{"CLERK_MACHINE_SECRET_KEY": "", "CLERK_MACHINE_SECRET_KEY_FILE": file("\n")},
			[]string{"Tokens.MachineSecretKey"},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			for name, value := range row.variables {
				t.Setenv(name, value)
			}
			config := ginclerk.ConfigFromEnv()
			config.Origins = []string{ownOrigin}
			clerk, err := ginclerk.New(config)
			if diff := cmp.Diff(row.problems, problemFields(err)); diff != "" {
				t.Fatalf("fields with problems (-want +got):\n%s\n%v", diff, err)
			}
			if clerk == nil {
				return
			}
			t.Cleanup(func() { _ = clerk.Close(context.Background()) })
			if config.SecretKey != server.SecretKey() || config.Tokens.MachineSecretKey != "ak_secret" {
				t.Error("a secret in a file is not taken")
			}
		})
	}
}
