package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/internal/prerequisite"
)

// The documents that the tests take blocks of code from.
const (
	readme = "README.md"
	tests  = "demo/docs/testing.md"
)

// blocks returns the blocks of code in one language below a heading of a document.
func blocks(t *testing.T, document, heading, language string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(moduleRoot, filepath.FromSlash(document)))
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("%s has no heading %q", document, heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var code []string
	for _, block := range regexp.MustCompile("(?s)\n```"+language+"\n(.*?)\n```\n").FindAllStringSubmatch(section, -1) {
		code = append(code, block[1])
	}
	if len(code) == 0 {
		t.Fatalf("below %q is no block of %s", heading, language)
	}
	return code
}

// overlaid returns an overlay for the go command in which the module has one more file.
func overlaid(t *testing.T, name, text string) string {
	t.Helper()
	folder := t.TempDir()
	file := filepath.Join(folder, "file.go")
	root, err := filepath.Abs(moduleRoot)
	if err != nil {
		t.Fatal(err)
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(root, filepath.FromSlash(name)): file}})
	if err != nil {
		t.Fatal(err)
	}
	listed := filepath.Join(folder, "overlay.json")
	for path, content := range map[string][]byte{file: []byte(text), listed: overlay} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return listed
}

// The application of the README runs on the variables as they are, without a word of complaint.
func TestTheReadmesApplicationRunsOnTheVariables(t *testing.T) {
	t.Parallel()
	text := blocks(t, readme, "Your first page", "go")[0]
	for _, change := range [][2]string{
		{`"http://localhost:8080"`, `os.Getenv("ORIGIN")`},
		{`"localhost:8080"`, `"127.0.0.1:" + os.Getenv("PORT")`},
		{`	"net/http"`, `	"net/http"; "os"`},
	} {
		if strings.Count(text, change[0]) != 1 {
			t.Fatalf("the program has %s not once:\n%s", change[0], text)
		}
		text = strings.Replace(text, change[0], change[1], 1)
	}
	overlay := overlaid(t, "ginclerk/clerktest/cmd/clerktest/readme/main.go", text)
	program := goBuild(t, "readme", "./ginclerk/clerktest/cmd/clerktest/readme", overlay)
	for _, row := range []struct {
		name, host string
		args       []string
	}{
		{"development", "localhost", nil},
		{"production", "127.0.0.1", []string{"-production"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := launch(t, row.args...)
			a := p.startApplication(t, program, row.host)
			p.signsIn(t, a, "/dashboard", "You are user_")
			if text := a.stderr.String(); strings.Contains(text, "level=WARN") {
				t.Errorf("it says:\n%s", text)
			}
		})
	}
}

// testHead stands in front of the documented test and its lines about browsers.
const testHead = `package readme_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
)

func newRouter(clerk *ginclerk.Clerk) *gin.Engine {
	r := gin.New()
	r.GET("/dashboard", clerk.RequireSession(), func(c *gin.Context) { c.String(http.StatusOK, "%s", ginclerk.From(c).Claims.Raw()["email"]) })
	return r
}

`

func TestTheReadmesTestsPass(t *testing.T) {
	t.Parallel()
	code := blocks(t, tests, "The embedded Clerk", "go")
	if len(code) != 2 {
		t.Fatalf("%d blocks, want a test and lines of one", len(code))
	}
	text := testHead + code[0] + `

func TestBrowser(t *testing.T) {
	server := clerktest.New(t)
` + code[1] + `
	if err != nil || len(cookies) == 0 {
		t.Fatal(cookies, err)
	}
	if ended, err := server.Session(session.ID); err != nil || ended.Status != "revoked" {
		t.Fatal(ended, err)
	}
}
` + testOf("Server", documented(t, "../../doc.go")) + testOf("Config", append(documented(t, "../../gintest/config.go"),
		`bearer, err := srv.Bearer("ada@example.com")
		r.Header.Set("Authorization", bearer)`))
	overlay := overlaid(t, "ginclerk/clerktest/cmd/clerktest/readme/readme_test.go", text)
	program := filepath.Join(t.TempDir(), "readme.test")
	build := exec.CommandContext(t.Context(), "go", "test", "-c", "-vet=off", "-o", program, "-overlay", overlay, "./ginclerk/clerktest/cmd/clerktest/readme")
	build.Dir = moduleRoot
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	output, err := exec.CommandContext(t.Context(), program, "-test.v").CombinedOutput()
	for _, want := range []string{"TestDashboard", "TestBrowser", "TestDocumentedServer", "TestDocumentedConfig"} {
		if err != nil || !strings.Contains(string(output), "--- PASS: "+want) {
			t.Fatalf("%v: want %s to pass in\n%s", err, want, output)
		}
	}
}

// documented returns the blocks of code in the comments of a file.
func documented(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var code []string
	for _, block := range regexp.MustCompile(`(?m)(?:^//\t.*\n)+`).FindAllString(string(text), -1) {
		if strings.HasPrefix(block, "//\t/") {
			continue // a table of paths
		}
		code = append(code, strings.ReplaceAll(block, "//\t", "\t"))
	}
	return code
}

// testOf makes a test of blocks which make an application's Clerk and sign a request in.
func testOf(name string, code []string) string {
	return `
func TestDocumented` + name + `(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/dashboard", nil)
` + strings.Join(code, "\n") + `
	if err != nil {
		t.Fatal(err)
	}
	response := httptest.NewRecorder()
	newRouter(clerk).ServeHTTP(response, r)
	if response.Code != http.StatusOK {
		t.Fatal(response.Code)
	}
}
`
}

// The lines for a shell start the program, and make a token that its application takes.
func TestTheLinesForAShellWork(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	commands := regexp.MustCompile(`(?m)^//\t((?:go run|until|\.|curl) .*)$`).FindAllStringSubmatch(string(doc), -1)
	inDoc := make([]string, 0, len(commands))
	for _, command := range commands {
		inDoc = append(inDoc, command[1])
	}
	for name, lines := range map[string]string{
		"of the page about tests":        strings.Join(blocks(t, tests, "As a program", "sh"), "\n"),
		"of the program's documentation": strings.Join(inDoc, "\n"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if strings.Count(lines, "\n") < 3 {
				t.Fatalf("want the lines that start the program, and the one that makes a token:\n%s", lines)
			}
			token := runLines(t, lines)
			if token.Token == "" || token.UserID == "" {
				t.Fatalf("the lines print %+v, want a token", token)
			}
		})
	}
}

// made is what the last line prints.
type made struct {
	Token  string `json:"token"`
	UserID string `json:"user_id"`
}

// runLines runs lines that start the program in the background, at free addresses. At the end it stops the program.
func runLines(t *testing.T, lines string) made {
	t.Helper()
	prerequisite.Program(t, "curl", "the lines of the documentation", "apt-get install curl", "curl")
	addr, control := freeAddr(t), freeAddr(t)
	changes := []string{
		"go run github.com/ginclerk/ginclerk/ginclerk/clerktest/cmd/clerktest", filepath.Join(os.Getenv(programDir), "clerktest"),
		"127.0.0.1:4010", addr,
		"127.0.0.1:4011", control,
	}
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(lines, changes[i]) {
			t.Fatalf("no line has %s:\n%s", changes[i], lines)
		}
	}
	lines = strings.NewReplacer(changes...).Replace(lines) // all at once: a free port may begin with 4011
	if !strings.Contains(lines, "-control "+control) {
		lines = strings.Replace(lines, "-addr "+addr, "-addr "+addr+" -control "+control, 1)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience) // the lines wait for the program for as long as it takes
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-e", "-c", "trap 'kill $! && wait $!' EXIT\n"+lines)
	cmd.Dir, cmd.Stderr = t.TempDir(), t.Output()
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v in\n%s", err, lines)
	}
	var last made
	for printed := json.NewDecoder(bytes.NewReader(output)); ; {
		last = made{}
		if err := printed.Decode(&last); err != nil && !errors.As(err, new(*json.UnmarshalTypeError)) {
			t.Fatalf("a line prints no JSON: %v", err)
		}
		if !printed.More() {
			return last
		}
	}
}

// A token of the controls is one that the demo takes, at an origin that the program was told.
func TestTheDemoTakesTokensOfTheControls(t *testing.T) {
	t.Parallel()
	control, addr := freeAddr(t), freeAddr(t)
	p := launch(t, "-control", control, "-origins", "http://"+addr+", http://localhost:3000")
	a := p.startApplicationAt(t, goBuild(t, "demo", "./demo", ""), "http://"+addr)
	for _, row := range []struct {
		name, body string
		want       int
	}{
		{"of a user of the seed", `{"email": "ada@example.com"}`, http.StatusOK},
		{"of a user who is created", `{"email": "someone.new@example.com"}`, http.StatusOK},
		{"of another application", `{"email": "ada@example.com", "authorized_party": "http://localhost:3001"}`, http.StatusUnauthorized},
		{"that has expired", `{"email": "ada@example.com", "lifetime": "-1m"}`, http.StatusUnauthorized},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			status, text := request(t, http.MethodPost, "http://"+control+"/tokens", row.body, map[string]string{"Content-Type": "application/json"})
			var got made
			if err := json.Unmarshal([]byte(text), &got); err != nil || status != http.StatusOK {
				t.Fatalf("the controls answer %d %s: %v", status, text, err)
			}
			status, text = request(t, http.MethodGet, a.origin+"/api/protected", "", map[string]string{"Authorization": "Bearer " + got.Token})
			if status != row.want || (status == http.StatusOK) != strings.Contains(text, got.UserID) {
				t.Errorf("the demo answers %d %s, want %d", status, text, row.want)
			}
		})
	}
}
