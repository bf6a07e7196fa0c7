package pages_test

import (
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/templates"
)

// Mount says which option is wrong and what to write, and mounts nothing.
func TestMistakesInOptionsAreNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	for name, row := range map[string]struct {
		options pages.Options
		want    []string
	}{
		"pages at the root":             {pages.Options{Path: "/"}, []string{"Options.Path", "/sessions"}},
		"pages at an address":           {pages.Options{Path: "https://app.example.com/sessions"}, []string{"Options.Path"}},
		"pages at a route":              {pages.Options{Path: "/sessions/:id"}, []string{"Options.Path", "without parameters"}},
		"pages at a pattern":            {pages.Options{Path: "/sessions/*path"}, []string{"Options.Path"}},
		"white space in the path":       {pages.Options{Path: "/my sessions"}, []string{"Options.Path"}},
		"dots in the path":              {pages.Options{Path: "/a/../b"}, []string{"Options.Path"}},
		"assets in place of the pages":  {pages.Options{AssetsPath: "/sessions"}, []string{"Options.AssetsPath", "/sessions/static"}},
		"assets above the pages":        {pages.Options{Path: "/me/sessions", AssetsPath: "/me"}, []string{"Options.AssetsPath", "below it"}},
		"assets at the root":            {pages.Options{AssetsPath: "/"}, []string{"Options.AssetsPath"}},
		"a home elsewhere":              {pages.Options{HomeURL: "https://www.example.com"}, []string{"Options.HomeURL", "a path of the application"}},
		"a home without a slash":        {pages.Options{HomeURL: "home"}, []string{"Options.HomeURL"}},
		"accounts by a script":          {pages.Options{AddAccountURL: "javascript:alert(1)"}, []string{"Options.AddAccountURL"}},
		"a link that is a script":       {pages.Options{Nav: []templates.NavLink{{Label: "x", URL: "javascript:alert(1)"}}}, []string{"Nav[0].URL"}},
		"a link without words":          {pages.Options{Nav: []templates.NavLink{{URL: "/"}, {Label: " ", URL: "/"}}}, []string{"Nav[0].Label", "Nav[1].Label"}},
		"several mistakes, all of them": {pages.Options{Path: "/", HomeURL: "x", AddAccountURL: "y"}, []string{"Path", "HomeURL", "AddAccountURL"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			engine := gin.New()
			site, err := pages.Mount(engine, w.clerk, row.options)
			if err == nil || site != nil {
				t.Fatal("no error")
			}
			for _, want := range row.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v; want %q in it", err, want)
				}
			}
			if len(engine.Routes()) != 0 {
				t.Errorf("mounted %d routes", len(engine.Routes()))
			}
		})
	}
	if _, err := pages.Mount(gin.New(), nil, pages.Options{}); err == nil || !strings.Contains(err.Error(), "ginclerk.New") {
		t.Errorf("no Clerk: %v", err)
	}
}
