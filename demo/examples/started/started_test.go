// Package started has the test that starts every example as a program.
package started

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

const (
	startTimeout = 30 * time.Second
	lookAgain    = 20 * time.Millisecond
)

// example is a program, and a route of it that needs a session.
type example struct {
	name, path string
	// argument is the program's only one; "" for none.
	argument string
	// variables returns what the program reads beside the variables of Clerk; nil for nothing.
	variables func(t *testing.T, origin string, server *clerktest.Server) []string
	// signedOut and signedIn are the answers to a program; 0 means 401 and 200.
	signedOut, signedIn int
}

func examples() []example {
	return []example{
		{name: "smallest", path: "/"},
		{name: "api", path: "/api/me"},
		{name: "pages", path: "/invoices"},
		{name: "brand", path: "/sessions"},
		{name: "htmx", path: "/"},
		{name: "events", path: "/events"},
		{name: "websocket", path: "/echo", signedIn: http.StatusUpgradeRequired}, // past the guard, a request that is no upgrade
		{name: "tenants", path: "/api/me", variables: tenants},
		{name: "proxy", path: "/", variables: origin},
		{name: "replicas", path: "/api/me", variables: awayRedis},
		{name: "native", path: "/desktop/me"},
		{name: "webhooks", path: "/api/visits", variables: webhookSecret},
		{name: "migration", path: "/me"},
		{name: "migration", path: "/me", argument: "before", signedOut: http.StatusForbidden},
		{name: "migration", path: "/me", argument: "handwritten"},
	}
}

func origin(_ *testing.T, origin string, _ *clerktest.Server) []string {
	return []string{"ORIGIN=" + origin}
}

// awayRedis names a Redis that does not answer: requests go on while it is away.
func awayRedis(t *testing.T, _ string, _ *clerktest.Server) []string {
	t.Helper()
	return []string{"REDIS_URL=redis://" + freeAddress(t)}
}

func webhookSecret(t *testing.T, origin string, server *clerktest.Server) []string {
	t.Helper()
	endpoint, err := server.AddWebhook(origin + "/webhooks/clerk")
	if err != nil {
		t.Fatal(err)
	}
	return []string{"CLERK_WEBHOOK_SIGNING_SECRET=" + endpoint.SigningSecret}
}

// tenants writes the file with the tenants.
func tenants(t *testing.T, origin string, server *clerktest.Server) []string {
	t.Helper()
	text, err := json.Marshal(map[string]any{origin: map[string]any{
		"PublishableKey": server.PublishableKey(), "SecretKey": server.SecretKey(), "SignInURL": server.SignInURL(), "ProxyURL": server.ProxyURL(),
		"ClerkAPI": map[string]string{"URL": server.BackendURL(), "FrontendURL": server.FrontendURL()},
	}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "tenants.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"TENANTS=" + file}
}

// clerkVariables are those that the program clerktest prints.
func clerkVariables(server *clerktest.Server) []string {
	return []string{
		"CLERK_PUBLISHABLE_KEY=" + server.PublishableKey(), "CLERK_SECRET_KEY=" + server.SecretKey(), "CLERK_JWT_KEY=" + server.JWTKey(),
		"CLERK_API_URL=" + server.BackendURL(), "CLERK_FAPI_URL=" + server.FrontendURL(), "CLERK_PROXY_URL=" + server.ProxyURL(),
		"CLERK_SIGN_IN_URL=" + server.SignInURL(), "CLERK_SIGN_UP_URL=" + server.SignUpURL(),
	}
}

func TestEveryExampleStarts(t *testing.T) {
	folder := programs(t)
	for _, e := range examples() {
		t.Run(e.name+" "+e.argument, func(t *testing.T) {
			t.Parallel()
			address := freeAddress(t)
			at := "http://" + address
			server := clerktest.New(t, func(c *clerktest.Config) { c.Origins, c.ServePortal = []string{at}, true })
			variables := clerkVariables(server)
			if e.variables != nil {
				variables = append(variables, e.variables(t, at, server)...)
			}
			run(t, filepath.Join(folder, e.name), address, variables, e.argument)
			token, err := server.Bearer("ada@example.com")
			if err != nil {
				t.Fatal(err)
			}
			if got, want := ask(t, at+e.path, ""), cmp.Or(e.signedOut, http.StatusUnauthorized); got != want {
				t.Errorf("signed out, %s answers %d, want %d", e.path, got, want)
			}
			if got, want := ask(t, at+e.path, token), cmp.Or(e.signedIn, http.StatusOK); got != want {
				t.Errorf("signed in, %s answers %d, want %d", e.path, got, want)
			}
		})
	}
	t.Run("smallest without a variable of Clerk", func(t *testing.T) {
		t.Parallel()
		address := freeAddress(t)
		run(t, filepath.Join(folder, "smallest"), address, nil, "") // on an embedded Clerk
		if got := ask(t, "http://"+address, ""); got != http.StatusUnauthorized {
			t.Errorf("signed out, / answers %d, want 401", got)
		}
	})
}

// Every folder with a program is an example that is started.
func TestNoExampleIsLeftOut(t *testing.T) {
	programs, err := filepath.Glob("../*/main.go")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, program := range programs {
		found = append(found, filepath.Base(filepath.Dir(program)))
	}
	if !slices.Equal(found, names()) {
		t.Errorf("the folders are %v, and the test starts %v", found, names())
	}
}

func names() []string {
	found := map[string]bool{}
	for _, e := range examples() {
		found[e.name] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// programs returns the folder with the programs: the one that GINCLERK_EXAMPLES names, or a new one.
func programs(t *testing.T) string {
	t.Helper()
	if folder := os.Getenv("GINCLERK_EXAMPLES"); folder != "" {
		return folder
	}
	folder := t.TempDir()
	for _, name := range names() {
		command := exec.CommandContext(t.Context(), "go", "build", "-ldflags=-s -w", "-o", filepath.Join(folder, name), ".")
		command.Dir = filepath.Join("..", name)
		if output, err := command.CombinedOutput(); err != nil {
			t.Fatalf("go build %s: %v\n%s", name, err, output)
		}
	}
	return folder
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	return net.JoinHostPort("localhost", port)
}

// run starts a program that ends with the test, and waits until it listens.
func run(t *testing.T, program, address string, variables []string, argument string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	command := exec.CommandContext(ctx, program)
	if argument != "" {
		command.Args = append(command.Args, argument)
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	command.Env = append([]string{"PORT=" + port, "GIN_MODE=test", "PATH=" + os.Getenv("PATH")}, variables...)
	command.Dir, command.Stdout, command.Stderr = t.TempDir(), t.Output(), t.Output()
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err == nil {
			t.Error("the program has ended by itself")
		}
	})
	awaitListener(t, address, ended)
}

// awaitListener looks until somebody listens at the address. Programs tell nobody when that is.
func awaitListener(t *testing.T, address string, ended chan error) {
	t.Helper()
	timeout := time.After(startTimeout)
	look := time.NewTicker(lookAgain)
	defer look.Stop()
	for {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
		if err == nil {
			_ = conn.Close()
			return
		}
		select {
		case <-look.C:
		case err := <-ended:
			ended <- err
			t.Fatalf("the program has ended: %v", err)
		case <-timeout:
			t.Fatalf("after %v: %v", startTimeout, err)
		}
	}
}

// ask asks as a program does, and returns the status. It does not read the answer, which may have no end.
func ask(t *testing.T, address, authorization string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "application/json")
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode >= http.StatusInternalServerError {
		text, err := io.ReadAll(response.Body)
		t.Logf("%s: %v", text, err)
	}
	return response.StatusCode
}
