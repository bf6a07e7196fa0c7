// Package docs_test holds the documentation against the code: every block of Go compiles, and every link leads somewhere.
package docs_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"
)

const root = "../.."

// documents returns the files of the documentation, from the root of the repository.
func documents(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.md")
	if err != nil || len(files) == 0 {
		t.Fatal(err, files)
	}
	for i, file := range files {
		files[i] = "demo/docs/" + file
	}
	return append(files, "README.md")
}

func read(t *testing.T, document string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(document)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// prelude has what the blocks take for given: an application's variables and handlers.
const prelude = `
var (
	clerk                              *ginclerk.Clerk
	config                             ginclerk.Config
	engine = gin.New()
	t *testing.T
	r                                  = gin.New()
	c                                  *gin.Context
	authorIDs []string
	ctx                                = context.Background()
	auth                               *ginclerk.Auth
	site                               *pages.Site
	store                              storage.Store
	logger                             *slog.Logger
	client                             *redis.Client
	server                             *clerktest.Server
	otherID, id, orgID                        string
	home, dashboard, export, importData, deleteOrder gin.HandlerFunc
)

func forget(context.Context, string) error { return nil }
func newRouter(*ginclerk.Clerk) *gin.Engine { return nil }
`

// imports are of every block that is no whole program; use marks each as used.
const imports = `import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"
	"github.com/go-playground/locales/it"
	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/activity"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/attack"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/ready"
	"github.com/ginclerk/ginclerk/ginclerk/redisstore"
	"github.com/ginclerk/ginclerk/ginclerk/routes"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/ginclerk/token"
	"github.com/ginclerk/ginclerk/ginclerk/tokenendpoint"
	"github.com/ginclerk/ginclerk/ginclerk/view"
	"github.com/ginclerk/ginclerk/ginclerk/webhook"
	"github.com/ginclerk/ginclerk/localization"
	"github.com/ginclerk/ginclerk/templates"
)

var (
	_ = context.Background
	_ = errors.New
	_ = fmt.Print
	_ = log.Print
	_ *slog.Logger
	_ = http.StatusOK
	_ = httptest.NewRecorder
	_ = os.Getenv
	_ *testing.T
	_ = time.Second
	_ *gin.Context
	_ *redis.Client
	_ *ginclerk.Clerk
	_ *clerktest.Server
	_ = gintest.Config
	_ = outgoing.Template
	_ = pages.Mount
	_ = ratelimit.NewMemory
	_ = ready.Handler
	_ = redisstore.NewStore
	_ = routes.Of
	_ signout.Request
	_ storage.Store
	_ token.Check
	_ = tokenendpoint.Mount
	_ = webhook.New
	_ = view.Funcs
	_ = template.New
	_ = templ.ToGoHTML
	_ = it.New
	_ activity.Entry
	_ attack.Options
	_ localization.Config
	_ templates.Document
)
`

// TestEveryBlockOfGoCompiles: whole programs as they are, lines within a function of an application.
func TestEveryBlockOfGoCompiles(t *testing.T) {
	t.Parallel()
	files := map[string]string{"blocks/prelude.go": "package blocks\n" + imports + prelude}
	where := map[string]string{}
	for _, document := range documents(t) {
		for i, block := range regexp.MustCompile("(?s)\n```go\n(.*?)\n```").FindAllStringSubmatch(read(t, document), -1) {
			name := fmt.Sprintf("%s_%d", strings.NewReplacer("/", "_", ".md", "", "-", "_").Replace(document), i+1)
			file, text := wrapped(t, name, block[1])
			files[file], where[flat(file)] = text, fmt.Sprintf("block %d of %s", i+1, document)
		}
	}
	if len(where) < 20 {
		t.Fatalf("%d blocks: the pattern for them is wrong", len(where))
	}
	for _, problem := range compile(t, files) {
		t.Errorf("%s (%s)", problem, where[regexp.MustCompile(`[^/]*\.go`).FindString(problem)])
	}
}

// wrapped returns the file that a block becomes.
func wrapped(t *testing.T, name, block string) (file, text string) {
	t.Helper()
	switch {
	case strings.HasPrefix(block, "package main"):
		return name + "/main.go", block
	case strings.HasPrefix(block, "func "):
		return "blocks/" + name + ".go", "package blocks\n" + imports + block + "\n"
	}
	code := "package blocks\n" + imports + "func " + name + "() {\n" + block + "\n"
	for _, variable := range declared(t, code+"}\n") {
		code += "_ = " + variable + "\n"
	}
	return "blocks/" + name + ".go", code + "}\n"
}

// declared returns the variables of the last function of a file: Go refuses those that nothing uses.
func declared(t *testing.T, code string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), "", code, parser.SkipObjectResolution)
	if err != nil {
		t.Fatalf("%v in\n%s", err, code)
	}
	names := map[string]bool{}
	last, ok := parsed.Decls[len(parsed.Decls)-1].(*ast.FuncDecl)
	if !ok {
		t.Fatalf("no function in\n%s", code)
	}
	for _, statement := range last.Body.List {
		assigned, ok := statement.(*ast.AssignStmt)
		if !ok || assigned.Tok != token.DEFINE {
			continue
		}
		for _, left := range assigned.Lhs {
			if name, ok := left.(*ast.Ident); ok && name.Name != "_" {
				names[name.Name] = true
			}
		}
	}
	list := make([]string, 0, len(names))
	for name := range names {
		list = append(list, name)
	}
	sort.Strings(list)
	return list
}

// flat is the name of a file without folders.
func flat(name string) string { return strings.ReplaceAll(name, "/", "_") }

// compile compiles files as if they were below this folder, and returns what the compiler says. Of several packages go build keeps nothing.
func compile(t *testing.T, files map[string]string) []string {
	t.Helper()
	folder, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	replaced, packages := map[string]string{}, map[string]bool{}
	written := t.TempDir()
	for name, text := range files {
		path := filepath.Join(written, flat(name))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		replaced[filepath.Join(folder, filepath.FromSlash(name))] = path
		packages["./"+filepath.ToSlash(filepath.Dir(name))] = true
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		t.Fatal(err)
	}
	listed := filepath.Join(written, "overlay.json")
	if err := os.WriteFile(listed, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"build", "-gcflags=-e", "-overlay", listed}
	for path := range packages {
		args = append(args, path)
	}
	output, err := exec.CommandContext(t.Context(), "go", args...).CombinedOutput()
	if err == nil {
		return nil
	}
	var problems []string
	for line := range strings.Lines(string(output)) {
		if !strings.HasPrefix(line, "#") {
			problems = append(problems, strings.TrimSpace(line))
		}
	}
	return append(problems, err.Error())
}

// TestEveryLinkOfTheDocumentationLeadsSomewhere holds links to files of the repository, and to headings in them.
func TestEveryLinkOfTheDocumentationLeadsSomewhere(t *testing.T) {
	t.Parallel()
	for _, document := range documents(t) {
		for _, link := range regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(read(t, document), -1) {
			if strings.Contains(link[1], "://") {
				continue
			}
			file, heading, _ := strings.Cut(link[1], "#")
			target := filepath.ToSlash(filepath.Join(filepath.Dir(document), file))
			if file == "" {
				target = document
			}
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(target))); err != nil {
				t.Errorf("%s links to %s, which does not exist", document, link[1])
				continue
			}
			if heading != "" && !strings.Contains(anchors(read(t, target)), "\n"+heading+"\n") {
				t.Errorf("%s links to %s, which has no such heading", document, link[1])
			}
		}
	}
}

// anchors returns the addresses of the headings of a document, a line each.
func anchors(text string) string {
	list := "\n"
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(text, -1) {
		plain := regexp.MustCompile("[^a-z0-9 _-]").ReplaceAllString(strings.ToLower(heading[1]), "")
		list += strings.ReplaceAll(plain, " ", "-") + "\n"
	}
	return list
}
