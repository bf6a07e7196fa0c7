package ginclerk_test

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// linkedFile lists the packages that a program gets with package ginclerk beside Go's own and Gin's: one a line, with a comment
// that says what the package is for.
const linkedFile = "testdata/linked.txt"

// TestAnAPIOnlyProgramLinksTheseAlone: what a program needs that guards an API and mounts nothing else. "make weight" has the
// megabytes.
func TestAnAPIOnlyProgramLinksTheseAlone(t *testing.T) {
	t.Parallel()
	got := make([]string, 0, 100)
	for _, p := range linked(t) {
		got = append(got, p.path)
	}
	if diff := cmp.Diff(readLinked(t), got); diff != "" {
		t.Errorf("%s lists (-) and a program links (+):\n%s\n"+
			"Take out the lines of packages that are gone. Before you add a line, look for a way without the package; then add it, in order, with what it is for.",
			linkedFile, diff)
	}
}

// TestAnAPIOnlyProgramLinksNothingForOthers: what only those pay for who use it.
func TestAnAPIOnlyProgramLinksNothingForOthers(t *testing.T) {
	t.Parallel()
	const ours = "github.com/ginclerk/ginclerk/"
	never := []string{
		"github.com/a-h/templ", "github.com/redis/", "github.com/svix/", "github.com/chromedp/", "github.com/getkin/", "github.com/mileusna/",
		ours + "ginclerk/activity", ours + "ginclerk/forms", ours + "ginclerk/signout", ours + "ginclerk/internal/desk", ours + "ginclerk/internal/parking",
		ours + "ginclerk/pages", ours + "ginclerk/routes", ours + "ginclerk/redisstore", ours + "ginclerk/webhook", ours + "ginclerk/clerktest",
		ours + "ginclerk/doctor", ours + "ginclerk/ready",
		ours + "templates", ours + "static", ours + "demo",
	}
	for _, p := range linked(t) {
		for _, prefix := range never {
			if strings.HasPrefix(p.path, prefix) {
				t.Errorf("an API-only program links %s", p.path)
			}
		}
		// Templates call methods by their names, so that Go's linker keeps every method of every type: 8 MB with Gin.
		for _, imported := range p.imports {
			if imported == "html/template" || imported == "text/template" {
				t.Errorf("%s imports %s, which makes every program 8 MB larger: write the text without a template", p.path, imported)
			}
		}
	}
}

type linkedPackage struct {
	path    string
	imports []string
}

// linked returns the packages that a program gets with ginclerk beside Go's own and Gin's.
func linked(t *testing.T) []linkedPackage {
	t.Helper()
	gin := make(map[string]bool)
	for _, p := range dependencies(t, "github.com/gin-gonic/gin") {
		gin[p.path] = true
	}
	return slices.DeleteFunc(dependencies(t, "."), func(p linkedPackage) bool { return gin[p.path] })
}

func dependencies(t *testing.T, of string) []linkedPackage {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", `{{if not .Standard}}{{.ImportPath}} {{join .Imports " "}}{{end}}`, of)
	var problems bytes.Buffer
	list.Stderr = &problems
	out, err := list.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", list, err, &problems)
	}
	var packages []linkedPackage
	for line := range strings.Lines(string(out)) {
		if fields := strings.Fields(line); len(fields) > 0 {
			packages = append(packages, linkedPackage{path: fields[0], imports: fields[1:]})
		}
	}
	if len(packages) == 0 {
		t.Fatalf("%v lists no packages", list)
	}
	slices.SortFunc(packages, func(a, b linkedPackage) int { return strings.Compare(a.path, b.path) })
	return packages
}

func readLinked(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile(linkedFile)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		path, reason, _ := strings.Cut(lines.Text(), "#")
		path, reason = strings.TrimSpace(path), strings.TrimSpace(reason)
		if path == "" {
			continue
		}
		if reason == "" {
			t.Errorf("%s does not say what %s is for", linkedFile, path)
		}
		paths = append(paths, path)
	}
	return paths
}
