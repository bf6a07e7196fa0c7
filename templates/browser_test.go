package templates_test

import (
	"bytes"
	"context"
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
	"github.com/ginclerk/ginclerk/internal/axetest"
	"github.com/ginclerk/ginclerk/internal/chromiumtest"
	"github.com/ginclerk/ginclerk/internal/screentest"
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

// everyRule is the environment variable that has each language tried with every rule and the keyboard, which takes three times as long.
const everyRule = "GINCLERK_EVERY_RULE"

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
	for _, b := range brands(t) {
		mux.HandleFunc("GET "+b.address(), func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/css; charset=utf-8")
			_, _ = io.WriteString(w, b.sheet)
		})
	}
	mux.HandleFunc("GET /sessions/sign-outs/{job}/events", isQuiet)
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

// isQuiet is the stream of events of a job of which nothing is new. Without a stream its page would load again in the middle of a test.
func isQuiet(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}

// untranslated finds the key of a sentence that a page shows in place of the sentence.
var untranslated = regexp.MustCompile(`(?m)^\s*[a-z]+(\.[a-z0-9-]+)+\s*$`)

// TestEveryPageInEveryLanguageInABrowser visits every page in every state. A person can use it on the smallest phone, at twice the size, with
// the keyboard alone, in the colors that a system forces, and in the colors of every brand; no sentence is missing; axe-core finds nothing.
func TestEveryPageInEveryLanguageInABrowser(t *testing.T) {
	b := chromium.Browser(t, "the pages in a browser")
	axe := axetest.Script(t, "the rules of axe-core")
	catalog, err := localization.New(localization.Config{})
	if err != nil {
		t.Fatal(err)
	}
	server := gallery(t, catalog.Languages(), cases())
	everything := os.Getenv(everyRule) != ""
	inTurn := []string{"ar", "de"} // from right to left, and with long words
	for _, l := range catalog.Languages() {
		t.Run(l.Tag(), func(t *testing.T) {
			t.Parallel()
			v := visit{T: t, tab: b.NewTab(t, func(any) {}), language: l.Tag(), axe: axe}
			for i, one := range cases() {
				v.page = one.Name
				v.tab.Open(t, server.URL+"/"+l.Tag()+"/"+one.Name)
				v.everyLanguage()
				if everything || l.Tag() == "en" || l.Tag() == "ar" {
					v.breaksNoRule()
				}
				if everything || l.Tag() == "en" || l.Tag() == inTurn[i%len(inTurn)] {
					v.keyboardAndForcedColors() // the same in each language, but for the direction and the length of words
				}
				if l.Tag() == "ar" {
					v.colors() // likewise
				}
			}
		})
	}
}

// visit is a page in a browser.
type visit struct {
	*testing.T
	tab            *chromiumtest.Tab
	language, page string
	axe            string
}

// want fails for each finding.
func (v visit) want(how string, found []string) {
	v.Helper()
	for _, one := range found {
		v.Errorf("%s in %s %s: %s", v.page, v.language, how, one)
	}
}

// everyLanguage is about words, which are longer in one language than in another. It leaves the page on a desktop.
func (v visit) everyLanguage() {
	v.Helper()
	found := untranslated.FindAllString(chromiumtest.Evaluate[string](v.T, v.tab, `return document.body.innerText`), -1)
	v.want("shows keys in place of sentences", found)
	for _, screen := range []screentest.Screen{screentest.SmallestPhone(), screentest.DesktopAtTwiceTheSize(), screentest.Desktop()} {
		screentest.Show(v.T, v.tab, screen)
		v.want("on a "+screen.Name, screentest.Layout(v.T, v.tab))
		v.keepPicture(screen.Name)
	}
}

// breaksNoRule is about elements and the direction of writing, not about words.
func (v visit) breaksNoRule() {
	v.Helper()
	v.want("breaks a rule", axetest.Violations(v.T, v.tab, v.axe, manyOfAPart(v.page)...))
}

func (v visit) keyboardAndForcedColors() {
	v.Helper()
	v.want("with the keyboard", screentest.Walk(v.T, v.tab))
	v.want("with the keyboard", screentest.Disclosures(v.T, v.tab))
	v.want("in forced colors", screentest.ForcedColors(v.T, v.tab, screentest.Desktop()))
}

// colors are those of the dark and of the brands.
func (v visit) colors() {
	v.Helper()
	screentest.Show(v.T, v.tab, screentest.Desktop().Dark())
	v.want("in the dark", axetest.Colors(v.T, v.tab, v.axe))
	v.keepPicture("desktop-dark")
	for _, b := range brands(v.T) {
		b.wear(v.T, v.tab)
		for _, screen := range b.screens {
			screentest.Show(v.T, v.tab, screen)
			v.want("in the brand "+b.name+" on a "+screen.Name, axetest.Colors(v.T, v.tab, v.axe))
			v.keepPicture(b.name + "-" + screen.Name)
		}
		b.takeOff(v.T, v.tab)
	}
}

// manyOfAPart are the rules for a page that has one part in several states: a page of an application has it once.
func manyOfAPart(name string) []string {
	if strings.HasPrefix(name, "parts-") {
		return []string{"landmark-unique"}
	}
	return nil
}

// keepPicture keeps a picture of the page, if the environment names a folder for it.
func (v visit) keepPicture(screen string) {
	v.Helper()
	folder := os.Getenv(pictures)
	if folder == "" {
		return
	}
	picture, err := v.tab.Screenshot()
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, v.language+"-"+v.page+"-"+screen+".png"), picture, 0o600)
	}
	if err != nil {
		v.Fatal(err)
	}
}
