package doccheck_test

import (
	"errors"
	"go/ast"
	"go/build"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const (
	modulePath = "github.com/ginclerk/ginclerk"
	moduleRoot = "../../.."
)

// TestEveryExampleIsShown finds examples that go doc and pkg.go.dev show nowhere. The analyzer "tests" of go vet accepts the name of
// a promoted method: Clerk.Require exists there. Documentation lists a promoted method with the embedded type alone, so an
// example by that name is lost.
func TestEveryExampleIsShown(t *testing.T) {
	t.Parallel()
	var lost []string
	for _, p := range packages(t) {
		shown := p.shown()
		for _, name := range p.examples() {
			if !slices.Contains(shown, name) {
				lost = append(lost, p.path+": Example"+name)
			}
		}
	}
	slices.Sort(lost)
	for _, name := range lost {
		t.Errorf("%s names nothing that the documentation of its package has", name)
	}
}

// TestEveryExampleRuns finds examples without expected output: go test only compiles those.
func TestEveryExampleRuns(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		for _, example := range doc.Examples(p.tests...) {
			if example.Output == "" && !example.EmptyOutput {
				t.Errorf("%s: Example%s has no line // Output:", p.path, example.Name)
			}
		}
	}
}

// TestLostExamplesAreFound tries the check on a package in which one example of each kind is lost.
func TestLostExamplesAreFound(t *testing.T) {
	t.Parallel()
	files := token.NewFileSet()
	p := source{path: "example.com/p"}
	for name, text := range map[string]string{
		"p.go": `package p
			type Base struct{}
			func (Base) Promoted() {}
			type Type struct{ Base }
			func (Type) Own() {}
			func Function() {}
			func hidden() {}`,
		"p_test.go": `package p_test
			func Example() {}
			func Example_suffix() {}
			func ExampleFunction() {}
			func ExampleFunction_suffix() {}
			func ExampleType_Own() {}
			func ExampleType_Own_suffix() {}
			func ExampleBase_Promoted() {}
			func ExampleType_Promoted() {}
			func ExampleMissing() {}
			func ExampleType_Missing() {}
			func Examplehidden() {}`,
	} {
		file, err := parser.ParseFile(files, name, text, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		p.add(file, strings.HasSuffix(name, "_test.go"))
	}
	var err error
	if p.documentation, err = doc.NewFromFiles(files, p.files, p.path); err != nil {
		t.Fatal(err)
	}
	lost := slices.DeleteFunc(p.examples(), func(name string) bool { return slices.Contains(p.shown(), name) })
	slices.Sort(lost)
	if want := []string{"Missing", "Type_Missing", "Type_Promoted"}; !slices.Equal(lost, want) {
		t.Errorf("lost %q, want %q", lost, want)
	}
}

// source is a package with its tests, and its documentation as go doc shows it.
type source struct {
	path          string
	files, tests  []*ast.File
	documentation *doc.Package
}

func (p *source) add(file *ast.File, isTest bool) {
	p.files = append(p.files, file)
	if isTest {
		p.tests = append(p.tests, file)
	}
}

// examples returns the names of all examples, without "Example".
func (p *source) examples() []string { return namesOf(doc.Examples(p.tests...)) }

// shown returns the names of the examples that the documentation has.
func (p *source) shown() []string {
	found := namesOf(p.documentation.Examples)
	functions := p.documentation.Funcs
	for _, one := range p.documentation.Types {
		found = append(found, namesOf(one.Examples)...)
		functions = slices.Concat(functions, one.Funcs, one.Methods)
	}
	for _, one := range functions {
		found = append(found, namesOf(one.Examples)...)
	}
	return found
}

func namesOf(examples []*doc.Example) []string {
	names := make([]string, 0, len(examples))
	for _, one := range examples {
		name := one.Name
		if one.Suffix != "" && !strings.HasSuffix(name, "_"+one.Suffix) {
			name += "_" + one.Suffix
		}
		names = append(names, name)
	}
	return names
}

// packages returns every package of the module.
func packages(t *testing.T) []*source {
	t.Helper()
	found, err := module()
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 20 {
		t.Fatalf("found %d packages: the walk misses some", len(found))
	}
	return found
}

// module reads the module once for all tests.
var module = sync.OnceValues(func() (found []*source, err error) {
	err = filepath.WalkDir(moduleRoot, func(folder string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if name := entry.Name(); folder != moduleRoot && (name[0] == '.' || name[0] == '_' || name == "testdata" || name == "tools" || name == "artifacts") {
			return fs.SkipDir
		}
		one, err := read(folder)
		if one != nil {
			found = append(found, one)
		}
		return err
	})
	return found, err
})

// read returns the package in a folder; nil where the folder has no Go files for this platform.
func read(folder string) (*source, error) {
	built, err := build.ImportDir(folder, 0)
	if missing := (*build.NoGoError)(nil); errors.As(err, &missing) {
		return nil, nil //nolint:nilnil // most folders without Go files are folders of data
	}
	if err != nil {
		return nil, err
	}
	below, err := filepath.Rel(moduleRoot, folder)
	if err != nil {
		return nil, err
	}
	p, files := &source{path: path.Join(modulePath, filepath.ToSlash(below))}, token.NewFileSet()
	tests := slices.Concat(built.TestGoFiles, built.XTestGoFiles)
	for _, name := range slices.Concat(built.GoFiles, built.CgoFiles, tests) {
		file, err := parser.ParseFile(files, filepath.Join(folder, name), nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		p.add(file, slices.Contains(tests, name))
	}
	p.documentation, err = doc.NewFromFiles(files, p.files, p.path)
	return p, err
}
