package clients_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/internal/logtest"
)

// patience is how long a test waits for a program before it fails.
const patience = 3 * time.Minute

// Applications of three frameworks, with Clerk's own middleware, take the variables of the program as they are: a person signs in on the
// program's pages and comes back, and a token of its controls is good.
func TestNodeServersRunOnTheVariables(t *testing.T) {
	express, others := installed(t), installedRecipes(t)
	for framework, packages := range map[string]string{"express": express, "fastify": others, "hono": others} {
		t.Run(framework, func(t *testing.T) {
			t.Parallel()
			origin, control := "http://localhost:"+freePort(t), "127.0.0.1:"+freePort(t)
			script, accounts := startProgram(t, "ada@example.com", "-origins", origin, "-control", control)
			startServer(t, framework, packages, script, origin)
			signsInAtTheProgram(t, origin, accounts)
			tokensAreGood(t, origin, control)
		})
	}
}

func signsInAtTheProgram(t *testing.T, origin string, accounts map[string]string) {
	t.Helper()
	browser := newClient(t)
	at, page := browse(t, browser, http.MethodGet, origin+"/", nil)
	if !strings.Contains(at, "/sign-in") || !strings.Contains(page, "<form") {
		t.Fatalf("signed out the browser is at %s:\n%s", at, page)
	}
	at, _ = browse(t, browser, http.MethodPost, at, url.Values{"identifier": {"ada@example.com"}})
	at, page = browse(t, browser, http.MethodPost, at, url.Values{"password": {accounts["ada@example.com"]}})
	if at != origin+"/" || !strings.Contains(page, `"userId":"user_`) {
		t.Errorf("signed in it is at %s:\n%s", at, page)
	}
}

func tokensAreGood(t *testing.T, origin, control string) {
	t.Helper()
	for email, want := range map[string]int{"bob@example.com": http.StatusOK, "": http.StatusUnauthorized} {
		var made struct {
			Token  string `json:"token"`
			UserID string `json:"user_id"`
		}
		if email != "" {
			status, text := exchange(t, http.MethodPost, "http://"+control+"/tokens", `{"email": "`+email+`"}`, "Content-Type", "application/json")
			if err := json.Unmarshal([]byte(text), &made); err != nil || status != http.StatusOK {
				t.Fatalf("the controls answer %d: %v", status, err)
			}
		}
		status, text := exchange(t, http.MethodGet, origin+"/api/me", "", "Authorization", "Bearer "+made.Token)
		if status != want || !strings.Contains(text, made.UserID) {
			t.Errorf("a program as %q gets %d %s, want %d", email, status, text, want)
		}
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port
}

// startProgram starts the embedded Clerk's program. It returns the file with its variables, and the passwords by e-mail
// address, once it has that of an account.
func startProgram(t *testing.T, account string, args ...string) (script string, accounts map[string]string) {
	t.Helper()
	program := programs.build(t, "clerktest", "../cmd/clerktest")
	address := "127.0.0.1:" + freePort(t)
	script = filepath.Join(t.TempDir(), "clerk.env")
	file, err := os.Create(script)
	if err != nil {
		t.Fatal(err)
	}
	printed := &logtest.Buffer{}
	cmd := exec.CommandContext(t.Context(), program, append([]string{"-addr", address}, args...)...)
	cmd.Stdout, cmd.Stderr = file, printed
	start(t, cmd)
	t.Cleanup(func() {
		_ = file.Close()
		if t.Failed() {
			t.Logf("the program said:\n%s", printed)
		}
	})
	answers(t, "http://"+address+"/health", http.StatusOK)
	accounts = map[string]string{}
	wait(t, func() bool {
		for line := range strings.Lines(printed.String()) {
			if fields := strings.Fields(line); len(fields) == 2 && strings.HasSuffix(line, "\n") {
				accounts[fields[0]] = fields[1]
			}
		}
		return accounts[account] != ""
	})
	return script, accounts
}

// startServer lets a shell read the variables, and start the application of a framework with them.
func startServer(t *testing.T, framework, packages, script, origin string) {
	t.Helper()
	at, err := url.Parse(origin)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", `. "$1"; exec node "testdata/$3.cjs" "$2"`, "sh", script, packages, framework)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "PORT=" + at.Port(), "ORIGIN=" + origin, "CLERK_TELEMETRY_DISABLED=1"}
	cmd.Stderr = t.Output()
	start(t, cmd)
	answers(t, origin+"/api/me", http.StatusUnauthorized)
}

func start(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cmd.Wait(); t.Failed() { // the end of the test kills it
			t.Logf("%s ended: %v", cmd.Path, err)
		}
	})
}

// answers waits until an address answers with a status.
func answers(t *testing.T, address string, want int) {
	t.Helper()
	wait(t, func() bool {
		status, _ := exchange(t, http.MethodGet, address, "")
		return status == want
	})
}

func wait(t *testing.T, condition func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("it did not happen in time")
		}
	}
}

// newClient returns a browser without JavaScript: it keeps cookies and follows redirects.
func newClient(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}
}

// browse returns the address and the page at the end of the redirects.
func browse(t *testing.T, browser *http.Client, method, address string, form url.Values) (at, page string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/html")
	request.Header.Set("Sec-Fetch-Dest", "document")
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := browser.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.Request.URL.String(), string(body)
}

// exchange sends a request as a program does, with headers in pairs. The status is 0 if no server answers.
func exchange(t *testing.T, method, address, body string, headers ...string) (status int, text string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err.Error()
	}
	return response.StatusCode, string(raw)
}

// shell runs a line of a shell with one argument and returns what it prints.
func shell(t *testing.T, line, argument string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", line, "sh", argument)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return string(output)
}
