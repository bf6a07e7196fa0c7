package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/doctor"
)

// onClerk sets the variables of an application on an embedded Clerk, and no others.
func onClerk(t *testing.T) *clerktest.Server {
	t.Helper()
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, "CLERK_") || name == "ORIGINS" || name == "REDIS_URL" || name == "NO_COLOR" {
			t.Setenv(name, "")
		}
	}
	server := clerktest.New(t)
	t.Setenv("CLERK_PUBLISHABLE_KEY", server.PublishableKey())
	t.Setenv("CLERK_SECRET_KEY", server.SecretKey())
	t.Setenv("CLERK_API_URL", server.BackendURL())
	t.Setenv("CLERK_FAPI_URL", server.FrontendURL())
	t.Setenv("ORIGINS", "http://localhost:8080, http://127.0.0.1:8080")
	return server
}

func program(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, problems bytes.Buffer
	code = run(t.Context(), args, &out, &problems)
	for _, secret := range []string{os.Getenv("CLERK_SECRET_KEY"), "geheim"} {
		if secret != "" && strings.Contains(out.String()+problems.String(), secret) {
			t.Errorf("a secret is printed:\n%s%s", &out, &problems)
		}
	}
	return code, out.String(), problems.String()
}

func TestTheExitStatusIsTheWorstFinding(t *testing.T) {
	for _, row := range []struct {
		name      string
		variables map[string]string
		want      int
		id        doctor.ID
	}{
		{"all is fine", nil, exitFine, "keys-fine"},
		{"a warning", map[string]string{"ORIGINS": ""}, exitWarnings, "origins-unset"},
		{"an error", map[string]string{"CLERK_SECRET_KEY": "sk_test_doesnotexist"}, exitErrors, "secret-key-refused"},
		{"an error in a variable of its own", map[string]string{"REDIS_URL": "https://:geheim@example.com"}, exitErrors, "redis-address-invalid"},
		{"a signing secret that is none", map[string]string{"CLERK_WEBHOOK_SIGNING_SECRET": "geheim"}, exitErrors, "webhook-secret-invalid"},
	} {
		t.Run(row.name, func(t *testing.T) {
			onClerk(t)
			for name, value := range row.variables {
				t.Setenv(name, value)
			}
			code, stdout, stderr := program(t, "doctor", "-json")
			if code != row.want || stderr != "" {
				t.Errorf("status %d, want %d; %s", code, row.want, stderr)
			}
			var report doctor.Report
			if err := json.Unmarshal([]byte(stdout), &report); err != nil {
				t.Fatal(err)
			}
			if report.Count(doctor.Fine)+report.Count(doctor.Warning)+report.Count(doctor.Error)+report.Count(doctor.Skipped) != len(report.Findings) {
				t.Errorf("findings without a severity: %s", stdout)
			}
			if !strings.Contains(stdout, `"id": "`+string(row.id)+`"`) {
				t.Errorf("no %s in %s", row.id, stdout)
			}
		})
	}
}

func TestTheReportIsPlainTextWhereItIsNotOnATerminal(t *testing.T) {
	onClerk(t)
	code, stdout, _ := program(t, "doctor")
	if code != exitFine || strings.Contains(stdout, "\x1b") || !strings.HasSuffix(stdout, "\n") {
		t.Errorf("status %d, text %q", code, stdout)
	}
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	if last := lines[len(lines)-1]; last != "no errors, no warnings, 5 fine, 6 not examined." {
		t.Errorf("the last line is %q", last)
	}
}

func TestColorIsForTerminalsWhoseUsersWantIt(t *testing.T) {
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		const message = "MISSING: /dev/ptmx. Left out: color on a terminal"
		if os.Getenv("CI") == "true" {
			t.Fatal(message)
		}
		t.Skip(message)
	}
	t.Cleanup(func() { _ = terminal.Close() })
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "")
	if !wantsColor(terminal) {
		t.Error("no color on a terminal")
	}
	t.Setenv("NO_COLOR", "1")
	if wantsColor(terminal) {
		t.Error("color although NO_COLOR is set")
	}
	t.Setenv("NO_COLOR", "")
	t.Setenv("TERM", "dumb")
	if wantsColor(terminal) {
		t.Error("color on a dumb terminal")
	}
	if wantsColor(&bytes.Buffer{}) {
		t.Error("color in a buffer")
	}
}

func TestCookiesComeFromAFile(t *testing.T) {
	server := onClerk(t)
	browser := server.NewBrowser()
	if _, err := browser.SignIn("ada@example.com"); err != nil {
		t.Fatal(err)
	}
	cookies, err := browser.Cookies("http://localhost:8080")
	if err != nil {
		t.Fatal(err)
	}
	header := "Cookie: "
	for _, c := range cookies {
		header += c.Name + "=" + c.Value + "; "
	}
	file := filepath.Join(t.TempDir(), "cookies.txt")
	if err := os.WriteFile(file, []byte(header+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, _ := program(t, "doctor", "-json", "-cookies", file)
	if code != exitFine || !strings.Contains(stdout, "cookies-fine") {
		t.Errorf("status %d: %s", code, stdout)
	}
	for _, c := range cookies {
		if len(c.Value) > 15 && strings.Contains(stdout, c.Value) {
			t.Errorf("the cookie %s is printed", c.Name)
		}
	}
}

func TestCommandLinesThatCannotBeRead(t *testing.T) {
	onClerk(t)
	t.Setenv("REDIS_URL", "redis://me:geheim@localhost:6379")
	for _, row := range []struct {
		name string
		args []string
		want int
		text string
	}{
		{"no command", nil, exitUsage, "Usage: ginclerk"},
		{"an unknown command", []string{"docktor"}, exitUsage, "no command"},
		{"an unknown flag", []string{"doctor", "-colour"}, exitUsage, "-colour"},
		{"an argument", []string{"doctor", "https://app.example.com"}, exitUsage, "unexpected argument"},
		{"a file of cookies that is not there", []string{"doctor", "-cookies", "/nowhere"}, exitUsage, "-cookies"},
		{"help", []string{"help"}, exitFine, "doctor"},
		{"help of a command, which does not show the address of Redis", []string{"doctor", "-help"}, exitFine, "REDIS_URL"},
	} {
		t.Run(row.name, func(t *testing.T) {
			code, stdout, stderr := program(t, row.args...)
			if code != row.want || !strings.Contains(stdout+stderr, row.text) {
				t.Errorf("status %d, %s%s", code, stdout, stderr)
			}
		})
	}
}
