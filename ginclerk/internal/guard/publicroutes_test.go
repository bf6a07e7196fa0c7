package guard_test

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/rules"
)

// TestTheSpellingDecidesWhichRouteIsPublic: under every setting of Gin, only these routes serve the path without a session.
func TestTheSpellingDecidesWhichRouteIsPublic(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name           string
		public, routes []string
		targets        []string
		open           []string // routes that may serve the targets without a session
		usual          string   // the route that does so under Gin's usual settings; "" for none
	}{
		{
			"two slashes are not the home page",
			[]string{"/"},
			[]string{"/", "/:user/", "/:user/all/*rest"},
			[]string{"//", "//all/", "//all/x"},
			[]string{"/"},
			"",
		},
		{"two slashes at the end are a segment", []string{"/a/"}, []string{"/a/", "/a/:x/"}, []string{"/a//"}, []string{"/a/"}, ""},
		{
			"small hexadecimal digits are another spelling",
			[]string{"/über", "/a b", "/x|y"},
			[]string{"/über", "/a b", "/x|y", "/:page"},
			[]string{"/%c3%bcber", "/%C3%bcber", "/x%7cy"},
			[]string{"/über", "/a b", "/x|y"},
			"any",
		},
		{
			"one escape has Gin read the others, too",
			[]string{"/über/:name"},
			[]string{"/über/:name", "/:page/:name"},
			[]string{"/%C3%BCber/a%40b", "/%C3%BCber/(a)", "/%C3%BCber/%61"},
			[]string{"/über/:name"},
			"any",
		},
		{
			"a route behind a parameter has its own escapes",
			[]string{"/:lang/über/:x"},
			[]string{"/:lang/über/:x", "/:lang/:page/:x"},
			[]string{"/de/%C3%BCber/a%40b", "/d%65/%C3%BCber/b"},
			[]string{"/:lang/über/:x"},
			"any",
		},
		{"brackets tell letters", []string{"/:v([ab])/x"}, []string{"/a/x", "/b/x", "/:v/x"}, []string{"/A/x", "/B/x"}, nil, ""},
		{
			"names have all characters",
			[]string{"/files/:name"},
			[]string{"/files/:name", "/:a/:b"},
			[]string{
				"/files/a%20b", "/files/50%25", "/files/~x", "/files/%7Ex", "/files/%C3%BC", "/files/%c3%bc", "/files/%F0%9F%98%80", "/files/a%40b", "/files/(a)",
				"/files/it's", "/files/a;b", "/files/a,b", "/files/a+b", "/files/a%252Fb", "/files/.x", "/files/x.", "/files/[x]", "/files/a%5cb", "/files/a/", "/files/what%3F",
			},
			[]string{"/files/:name"},
			"/files/:name",
		},
		{
			"a page of a route with a parameter may be public",
			[]string{"/über", "/a b", "/imprint"},
			[]string{"/:page"},
			[]string{"/%C3%BCber", "/a%20b", "/imprint", "/imprint/"},
			[]string{"/:page"},
			"any",
		},
	} {
		for _, target := range row.targets {
			for bits := range 32 {
				served, open := publicly(t, bits, row.public, row.routes, target)
				allowed := served == ""
				for _, route := range row.open {
					allowed = allowed || route == served
				}
				if open && !allowed {
					t.Errorf("%s: %05b: %s is served by %s without a session", row.name, bits, target, served)
				}
				if usual := row.usual == served && served != "" || row.usual == "any" && served != ""; bits == 0 && open != usual {
					t.Errorf("%s: usual settings: %s is served by %s, without a session: %t", row.name, target, served, open)
				}
			}
		}
	}
}

// publicly asks an application for a path, and says which route serves it, and whether that is public.
func publicly(t *testing.T, settings int, public, routes []string, target string) (served string, open bool) {
	t.Helper()
	r, err := rules.Compile(rules.Patterns{Public: public})
	if err != nil {
		t.Fatal(err)
	}
	a := &application{engine: gin.New(), rules: r}
	e := a.engine
	e.UseRawPath, e.UseEscapedPath, e.UnescapePathValues, e.RemoveExtraSlash = settings&1 != 0, settings&2 != 0, settings&4 != 0, settings&8 != 0
	e.RedirectTrailingSlash, e.RedirectFixedPath = settings&16 != 0, settings&16 != 0
	for _, route := range routes {
		e.GET(route, a.serve)
	}
	u, err := url.ParseRequestURI(target)
	if err != nil {
		t.Fatal(fmt.Errorf("%s: %w", target, err))
	}
	return a.ask(u)
}
