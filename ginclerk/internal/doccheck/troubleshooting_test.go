package doccheck_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestEveryReasonHasAnEntry in demo/docs/troubleshooting.md, and every entry is about a reason.
func TestEveryReasonHasAnEntry(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(moduleRoot, "demo", "docs", "troubleshooting.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, byReason, found := strings.Cut(string(text), "\n## By reason\n")
	if !found {
		t.Fatal("the part about reasons is missing")
	}
	entries := map[string]int{}
	for _, entry := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| [^|]+[.?] \\| [^|]+[.?] \\|$").FindAllStringSubmatch(byReason, -1) {
		entries[entry[1]]++
	}
	reasons := map[string]bool{}
	for _, folder := range []string{"reason", "authn", "token"} {
		for _, name := range reasonsIn(t, filepath.Join(moduleRoot, "ginclerk", folder)) {
			reasons[name] = true
		}
	}
	if len(reasons) < 50 {
		t.Fatalf("only %d reasons were found", len(reasons))
	}
	for _, name := range slices.Sorted(maps.Keys(reasons)) {
		if entries[name] != 1 {
			t.Errorf("%s has %d entries, want 1", name, entries[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		if !reasons[name] {
			t.Errorf("the entry %s is about no reason", name)
		}
	}
	if rows := strings.Count(byReason, "\n| `"); rows != len(entries) {
		t.Errorf("%d rows, of which %d could be read", rows, len(entries))
	}
}

// expired is the beginning of reasons that go on with why a token could not be renewed.
const expired = "session-token-expired-refresh-"

// reasonsIn returns the constants of the type Reason of a package. Those that go on with another constant are returned whole.
func reasonsIn(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil || strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, declared := range file.Decls {
			if block, ok := declared.(*ast.GenDecl); ok && block.Tok == token.CONST {
				for _, spec := range block.Specs {
					found = append(found, reasonOf(spec)...)
				}
			}
		}
	}
	return found
}

// reasonOf returns the reason that a constant is, if it is one.
func reasonOf(spec ast.Spec) []string {
	one, ok := spec.(*ast.ValueSpec)
	if !ok || len(one.Values) != 1 {
		return nil
	}
	literal, ok := one.Values[0].(*ast.BasicLit)
	if !ok {
		return nil
	}
	value, err := strconv.Unquote(literal.Value)
	kind := ""
	switch named := one.Type.(type) {
	case *ast.Ident:
		kind = named.Name
	case *ast.SelectorExpr:
		kind = named.Sel.Name
	}
	switch {
	case err != nil || value == expired:
		return nil
	case kind == "Reason":
		return []string{value}
	case strings.HasPrefix(one.Names[0].Name, "refresh"):
		return []string{expired + value}
	default:
		return nil
	}
}
