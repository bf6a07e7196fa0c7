package axetest_test

import (
	"os"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/internal/goroutinetest"

	"github.com/ginclerk/ginclerk/internal/axetest"
	"github.com/ginclerk/ginclerk/internal/chromiumtest"
)

var chromium chromiumtest.Shared

func TestMain(m *testing.M) {
	status := m.Run()
	chromium.Close()
	os.Exit(goroutinetest.Status(status))
}

func TestAPageThatExcludesPeopleIsFound(t *testing.T) {
	b, source := chromium.Browser(t, "axe-core in a browser"), axetest.Script(t, "axe-core in a browser")
	tab := b.NewTab(t, func(any) {})
	for _, row := range []struct{ name, body, rule string }{
		{"a good page", `<main><h1>Title</h1><p>Text</p></main>`, ""},
		{"a picture without words", `<main><h1>Title</h1><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></main>`, "image-alt at "},
		{"text that is too light", `<main><h1>Title</h1><p style="color:#bbb;background:#fff">Text</p></main>`, "color-contrast at "},
		{"a button without a name", `<main><h1>Title</h1><button></button></main>`, "button-name at "},
	} {
		tab.Open(t, "data:text/html,"+strings.ReplaceAll(`<!doctype html><html lang="en"><title>T</title><body>`+row.body, "#", "%23"))
		found := axetest.Violations(t, tab, source)
		if row.rule == "" && len(found) > 0 {
			t.Errorf("%s: %q", row.name, found)
		}
		if all := strings.Join(found, "\n"); !strings.Contains(all, row.rule) {
			t.Errorf("%s: want %q in %q", row.name, row.rule, all)
		}
	}
}
