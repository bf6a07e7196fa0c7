package started

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The lines of README.md that copy an example today make an application that builds, under a name of its own.
func TestTheLinesThatCopyAnExampleWork(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "\nToday, ")
	block := regexp.MustCompile("(?s)```sh\n(.*?)```").FindStringSubmatch(section)
	if block == nil || !strings.Contains(block[1], "go mod edit") {
		t.Fatalf("README.md has no lines that copy an example today: %q", block)
	}
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.NewReplacer("../ginclerk", root, "cp -R ginclerk/", "cp -R "+root+"/").Replace(block[1])
	// vet compiles the application and its test; go.mod is its own, outside of any workspace.
	command := exec.CommandContext(t.Context(), "sh", "-e", "-c", lines+"go vet ./...\ngo list -m\n")
	command.Dir = t.TempDir()
	command.Env = append(os.Environ(), "GOWORK=off")
	output, err := command.CombinedOutput()
	if err != nil || !strings.HasSuffix(string(output), "example.com/app\n") {
		t.Fatalf("%v in\n%s\n%s", err, lines, output)
	}
}
