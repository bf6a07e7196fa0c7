package templates_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/internal/goroutinetest"

	"github.com/a-h/templ"
	"github.com/chromedp/chromedp"

	"github.com/ginclerk/ginclerk/internal/axetest"
	"github.com/ginclerk/ginclerk/internal/chromiumtest"
	"github.com/ginclerk/ginclerk/localization"
	"github.com/ginclerk/ginclerk/static"
	"github.com/ginclerk/ginclerk/templates/internal/pagetest"
)

// chromium is the browser of all tests here.
var chromium chromiumtest.Shared

func TestMain(m *testing.M) {
	status := m.Run()
	chromium.Close()
	os.Exit(goroutinetest.Status(status))
}

// pictures is the environment variable that names a folder for pictures of all pages.
const pictures = "GINCLERK_SCREENSHOTS"

// in is a page in a language.
func in(l *localization.Language, page templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return page.Render(localization.NewContext(ctx, l), w)
	})
}

// gallery serves each page in each language, at /<language>/<page>.
func gallery(t *testing.T, languages []*localization.Language, pages []pagetest.Case) *httptest.Server {
	t.Helper()
	assets, err := static.New()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/static/", http.StripPrefix("/static", assets.Handler()))
	for _, l := range languages {
		for _, one := range pages {
			var html bytes.Buffer
			if err := in(l, one.Page).Render(t.Context(), &html); err != nil {
				t.Fatal(err)
			}
			text := strings.ReplaceAll(html.String(), pagetest.Stylesheet, "/static/"+assets.Path(static.Stylesheet))
			mux.HandleFunc("GET /"+l.Tag()+"/"+one.Name, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				_, _ = io.WriteString(w, text)
			})
		}
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

// look is how a browser shows a page.
type look struct {
	name          string
	width, height int64
}

// untranslated finds the key of a sentence that a page shows in place of the sentence.
var untranslated = regexp.MustCompile(`(?m)^\s*[a-z]+(\.[a-z0-9-]+)+\s*$`)

// TestEveryPageInEveryLanguageInABrowser: no page is wider than the smallest phone, at twice the size neither, no sentence is missing, and
// axe-core finds nothing.
func TestEveryPageInEveryLanguageInABrowser(t *testing.T) {
	b := chromium.Browser(t, "the pages in a browser")
	axe := axetest.Script(t, "the rules of axe-core")
	catalog, err := localization.New(localization.Config{})
	if err != nil {
		t.Fatal(err)
	}
	server := gallery(t, catalog.Languages(), cases())
	for _, l := range catalog.Languages() {
		t.Run(l.Tag(), func(t *testing.T) {
			t.Parallel()
			tab := b.NewTab(t, func(any) {})
			for _, one := range cases() {
				address := server.URL + "/" + l.Tag() + "/" + one.Name
				tab.Open(t, address)
				wantFits(t, tab, l.Tag()+"/"+one.Name)
				if found := untranslated.FindAllString(chromiumtest.Evaluate[string](t, tab, `return document.body.innerText`), -1); len(found) > 0 {
					t.Errorf("%s shows keys in place of sentences: %q", one.Name, found)
				}
				if l.Tag() != "en" && l.Tag() != "ar" {
					continue // the rules of axe-core are about elements, and those are the same
				}
				for _, broken := range axetest.Violations(t, tab, axe, manyOfAPart(one.Name)...) {
					t.Errorf("%s: %s", one.Name, broken)
				}
			}
		})
	}
}

// manyOfAPart are the rules for a page that has one part in several states: a page of an application has it once.
func manyOfAPart(name string) []string {
	if strings.HasPrefix(name, "parts-") {
		return []string{"landmark-unique"}
	}
	return nil
}

// wantFits fails where a reader has to scroll sideways: on the smallest phone, which is a desktop at 400%, and on a desktop.
func wantFits(t *testing.T, tab *chromiumtest.Tab, name string) {
	t.Helper()
	for _, look := range []look{{"phone", 320, 640}, {"desktop", 1280, 900}} {
		if err := tab.Do(chromedp.EmulateViewport(look.width, look.height)); err != nil {
			t.Fatal(err)
		}
		wide := chromiumtest.Evaluate[int](t, tab, `return document.documentElement.scrollWidth - document.documentElement.clientWidth`)
		if wide > 0 {
			t.Errorf("%s is %d pixels too wide on a %s", name, wide, look.name)
		}
		if folder := os.Getenv(pictures); folder != "" {
			keepPicture(t, tab, filepath.Join(folder, fmt.Sprintf("%s-%s.png", strings.ReplaceAll(name, "/", "-"), look.name)))
		}
	}
}

func keepPicture(t *testing.T, tab *chromiumtest.Tab, name string) {
	t.Helper()
	picture, err := tab.Screenshot()
	if err == nil {
		err = os.WriteFile(name, picture, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
