package pages_test

import (
	"bytes"
	"context"
	"html/template"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/ginclerk/view"
	"github.com/ginclerk/ginclerk/templates"
)

// acme is a brand with everything.
func acme() pages.Brand {
	return pages.Brand{
		Logo:  pages.Logo{SVG: []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), Alt: "Acme", Width: 96, Height: 32},
		Icon:  pages.Icon{URL: "https://cdn.example.com/icon.svg"},
		Light: pages.Colors{Accent: "#0b7a4b"}, Dark: pages.Colors{Accent: "#0f8f5a"},
		Stylesheet: "https://styles.example.com/brand.css",
		Footer:     templates.Footer{Text: "Acme, 1 Main Street", Links: []templates.Link{{Label: "Privacy", URL: "/privacy"}}},
		Pictures:   true,
	}
}

func TestPagesHaveTheBrand(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{group: "/app", pages: pages.Options{AppName: "Acme", Brand: acme()}})
	b := w.browser(t, ada)
	p := b.open(t, "/app/sessions").wantPage(t, http.StatusOK, "/app/sessions", "")
	logo := p.all(t, "logo")
	if len(logo) != 1 || attribute(logo[0], "alt") != "Acme" || attribute(logo[0], "width") != "96" || attribute(logo[0], "height") != "32" {
		t.Fatalf("%d logos, want one with its text and size", len(logo))
	}
	if got := b.ask(http.MethodGet, attribute(logo[0], "src"), nil); got.Code != http.StatusOK || got.Header().Get("Content-Type") != "image/svg+xml" {
		t.Errorf("the logo: %d %s", got.Code, got.Header().Get("Content-Type"))
	}
	if got := p.text(t, "brand"); got != "" {
		t.Errorf("beside the logo with a text stands %q", got)
	}
	if got := p.text(t, "footer"); got != "Acme, 1 Main Street Privacy Language: English" {
		t.Errorf("the footer says %q", got)
	}
	var sheets []string
	icon := ""
	for node := range p.dom(t).Descendants() {
		switch attribute(node, "rel") {
		case "stylesheet":
			sheets = append(sheets, attribute(node, "href"))
		case "icon":
			icon = attribute(node, "href")
		}
	}
	if len(sheets) != 2 || sheets[1] != "https://styles.example.com/brand.css" || icon != "https://cdn.example.com/icon.svg" {
		t.Fatalf("style sheets %q, icon %q", sheets, icon)
	}
	css := b.ask(http.MethodGet, sheets[0], nil).Body.String()
	for scheme, accent := range map[string]string{"light": "#0b7a4b", "dark": "#0f8f5a"} {
		set := regexp.MustCompile(`prefers-color-scheme: ` + scheme + `\) \{\s+:root \{[^}]*--ginclerk-accent: ` + accent + `;`)
		if !set.MatchString(css) {
			t.Errorf("the style sheet does not set the accent of the %s scheme", scheme)
		}
	}
	plain := newWorld(t, options{}).browser(t, ada)
	if got := strings.TrimPrefix(stylesheetOf(t, plain), "/sessions"); got == strings.TrimPrefix(sheets[0], "/app/sessions") {
		t.Error("the style sheet of the brand has the name of the one without a brand")
	}
	policy := p.Header().Get("Content-Security-Policy")
	for _, want := range []string{
		"style-src 'self' https://styles.example.com;", "img-src 'self' https://cdn.example.com https://img.clerk.com;", "font-src 'self';", "script-src 'self';",
	} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy lacks %q: %s", want, policy)
		}
	}
}

func TestWithoutABrandThePolicyIsNarrow(t *testing.T) {
	t.Parallel()
	b := newWorld(t, options{}).browser(t, ada)
	want := "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'"
	if got := b.open(t, "/sessions").Header().Get("Content-Security-Policy"); !strings.HasPrefix(got, want) || strings.Contains(got, "font-src") {
		t.Errorf("%s, want %s…", got, want)
	}
}

func TestMistakesInTheBrandAreNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	for name, row := range map[string]struct {
		brand pages.Brand
		want  []string
	}{
		"a color that is no color":         {pages.Brand{Light: pages.Colors{Accent: "green"}}, []string{"Options.Brand.Light: accent", `"green"`, "#2f47c6"}},
		"text that can't be read":          {pages.Brand{Light: pages.Colors{Muted: "#aaaaaa"}}, []string{"Options.Brand.Light: muted #aaaaaa on surface #ffffff has a contrast of 2.32:1", "4.5:1"}},
		"a button that can't be seen":      {pages.Brand{Light: pages.Colors{Accent: "#ffe14d"}}, []string{"Brand.Light: accent #ffe14d on surface #ffffff", "3.0:1"}},
		"both schemes":                     {pages.Brand{Light: pages.Colors{Text: "#cccccc"}, Dark: pages.Colors{Text: "#333333"}}, []string{"Brand.Light: text", "Brand.Dark: text"}},
		"a scheme that does not exist":     {pages.Brand{Scheme: "sepia"}, []string{"Brand.Scheme", "sepia", "light"}},
		"a logo without a size":            {pages.Brand{Logo: pages.Logo{URL: "/logo.png"}}, []string{"Brand.Logo", "Width and Height"}},
		"two logos":                        {pages.Brand{Logo: pages.Logo{URL: "/logo.png", SVG: []byte("<svg/>"), Width: 1, Height: 1}}, []string{"Brand.Logo", "both"}},
		"a logo that is no SVG":            {pages.Brand{Logo: pages.Logo{SVG: []byte("PNG"), Width: 1, Height: 1}}, []string{"Brand.Logo", "SVG"}},
		"a logo over plain HTTP":           {pages.Brand{Logo: pages.Logo{URL: "http://cdn.example.com/l.png", Width: 1, Height: 1}}, []string{"Brand.Logo", "https"}},
		"an icon that is a script":         {pages.Brand{Icon: pages.Icon{URL: "javascript:alert(1)"}}, []string{"Brand.Icon"}},
		"a style sheet of another scheme":  {pages.Brand{Stylesheet: "data:text/css,a{}"}, []string{"Brand.Stylesheet"}},
		"a policy in a style sheet's name": {pages.Brand{Stylesheet: "https://a.example; script-src *"}, []string{"Brand.Stylesheet"}},
		"a link without words":             {pages.Brand{Footer: templates.Footer{Links: []templates.Link{{URL: "/privacy"}}}}, []string{"Brand.Footer.Links[0]", "words"}},
		"a link that is a script":          {pages.Brand{Footer: templates.Footer{Links: []templates.Link{{Label: "x", URL: "javascript:alert(1)"}}}}, []string{"Brand.Footer.Links[0]"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := pages.Mount(gin.New(), w.clerk, pages.Options{Brand: row.brand})
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range row.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v; want %q in it", err, want)
				}
			}
		})
	}
	for _, source := range []string{"cdn.example.com", "http://cdn.example.com", "https://cdn.example.com/", "*", "'unsafe-inline'", "https://a.example; script-src *"} {
		if _, err := pages.Mount(gin.New(), w.clerk, pages.Options{Sources: pages.Sources{Scripts: []string{source}}}); err == nil || !strings.Contains(err.Error(), "Options.Sources") {
			t.Errorf("%s: %v", source, err)
		}
	}
}

func TestABrandCanHaveOneScheme(t *testing.T) {
	t.Parallel()
	b := newWorld(t, options{pages: pages.Options{Brand: pages.Brand{Scheme: pages.AlwaysLight}}}).browser(t, ada)
	css := b.ask(http.MethodGet, stylesheetOf(t, b), nil).Body.String()
	if !strings.Contains(css, "color-scheme: light;") || !regexp.MustCompile(`\n:root \{[^}]*--ginclerk-surface: #ffffff;`).MatchString(css) {
		t.Error("the style sheet does not keep to the light colors")
	}
}

// The picture of a user comes from Clerk, and is shown if the brand shows pictures. Asking for it costs no request.
func TestThePictureOfTheUser(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name     string
		pictures bool
		asked    bool
		want     bool
	}{
		{"pictures are shown of users whom the application has asked for", true, true, true},
		{"pictures are not shown unless the brand shows them", false, true, false},
		{"no request is sent for a picture", true, false, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{pages: pages.Options{Brand: pages.Brand{Pictures: row.pictures}}})
			w.engine.GET("/ask", func(c *gin.Context) {
				if _, err := ginclerk.From(c).User(c); err != nil {
					t.Error(err)
				}
			})
			b := w.browser(t, ada)
			if row.asked {
				b.ask(http.MethodGet, "/ask", nil)
			}
			found := false
			for node := range b.open(t, "/sessions").dom(t).Descendants() {
				found = found || node.Data == "img" && strings.HasPrefix(attribute(node, "src"), "https://img.clerk.com/")
			}
			if found != row.want {
				t.Errorf("a picture: %t, want %t", found, row.want)
			}
		})
	}
}

// own is a layout that an application has.
func own(d templates.Document) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if _, err := io.WriteString(w, "<!doctype html><html lang="+d.Language+" dir="+d.Direction+"><head><title>"+d.Title+" at Acme</title>"); err != nil {
			return err
		}
		if err := d.Head.Render(ctx, w); err != nil {
			return err
		}
		if _, err := io.WriteString(w, `</head><body><header data-testid="own-header">`); err != nil {
			return err
		}
		if err := templates.UserButton(d.Viewer).Render(ctx, w); err != nil {
			return err
		}
		if _, err := io.WriteString(w, `</header><main data-testid="own-main">`); err != nil {
			return err
		}
		return d.Body.Render(ctx, w)
	})
}

func TestPagesLiveInTheLayoutOfTheApplication(t *testing.T) {
	t.Parallel()
	html := template.Must(template.New("layout").Funcs(view.Funcs()).Parse(`<!doctype html><html lang={{.Language}} dir={{.Direction}}><head>` +
		`<title>{{.Title}} at Acme</title>{{.Head}}</head><body><header data-testid="own-header">{{.UserButton}}{{if signedIn .Context}}in{{end}}</header>` +
		`<main data-testid="own-main">{{.Body}}</main></body></html>`))
	for name, layout := range map[string]func(templates.Document) templ.Component{"templ": own, "html/template": templates.HTMLLayout(html)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{pages: pages.Options{Layout: layout}})
			b := w.browser(t, ada)
			for path, title := range map[string]string{"/sessions": "", "/sessions/devices": "", "/sessions/accounts": "", "/": "Home"} {
				p := b.open(t, path).wantPage(t, http.StatusOK, path, title)
				text := p.Body.String()
				if !strings.Contains(text, " at Acme</title>") || len(p.all(t, "own-main")) != 1 || len(p.all(t, "ginclerk")) != 1 || len(p.all(t, "skip-link")) != 0 {
					t.Errorf("%s is not in the layout: %.400s", path, text)
				}
				if got := p.text(t, "viewer-email"); got != ada {
					t.Errorf("%s: the user button shows %q", path, got)
				}
				if p.Header().Get("Content-Security-Policy") == "" || strings.Count(text, `rel="stylesheet"`) != 1 {
					t.Errorf("%s has no policy or no style sheet", path)
				}
				if got := len(p.all(t, "page-title")); got != 1 {
					t.Errorf("%s has %d h1", path, got)
				}
			}
			if got := b.ask(http.MethodGet, "/sessions/devices", nil, zips).Header().Get("Content-Encoding"); got != "" {
				t.Errorf("a page in another layout, which may show anything, is compressed: %s", got)
			}
			if refused := b.open(t, "/sessions/devices?offset=x").Body.String(); !strings.Contains(refused, "own-main") {
				t.Errorf("a problem is not in the layout: %.300s", refused)
			}
		})
	}
}

func TestAFailingLayoutIsAnError(t *testing.T) {
	t.Parallel()
	broken := template.Must(template.New("layout").Parse(`half a page {{.NoSuchField}}`))
	b := newWorld(t, options{pages: pages.Options{Layout: templates.HTMLLayout(broken)}}).browser(t, ada)
	if p := b.ask(http.MethodGet, "/sessions", nil); p.Code != http.StatusInternalServerError || bytes.Contains(p.Body.Bytes(), []byte("half")) {
		t.Errorf("%d %s", p.Code, p.Body)
	}
}

func TestSinglePagesCanBeReplaced(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{pages: pages.Options{Templates: pages.Templates{
		Session: func(v templates.SessionView) templ.Component {
			return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
				return templates.Layout(v.Page).Render(templ.WithChildren(ctx, templates.Heading("Mine: "+v.SessionID)), w)
			})
		},
	}}})
	b := w.browser(t, ada)
	b.open(t, "/sessions").wantPage(t, http.StatusOK, "/sessions", "Mine: "+b.current(t))
	if got := len(b.open(t, "/sessions/devices").all(t, "device-row")); got == 0 {
		t.Error("the other pages are not the built-in ones")
	}
}
