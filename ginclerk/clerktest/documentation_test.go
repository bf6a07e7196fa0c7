package clerktest_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// The package documentation names the tests that check each part. These files must exist.
func TestDocumentationNamesFilesThatExist(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`[a-z/_0-9]+\.go\b`).FindAllString(string(text), -1)
	if len(named) < 30 {
		t.Errorf("only %d files are named: %v", len(named), named)
	}
	for _, name := range named {
		if _, err := os.Stat(filepath.FromSlash(name)); err != nil {
			t.Error(err)
		}
	}
	packages, err := os.ReadFile(filepath.Join("clients", "package.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, pinned := range regexp.MustCompile(`"(?:@clerk/)(backend|clerk-js|express)": "([\d.]+)"`).FindAllStringSubmatch(string(packages), -1) {
		if !regexp.MustCompile(pinned[1] + ` ` + regexp.QuoteMeta(pinned[2]) + `\b`).Match(text) {
			t.Errorf("the page doesn't say that %s was %s", pinned[1], pinned[2])
		}
	}
}
