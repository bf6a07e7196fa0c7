package clients_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/internal/prerequisite"
)

// A test with Playwright and @clerk/testing, both as npm has them, signs in to an Express application that runs on the variables of the
// program: with a password, a code, a ticket and an agent task. One call then resets the program for the next test.
func TestPlaywrightWithClerkTesting(t *testing.T) {
	const left = "Playwright with @clerk/testing"
	express, packages := installed(t), installedRecipes(t)
	chromium := prerequisite.Program(t, "chromium", left, "apt-get install chromium",
		"headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
	t.Parallel()
	seed := filepath.Join(t.TempDir(), "seed.json")
	if err := os.WriteFile(seed, []byte(`{"users": [{"email": "kim+clerk_test@example.com", "password": "kims-own-password"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	origin, control := "http://localhost:"+freePort(t), "127.0.0.1:"+freePort(t)
	script, _ := startProgram(t, "kim+clerk_test@example.com", "-seed", seed, "-origins", origin, "-control", control)
	startServer(t, "express", express, script, origin)

	cmd := exec.CommandContext(t.Context(), "sh", "-c", `. "$1"; shift; exec node testdata/playwright.mjs "$@"`, "sh", script, packages, chromium, "http://"+control)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "ORIGIN=" + origin, "CLERK_TELEMETRY_DISABLED=1"}
	cmd.Stderr = t.Output()
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("playwright: %v\n%s", err, output)
	}
	var seen struct {
		TestingToken                           bool
		ID                                     string
		Password, EmailCode, Ticket, AgentTask string
		SignedOut                              string
		Sessions                               int
		Reset                                  []int
	}
	if err := json.Unmarshal(output, &seen); err != nil {
		t.Fatalf("%v in %s", err, output)
	}
	for way, user := range map[string]string{"a password": seen.Password, "a code": seen.EmailCode, "a ticket": seen.Ticket, "an agent task": seen.AgentTask} {
		if user != seen.ID || !strings.HasPrefix(user, "user_") {
			t.Errorf("with %s, the application sees %q, want %q", way, user, seen.ID)
		}
	}
	if !seen.TestingToken || !strings.Contains(seen.SignedOut, "/sign-in") || seen.Sessions != 4 || !reflect.DeepEqual(seen.Reset, []int{200, 0}) {
		t.Errorf("Playwright saw %+v, want a testing token, the sign-in page after signing out, 4 sessions and none after the reset", seen)
	}
}
