package main

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/internal/prerequisite"
)

// inContainer returns the program as in a container of Containerfile: in a root folder that has nothing but the program and the files, of which
// it can change none, and as a user without rights.
func inContainer(t *testing.T, files map[string]string) (chroot program, args []string) {
	t.Helper()
	path := prerequisite.Program(t, "the program chroot", "the demo as in a container", "install coreutils", "chroot", "/usr/sbin/chroot")
	if os.Geteuid() != 0 {
		prerequisite.Missing(t, "the rights of root, which chroot needs", "the demo as in a container", "run the tests as root")
	}
	root := t.TempDir()
	build := exec.CommandContext(t.Context(), "sh", "scripts/release.sh", root)
	build.Dir = ".."
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("scripts/release.sh: %v\n%s", err, output)
	}
	for name, text := range files {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o444); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(root, 0o555); err != nil {
		t.Fatal(err)
	}
	return program(path), []string{"--userspec=65532:65532", root, "/demo"}
}

func TestTheReleaseRunsInAContainerWithoutFiles(t *testing.T) {
	t.Parallel()
	clerk := clerktest.New(t)
	var environment []string
	for _, variable := range keysOf(clerk) {
		if !strings.HasPrefix(variable, "CLERK_SECRET_KEY=") {
			environment = append(environment, variable)
		}
	}
	environment = append(environment, "GIN_MODE=release", "CLERK_SECRET_KEY_FILE=/run/secrets/clerk_secret_key")
	chroot, args := inContainer(t, map[string]string{"run/secrets/clerk_secret_key": clerk.SecretKey() + "\n"})
	p := chroot.start(t, environment, args...)
	address := p.address(t)
	if status, body := callAPI(t, address, bearer(t, clerk, address)); status != http.StatusOK || body["email"] != "bob@example.com" {
		t.Errorf("/api/protected answers %d %v with a token of that Clerk, want bob", status, body)
	}
	if status, body := visit(t, newVisitor(t), address+"/"); status != http.StatusOK || !strings.Contains(body, "</html>") {
		t.Errorf("/ answers %d, want a page:\n%s", status, body)
	}
}

func TestTheReleaseNamesTheFileOfASecretThatItCannotRead(t *testing.T) {
	t.Parallel()
	chroot, args := inContainer(t, nil)
	refusal := chroot.start(t, []string{"CLERK_PUBLISHABLE_KEY=pk_test_x", "CLERK_SECRET_KEY_FILE=/run/secrets/other"}, args...)
	wantRefusal(t, refusal, "CLERK_SECRET_KEY_FILE", "/run/secrets/other", "no such file")
}

// The files of a system are missing in a container: the certificates of the Web's authorities, and time zones.
func TestTheReleaseBringsItsCertificatesAndTimeZones(t *testing.T) {
	t.Parallel()
	output, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-tags", "release,timetzdata", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"golang.org/x/crypto/x509roots/fallback\n", "time/tzdata\n"} {
		if !strings.Contains(string(output), want) {
			t.Errorf("the program lacks %s", want)
		}
	}
	script, err := os.ReadFile("../scripts/release.sh")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(script), "-tags release,timetzdata ") {
		t.Error("scripts/release.sh does not build with these tags")
	}
}
