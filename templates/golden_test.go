package templates_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

var (
	update    = flag.Bool("update", false, "write the golden files instead of comparing with them")
	renderDir = flag.String("render", "", "write every page with its style sheet into this folder, to be looked at")
)

func TestPagesAreAsRecorded(t *testing.T) {
	t.Parallel()
	for _, tc := range cases() {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := indent(t, render(t, tc))
			path := filepath.Join("testdata", tc.name+".golden.html")
			if *update {
				if err := os.WriteFile(path, got, 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s differs (-want +got); after a look, run with -update:\n%s", path, diff)
			}
		})
	}
}

func TestEveryGoldenFileHasAPage(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, tc := range cases() {
		known[tc.name+".golden.html"] = true
	}
	files, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !f.IsDir() && !known[f.Name()] {
			t.Errorf("testdata/%s belongs to no page", f.Name())
		}
	}
}

func TestRenderToFolder(t *testing.T) {
	t.Parallel()
	if *renderDir == "" {
		t.Skip("no folder given with -render")
	}
	css, err := os.ReadFile("../static/assets/ginclerk.css")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{"ginclerk.css": css}
	for _, tc := range cases() {
		files[tc.name+".html"] = bytes.ReplaceAll(render(t, tc), []byte(stylesheet), []byte("ginclerk.css"))
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(*renderDir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func render(t *testing.T, tc testCase) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := tc.page.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// indent puts every tag and every text on a line of its own, with the depth before it: a golden file is to be read.
// Tags and texts themselves stay as they were rendered.
func indent(t *testing.T, page []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	depth := 0
	z := html.NewTokenizer(bytes.NewReader(page))
	for z.Next() != html.ErrorToken {
		raw := string(z.Raw())
		token := z.Token()
		if token.Type == html.EndTagToken {
			depth--
		}
		if token.Type == html.TextToken {
			raw = fmt.Sprintf("%q", raw)
		}
		b.WriteString(strings.Repeat("  ", max(depth, 0)) + raw + "\n")
		if token.Type == html.StartTagToken && !isVoid(token.Data) {
			depth++
		}
	}
	if depth != 0 {
		t.Errorf("the page ends %d tags deep", depth)
	}
	return b.Bytes()
}

func isVoid(tag string) bool {
	switch tag {
	case "meta", "link", "input", "br", "img":
		return true
	default:
		return false
	}
}
