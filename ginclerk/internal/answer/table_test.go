package answer_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
)

// root is the folder of package ginclerk.
const root = "../.."

// withoutRow are the reasons that no row of the table has, and why.
func withoutRow() map[authn.Reason]string {
	const (
		signedOut = "it says why a user is not signed in, in the row SignedOut"
		toClerk   = "it goes to Clerk, in the address of a handshake"
	)
	return map[authn.Reason]string{
		reason.SessionPending: signedOut, reason.SessionRevoked: signedOut, reason.SessionEnded: signedOut, reason.SelectionEnded: signedOut,
		reason.HandshakeNotBegun: signedOut, reason.SessionSwitched: toClerk, reason.OrganizationSwitched: toClerk,
		reason.HeadersAlreadySent: "nothing can be answered any more",
		reason.OutageReading:      "a page is read; nothing is turned away",
		reason.NotAttached:        "it says to a handler why it knows no user; nothing is turned away",
	}
}

func TestEveryRowSaysEverything(t *testing.T) {
	t.Parallel()
	for _, name := range answer.Names() {
		p := answer.Of(name)
		if http.StatusText(p.Status) == "" || p.Status < 400 {
			t.Errorf("row %d has the status %d", name, p.Status)
		}
		if p.Error == "" || p.Detail == "" || p.Remedy == "" || p.Reason == "" {
			t.Errorf("row %d leaves something out: %+v", name, p)
		}
		if (p.Status == http.StatusServiceUnavailable) != (p.RetryAfter > 0) && p.Reason != reason.Prefetch && p.Status != http.StatusTooManyRequests {
			t.Errorf("row %d is %d with a wait of %v", name, p.Status, p.RetryAfter)
		}
		if name != answer.Internal && p == answer.Of(answer.Internal) {
			t.Errorf("row %d is not in the table", name)
		}
	}
}

func TestEveryReasonHasARow(t *testing.T) {
	t.Parallel()
	rows := map[authn.Reason]bool{}
	for _, name := range answer.Names() {
		rows[answer.Of(name).Reason] = true
	}
	for name, value := range constantsOf(t, filepath.Join(root, "reason")) {
		because := authn.Reason(value)
		_, without := withoutRow()[because]
		if rows[because] == without {
			t.Errorf("reason.%s: has a row %t, is named as one without %t", name, rows[because], without)
		}
	}
}

func TestEveryRowIsReached(t *testing.T) {
	t.Parallel()
	uses := usesIn(t, root)
	names := constantsOf(t, ".")
	if len(names) == 0 {
		t.Fatal("no rows were found")
	}
	for name := range names {
		if uses["answer."+name] == 0 && uses["."+name] == 0 {
			t.Errorf("no code answers with the row %s", name)
		}
	}
}

// constantsOf returns the exported constants of the package in a folder that stand in blocks of reasons or rows, with their values.
func constantsOf(t *testing.T, folder string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, file := range parse(t, folder) {
		for _, declared := range file.Decls {
			block, ok := declared.(*ast.GenDecl)
			if !ok || block.Tok != token.CONST {
				continue
			}
			kind := ""
			for _, spec := range block.Specs {
				one := spec.(*ast.ValueSpec)
				switch named := one.Type.(type) {
				case *ast.Ident:
					kind = named.Name
				case *ast.SelectorExpr:
					kind = named.Sel.Name
				}
				if (kind == "Name" || kind == "Reason") && one.Names[0].IsExported() {
					value := ""
					if len(one.Values) == 1 {
						if literal, ok := one.Values[0].(*ast.BasicLit); ok {
							value = strings.Trim(literal.Value, `"`)
						}
					}
					found[one.Names[0].Name] = value
				}
			}
		}
	}
	return found
}

// usesIn counts where rows are named: as answer.X elsewhere, and as X in functions of this package other than the table's own.
func usesIn(t *testing.T, folder string) map[string]int {
	t.Helper()
	uses := map[string]int{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		for name, file := range parse(t, path) {
			here := filepath.Base(filepath.Dir(name)) == "answer"
			if here && filepath.Base(name) == "table.go" {
				continue
			}
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.SelectorExpr:
					if from, ok := n.X.(*ast.Ident); ok {
						uses[from.Name+"."+n.Sel.Name]++
					}
				case *ast.Ident:
					if here {
						uses["."+n.Name]++
					}
				}
				return true
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return uses
}

func parse(t *testing.T, folder string) map[string]*ast.File {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*ast.File{}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		path := filepath.Join(folder, name)
		absolute, err := filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		if files[absolute], err = parser.ParseFile(token.NewFileSet(), path, nil, 0); err != nil {
			t.Fatal(err)
		}
	}
	return files
}
