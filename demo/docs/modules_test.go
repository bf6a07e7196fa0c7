package docs_test

import (
	"encoding/json"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Each module that ginclerk asks for is argued in SECURITY.md, and no other.
func TestEveryModuleIsArgued(t *testing.T) {
	t.Parallel()
	command := exec.CommandContext(t.Context(), "go", "mod", "edit", "-json")
	command.Dir = root
	output, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	var module struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	if err := json.Unmarshal(output, &module); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, required := range module.Require {
		if !required.Indirect {
			want = append(want, required.Path)
		}
	}
	_, section, _ := strings.Cut(read(t, "SECURITY.md"), "\n## Dependencies\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var got []string
	for line := range strings.Lines(section) {
		modules, _, _ := strings.Cut(strings.TrimPrefix(line, "|"), "|")
		for _, path := range regexp.MustCompile("`([^`]+/[^`]+)`").FindAllStringSubmatch(modules, -1) {
			if strings.HasPrefix(line, "|") {
				got = append(got, path[1])
			}
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("modules of go.mod that SECURITY.md argues (-go.mod +SECURITY.md):\n%s", diff)
	}
}
