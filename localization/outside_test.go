package localization_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	templ "github.com/a-h/templ/parser/v2"

	"github.com/ginclerk/ginclerk/localization"
)

// pages are the folders whose people read sentences.
func pages() []string { return []string{"../templates", "../ginclerk/pages"} }

// TestTemplatesHaveNoWordsOfTheirOwn: each word between elements, and in an attribute that people see or hear, comes from the catalog.
func TestTemplatesHaveNoWordsOfTheirOwn(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("../templates/*.templ")
	if err != nil || len(names) < 10 {
		t.Fatalf("%d templates: %v", len(names), err)
	}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := templ.ParseString(string(content))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, node := range parsed.Nodes {
			if component, ok := node.(*templ.HTMLTemplate); ok {
				for _, words := range wordsOf(component.Children) {
					t.Errorf("%s: %q is outside the catalog", filepath.Base(name), words)
				}
			}
		}
	}
}

// letters finds words of a language.
var letters = regexp.MustCompile(`\p{L}{2,}|\p{L}\s`)

// wordsOf finds the words in the nodes of a template.
func wordsOf(nodes []templ.Node) (found []string) {
	for _, node := range nodes {
		switch node := node.(type) {
		case *templ.Text:
			if letters.MatchString(node.Value) {
				found = append(found, node.Value)
			}
		case *templ.Element:
			for _, attribute := range node.Attributes {
				constant, ok := attribute.(*templ.ConstantAttribute)
				if ok && slices.Contains([]string{"aria-label", "aria-description", "title", "alt", "placeholder", "label"}, constant.Key.String()) && constant.Value != "" {
					found = append(found, constant.Value)
				}
			}
		}
		if parent, ok := node.(templ.CompositeNode); ok {
			found = append(found, wordsOf(parent.ChildNodes())...)
		}
	}
	return found
}

// sentence finds what a person may read: words that begin or end as a sentence does.
var sentence = regexp.MustCompile(`^[A-Z][^ ]* .*|.* .*[.!?…]$`)

// TestHandlersHaveNoSentencesOfTheirOwn: the sentences of handlers come from the catalog, but for errors, logs, and problems for programs.
func TestHandlersHaveNoSentencesOfTheirOwn(t *testing.T) {
	t.Parallel()
	for name, file := range goFiles(t, "../ginclerk/pages", "../templates") {
		if strings.HasSuffix(name, "_templ.go") {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec:
				return false
			case *ast.CallExpr:
				return !isForDevelopers(n)
			case *ast.CompositeLit:
				return !isProblem(n)
			case *ast.AssignStmt:
				return !ofProblem(n)
			case *ast.BasicLit:
				if text, err := strconv.Unquote(n.Value); n.Kind == token.STRING && err == nil && sentence.MatchString(text) {
					t.Errorf("%s: %q is outside the catalog", name, text)
				}
			}
			return true
		})
	}
}

// isForDevelopers reports whether a call makes an error, a line of a log, or a problem for programs.
func isForDevelopers(call *ast.CallExpr) bool {
	if function, ok := call.Fun.(*ast.Ident); ok {
		return strings.HasPrefix(function.Name, "problem")
	}
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	from, _ := selector.X.(*ast.Ident)
	switch name := selector.Sel.Name; {
	case from != nil && from.Name == "errors" && name == "New", from != nil && from.Name == "fmt" && name == "Errorf":
		return true
	default:
		return slices.Contains([]string{"Debug", "Info", "Warn", "Error", "DebugContext", "InfoContext", "WarnContext", "ErrorContext"}, name)
	}
}

// isProblem reports whether a literal is a problem as programs get it; pages have their own words for its reason.
func isProblem(literal *ast.CompositeLit) bool {
	switch of := literal.Type.(type) {
	case *ast.SelectorExpr:
		return of.Sel.Name == "Problem" || of.Sel.Name == "Description"
	case *ast.Ident:
		return of.Name == "Problem"
	default:
		return false
	}
}

// ofProblem reports whether a statement sets the words of a problem that programs get.
func ofProblem(assignment *ast.AssignStmt) bool {
	for _, to := range assignment.Lhs {
		if field, ok := to.(*ast.SelectorExpr); ok && slices.Contains([]string{"Error", "Detail", "Remedy"}, field.Sel.Name) {
			return true
		}
	}
	return false
}

// keyShape is what a key looks like.
var keyShape = regexp.MustCompile(`^[a-z]+(\.[a-z0-9-]+)+$`)

// TestEachKeyIsUsedAndExists: a key that the code does not name is dead, and one that English does not have is shown as it is.
func TestEachKeyIsUsedAndExists(t *testing.T) {
	t.Parallel()
	english := localization.English()
	sections := map[string]bool{}
	for _, key := range english.Keys() {
		section, _, _ := strings.Cut(key, ".")
		sections[section] = true
	}
	named := map[string]bool{}
	var beginnings []string
	for name, file := range goFiles(t, append(pages(), ".", "../ginclerk/clerktest/internal/portal", "../ginclerk/internal/serving")...) {
		ast.Inspect(file, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(literal.Value)
			if err != nil {
				return true
			}
			section, _, _ := strings.Cut(text, ".")
			switch {
			case !sections[section]:
			case strings.HasSuffix(text, "."), strings.HasSuffix(text, "-"): // the code adds the rest
				beginnings = append(beginnings, text)
			case keyShape.MatchString(text):
				named[text] = true
				if !english.Has(text) {
					t.Errorf("%s: %q does not exist", name, text)
				}
			}
			return true
		})
	}
	for _, name := range portalPages(t) {
		named[name] = true
	}
	for _, key := range english.Keys() {
		base := categoryAtEnd.ReplaceAllString(key, "")
		begun := slices.ContainsFunc(beginnings, func(beginning string) bool { return strings.HasPrefix(key, beginning) })
		if !named[base] && !named[key] && !begun {
			t.Errorf("%s is not used", key)
		}
	}
}

// portalPages are the keys in the sign-in pages of the embedded Clerk, which are templates of html/template.
func portalPages(t *testing.T) []string {
	t.Helper()
	content, err := os.ReadFile("../ginclerk/clerktest/internal/portal/assets/page.html")
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`portal\.[a-z-]+`).FindAllString(string(content), -1)
}

// goFiles parses the files of folders, without tests.
func goFiles(t *testing.T, folders ...string) map[string]*ast.File {
	t.Helper()
	files := map[string]*ast.File{}
	for _, folder := range folders {
		names, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = parsed
		}
	}
	if len(files) == 0 {
		t.Fatal("no files")
	}
	return files
}
