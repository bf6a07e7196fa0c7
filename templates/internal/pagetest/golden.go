package pagetest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

// Case is one page in one state.
type Case struct {
	// Name is the name of its golden file, without ".golden.html".
	Name string
	// Page is the page.
	Page templ.Component
}

// AsRecorded compares every page with its golden file in the folder testdata of the package under test. With update it
// writes the files instead.
func AsRecorded(t *testing.T, cases []Case, update bool) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.Name, func(t *testing.T) {
			t.Parallel()
			got := indent(t, Render(t, tc.Page))
			path := filepath.Join("testdata", tc.Name+".golden.html")
			if update {
				if err := os.WriteFile(path, got, 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(path) //nolint:gosec // the name is one of a test
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s differs (-want +got); after a look, run with -update:\n%s", path, diff)
			}
		})
	}
}

// EveryFileHasAPage fails for golden files that belong to none of the cases.
func EveryFileHasAPage(t *testing.T, cases []Case) {
	t.Helper()
	known := map[string]bool{}
	for _, tc := range cases {
		known[tc.Name+".golden.html"] = true
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

// WriteTo writes every page, with the style sheet that the file stylesheet holds, into a folder where people look at them: each as it is, each
// from right to left, and all of them in index.html.
func WriteTo(t *testing.T, folder, stylesheet string, cases []Case) {
	t.Helper()
	css, err := os.ReadFile(stylesheet) //nolint:gosec // the name is one of a test
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{"ginclerk.css": css}
	gallery := []byte("<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>All pages and parts</title>\n")
	for _, tc := range cases {
		page := bytes.ReplaceAll(Render(t, tc.Page), []byte(Stylesheet), []byte("ginclerk.css"))
		files[tc.Name+".html"] = page
		files[tc.Name+".rtl.html"] = bytes.Replace(page, []byte(`dir="ltr"`), []byte(`dir="rtl"`), 1)
		gallery = fmt.Appendf(gallery, "<h2><a href=\"%[1]s.html\">%[1]s</a></h2>\n<iframe src=\"%[1]s.html\" width=\"1280\" height=\"800\" loading=\"lazy\" title=\"%[1]s\"></iframe>\n", tc.Name)
	}
	files["index.html"] = gallery
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// Render returns the HTML of a page.
func Render(t *testing.T, page templ.Component) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := page.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// indent puts each tag and each text on a separate line, after spaces that show the depth, so that people can read a golden file.
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
	case "meta", "link", "input", "br", "img", "hr":
		return true
	default:
		return false
	}
}
