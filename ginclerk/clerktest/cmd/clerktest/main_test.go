package main_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/internal/goroutinetest"

	"github.com/ginclerk/ginclerk/internal/logtest"
)

// programDir is the folder of the program that the tests run.
const programDir = "CLERKTEST_TEST_PROGRAM"

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "clerktest")
	if err == nil {
		err = os.Setenv(programDir, dir)
	}
	if err == nil {
		err = exec.CommandContext(context.Background(), "go", "build", "-o", filepath.Join(dir, "clerktest"), ".").Run()
	}
	code := 1
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "build:", err)
	} else {
		code = m.Run()
	}
	_ = os.RemoveAll(dir)
	os.Exit(goroutinetest.Status(code))
}

// patience is how long a busy machine may take.
const patience = 2 * time.Minute

func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context())) // it lives until the end of the test, however long a busy machine takes
	t.Cleanup(cancel)
	return exec.CommandContext(ctx, filepath.Join(os.Getenv(programDir), "clerktest"), args...)
}

// process is a running program.
type process struct {
	cmd       *exec.Cmd
	variables map[string]string
	script    string // its standard output so far
	stderr    *logtest.Buffer
}

// launch starts the program on a free port of loopback.
func launch(t *testing.T, args ...string) *process {
	t.Helper()
	return launchAt(t, "127.0.0.1:0", args...)
}

// launchAt waits until the program is ready, and reads its variables with a shell.
func launchAt(t *testing.T, addr string, args ...string) *process {
	t.Helper()
	file := filepath.Join(t.TempDir(), "clerk.env")
	output, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: command(t, append([]string{"-addr", addr}, args...)...), stderr: &logtest.Buffer{}}
	p.cmd.Stdout, p.cmd.Stderr = output, p.stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill() // the program may have ended already
		_ = p.cmd.Wait()
		_ = output.Close()
	})
	if host, port, _ := net.SplitHostPort(addr); port != "0" && host == "127.0.0.1" {
		waitHealthy(t, "http://"+addr) // the variables must be there by then
	}
	p.script, p.variables = written(t, file, addr), map[string]string{}
	for _, name := range []string{
		"CLERK_SECRET_KEY", "CLERK_PUBLISHABLE_KEY", "CLERK_API_URL", "CLERK_FAPI_URL", "CLERK_JWT_KEY",
		"CLERK_PROXY_URL", "CLERK_SIGN_IN_URL", "CLERK_SIGN_UP_URL",
	} {
		p.variables[name] = evaluated(t, p.script, name)
	}
	waitHealthy(t, p.variables["CLERK_FAPI_URL"])
	return p
}

// written waits for the variables, when only they tell the port.
func written(t *testing.T, file, addr string) string {
	t.Helper()
	var script string
	until(t, func() bool {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		script = string(text)
		return strings.HasSuffix(script, "'\n") || !strings.HasSuffix(addr, ":0")
	})
	return script
}

// evaluated lets a shell eval the lines, and prints a variable as the shell's children see it.
func evaluated(t *testing.T, script, name string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", `eval "$1"; printenv "$2"`, "sh", script, name)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	value, err := cmd.Output()
	if err != nil {
		t.Fatalf("eval %s: %v in %s", name, err, script)
	}
	return strings.TrimSuffix(string(value), "\n")
}

func waitHealthy(t *testing.T, base string) {
	t.Helper()
	until(t, func() bool {
		status, _ := request(t, http.MethodGet, base+"/health", "", nil)
		return status == http.StatusOK
	})
}

func until(t *testing.T, condition func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("it didn't happen in time")
		}
	}
}

// request returns status 0 if no server answers.
func request(t *testing.T, method, url, body string, header map[string]string) (status int, answer string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	if host := header["Host"]; host != "" {
		req.Host = host
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err.Error()
	}
	return res.StatusCode, string(raw)
}

func freeAddr(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// terminate sends SIGTERM, and checks for a clean end.
func (p *process) terminate(t *testing.T) {
	t.Helper()
	p.end(t, syscall.SIGTERM)
}

func (p *process) end(t *testing.T, signal os.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("it ended with %v: %s", err, p.stderr)
	}
}
