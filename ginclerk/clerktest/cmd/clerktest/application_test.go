package main_test

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/ginclerk/ginclerk/internal/logtest"
)

// moduleRoot is the folder of the module.
const moduleRoot = "../../../.."

// built has the path of each program that a test needs, which the first test to need it builds.
var built sync.Map

// goBuild builds a program and returns its path. The overlay names files that are not in the module; "" for none.
func goBuild(t *testing.T, name, folder, overlay string) string {
	t.Helper()
	once, _ := built.LoadOrStore(name, sync.OnceValues(func() (string, error) {
		path := filepath.Join(os.Getenv(programDir), name)
		args := []string{"build", "-o", path}
		if overlay != "" {
			args = append(args, "-overlay", overlay)
		}
		cmd := exec.CommandContext(context.Background(), "go", append(args, folder)...)
		cmd.Dir = moduleRoot
		output, err := cmd.CombinedOutput()
		return path + "\n" + string(output), err
	}))
	text, err := once.(func() (string, error))()
	path, output, _ := strings.Cut(text, "\n")
	if err != nil {
		t.Fatalf("go build %s: %v\n%s", folder, err, output)
	}
	return path
}

// application is a program that has the variables of an embedded Clerk.
type application struct {
	origin string
	stderr *logtest.Buffer
}

// startApplication starts a program with the variables at a free port.
func (p *process) startApplication(t *testing.T, program, host string) application {
	t.Helper()
	_, port, err := net.SplitHostPort(freeAddr(t))
	if err != nil {
		t.Fatal(err)
	}
	return p.startApplicationAt(t, program, "http://"+net.JoinHostPort(host, port))
}

// startApplicationAt lets a shell read the variables, as the documentation says, and start a program with them.
func (p *process) startApplicationAt(t *testing.T, program, origin string) application {
	t.Helper()
	at, err := url.Parse(origin)
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(t.TempDir(), "clerk.env")
	if err := os.WriteFile(script, []byte(p.script), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	a := application{origin: origin, stderr: &logtest.Buffer{}}
	cmd := exec.CommandContext(ctx, "sh", "-c", `. "$1"; exec "$2"`, "sh", script, program)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "PORT=" + at.Port(), "ORIGIN=" + a.origin}
	cmd.Stderr = a.stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("the application said:\n%s", a.stderr)
		}
	})
	until(t, func() bool {
		status, _ := request(t, http.MethodGet, a.origin+"/healthz", "", nil)
		return status != 0
	})
	return a
}

// The demo takes the variables as they are: a person signs in on the program's pages and comes back.
func TestTheDemoRunsOnTheVariables(t *testing.T) {
	t.Parallel()
	demo := goBuild(t, "demo", "./demo", "")
	for _, row := range []struct {
		name, host string
		args       []string
	}{
		{"development, at localhost", "localhost", nil},
		{"development, at the program's host", "127.0.0.1", nil},
		{"production, at the program's host", "127.0.0.1", []string{"-production"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := launch(t, row.args...)
			a := p.startApplication(t, demo, row.host)
			p.signsIn(t, a, "/dashboard", "ada@example.com")
			if text := a.stderr.String(); strings.Contains(text, "level=WARN") {
				t.Errorf("a good start says:\n%s", text)
			}
		})
	}
}

// The demo's own addresses of sign-in lead where the variables say.
func TestTheDemosSignInLeadsToTheProgram(t *testing.T) {
	t.Parallel()
	p := launch(t)
	a := p.startApplication(t, goBuild(t, "demo", "./demo", ""), "localhost")
	for path, want := range map[string]string{
		"/sign-in":                          p.variables["CLERK_SIGN_IN_URL"],
		"/sign-in?redirect_url=/dashboard":  p.variables["CLERK_SIGN_IN_URL"],
		"/sign-up":                          p.variables["CLERK_SIGN_UP_URL"],
		"/sign-up?redirect_url=//evil.test": p.variables["CLERK_SIGN_UP_URL"],
	} {
		at, page := newBrowser(t).open(t, a.origin+path)
		if !strings.HasPrefix(at, want+"?redirect_url=") || strings.Contains(at, "evil.test") || !strings.Contains(page, "<form") {
			t.Errorf("%s leads to %s, want %s:\n%s", path, at, want, page)
		}
	}
}

// signsIn opens a page of an application as a browser without cookies, signs Ada in, and comes back.
func (p *process) signsIn(t *testing.T, a application, path, shown string) {
	t.Helper()
	visitor := newBrowser(t)
	at, page := visitor.open(t, a.origin+path)
	if !strings.HasPrefix(at, p.variables["CLERK_SIGN_IN_URL"]+"?") || !strings.Contains(page, "<form") {
		t.Fatalf("signed out it is at %s, want the program's sign-in page:\n%s", at, page)
	}
	at, page = visitor.signIn(t, at, "ada@example.com", p.passwordOf(t, "ada@example.com"))
	if at != a.origin+path || !strings.Contains(page, shown) {
		t.Fatalf("signed in it is at %s, want %s:\n%s", at, a.origin+path, page)
	}
	if at, page = visitor.open(t, a.origin+path); at != a.origin+path || !strings.Contains(page, shown) {
		t.Errorf("the next visit ends at %s:\n%s", at, page)
	}
	if at, _ = newBrowser(t).open(t, a.origin+path); !strings.HasPrefix(at, p.variables["CLERK_SIGN_IN_URL"]) {
		t.Errorf("another browser is at %s, want the sign-in page", at)
	}
}
