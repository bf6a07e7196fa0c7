package screentest_test

import (
	"os"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/internal/chromiumtest"
	"github.com/ginclerk/ginclerk/internal/screentest"
)

var chromium chromiumtest.Shared

func TestMain(m *testing.M) {
	status := m.Run()
	chromium.Close()
	os.Exit(status)
}

// ringed is a style sheet as a good page has one.
const ringed = `<style>:focus-visible { outline: 3px solid #00f } [aria-current] { border: 2px solid }</style>`

func TestAPageThatPeopleCannotUseIsFound(t *testing.T) {
	tab := chromium.Browser(t, "screens").NewTab(t, func(any) {})
	for _, row := range []struct{ name, body, want string }{
		{"a good page", `<h1>Title</h1><a href="#a">One</a> <a href="#b" aria-current="page">Two</a> <details><summary>More</summary><a href="#c">Three</a></details>`, ""},
		{"a page that is wider than the screen", `<div style="width: 2000px">wide</div>`, "pixels too wide"},
		{"a text that is cut off", `<p style="width: 50px; height: 10px; overflow: hidden">A long text</p>`, "cuts its content"},
		{"a sentence whose words stand beside each other like columns", `<button style="display: inline-flex">Yes, send as <bdi>ada@example.com</bdi></button>`, "tears its sentence apart"},
		{"a word that is broken", `<p style="width: 5em; overflow-wrap: anywhere">Berechtigungen</p>`, "breaks the word"},
		{"a word that is long because a person wrote it", `<p style="width: 5em; overflow-wrap: anywhere"><bdi>Wolfeschlegelsteinhausen</bdi></p>`, ""},
		{"two links on the same place", `<a href="#a">One</a><a href="#b" style="margin-inline-start: -20px">Two</a>`, "cover each other"},
		{"a link that stands before the one it follows", `<div style="display: flex; flex-direction: row-reverse"><a href="#a">One</a><a href="#b">Two</a></div>`, "but stands before it"},
		{"a link that the keyboard reaches too early", `<a href="#a">One</a> <a href="#b" tabindex="1">Two</a>`, "too early"},
		{"a trap for the keyboard", `<input onkeydown="event.preventDefault()"> <a href="#b">Two</a>`, "the keyboard comes to"},
		{"a link that hides its focus", `<a href="#a" style="outline: none">One</a>`, "does not show that it has the focus"},
		{"a link below a bar", `<a href="#a">One</a><div style="position: fixed; inset: 0; background: #fff; border: 1px solid"></div>`, "is covered"},
		{"a menu that closes when the keyboard goes in", `<details><summary>More</summary><a href="#c" onfocus="this.parentElement.open = false">Three</a></details>`, "does not come back"},
		{"a box that only its color shows", `<p style="background: #ff0">Warning</p>`, "is no box any more"},
		{"a state that only a color shows", `<style>[aria-current] { border: 0; color: #f00 }</style><a href="#a" aria-current="page">One</a>`, "does not show its aria-current"},
	} {
		tab.Open(t, "data:text/html,"+strings.NewReplacer("#", "%23", "%", "%25").Replace(`<!doctype html><html lang="en"><title>T</title><body>`+ringed+row.body))
		screentest.Show(t, tab, screentest.Desktop())
		found := screentest.Layout(t, tab)
		found = append(found, screentest.Walk(t, tab)...)
		found = append(found, screentest.Disclosures(t, tab)...)
		found = append(found, screentest.ForcedColors(t, tab, screentest.Desktop())...)
		if row.want == "" && len(found) > 0 {
			t.Errorf("%s: %q", row.name, found)
		}
		if all := strings.Join(found, "\n"); !strings.Contains(all, row.want) {
			t.Errorf("%s: want %q in %q", row.name, row.want, all)
		}
	}
}
