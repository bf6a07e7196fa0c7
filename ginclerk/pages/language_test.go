package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/localization"
)

// with sets a header of a request.
func with(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

// root returns the element html of a page.
func (p *page) root(t *testing.T) *html.Node {
	t.Helper()
	for n := range p.dom(t).Descendants() {
		if n.Type == html.ElementNode && n.Data == "html" {
			return n
		}
	}
	t.Fatal("the page has no element html")
	return nil
}

func TestAPageSpeaksTheLanguageOfItsVisitor(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name            string
		options         pages.Options
		cookie          string
		asks            string
		language, right string // lang and dir
	}{
		{"a browser that asks for nothing gets English", pages.Options{}, "", "", "en", "ltr"},
		{"the browser's wish", pages.Options{}, "", "de-AT, en;q=0.5", "de", "ltr"},
		{"Arabic is written from right to left", pages.Options{}, "", "ar", "ar", "rtl"},
		{"the person's choice wins over the browser", pages.Options{}, "fr", "de", "fr", "ltr"},
		{"a choice that is not offered does not count", pages.Options{}, "tlh", "de", "de", "ltr"},
		{"the application wins over the person", pages.Options{Language: func(*http.Request) string { return "es" }}, "fr", "de", "es", "ltr"},
		{"an application that does not know leaves the choice", pages.Options{Language: func(*http.Request) string { return "" }}, "fr", "de", "fr", "ltr"},
		{"the application offers fewer", pages.Options{Languages: localization.Config{Only: []string{"en", "ja"}}}, "", "de, ja;q=0.1", "ja", "ltr"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{pages: tt.options})
			b := w.browser(t, ada)
			if tt.cookie != "" {
				b.cookies["ginclerk_language"] = tt.cookie
			}
			shown := b.ask(http.MethodGet, w.base, nil, with("Accept-Language", tt.asks))
			root := shown.root(t)
			if got := attribute(root, "lang") + " " + attribute(root, "dir"); got != tt.language+" "+tt.right {
				t.Errorf("the page is %q, want %q", got, tt.language+" "+tt.right)
			}
			if got := shown.Header().Get("Content-Language"); got != tt.language {
				t.Errorf("Content-Language is %q, want %q", got, tt.language)
			}
		})
	}
}

func TestTimesAreInTheZoneOfTheVisitor(t *testing.T) {
	t.Parallel()
	toronto, err := time.LoadLocation("America/Toronto")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name    string
		options pages.Options
		cookies map[string]string
		want    string
	}{
		{"without a zone it is UTC, and says so", pages.Options{}, nil, "Mar 11, 2026, 12:00 pm UTC"},
		{"the zone of the browser", pages.Options{}, map[string]string{"ginclerk_time_zone": "America/Toronto"}, "Mar 11, 2026, 8:00 am"},
		{"the chosen zone wins", pages.Options{}, map[string]string{"ginclerk_time_zone": "America/Toronto", "ginclerk_time_zone_chosen": "Asia/Tokyo"}, "Mar 11, 2026, 9:00 pm"},
		{"the application wins", pages.Options{TimeZone: func(*http.Request) *time.Location { return toronto }}, map[string]string{"ginclerk_time_zone": "Asia/Tokyo"}, "Mar 11, 2026, 8:00 am"},
		{"an application that does not know", pages.Options{TimeZone: func(*http.Request) *time.Location { return nil }}, nil, "Mar 11, 2026, 12:00 pm UTC"},
		{"a zone that does not exist", pages.Options{}, map[string]string{"ginclerk_time_zone": "Mars/Olympus"}, "Mar 11, 2026, 12:00 pm UTC"},
		{"a path out of the database", pages.Options{}, map[string]string{"ginclerk_time_zone": "../../etc/localtime"}, "Mar 11, 2026, 12:00 pm UTC"},
		{"seconds that are counted in another way", pages.Options{}, map[string]string{"ginclerk_time_zone": "right/America/Toronto"}, "Mar 11, 2026, 12:00 pm UTC"},
		{"the zone of the machine", pages.Options{}, map[string]string{"ginclerk_time_zone": "Local"}, "Mar 11, 2026, 12:00 pm UTC"},
		{"a second spelling", pages.Options{}, map[string]string{"ginclerk_time_zone": "America//Toronto"}, "Mar 11, 2026, 12:00 pm UTC"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{pages: tt.options})
			b := w.browser(t, ada)
			for name, value := range tt.cookies {
				b.cookies[name] = value
			}
			if got := b.open(t, w.base).text(t, "session-expires"); got != tt.want {
				t.Errorf("the session expires %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAPersonChoosesLanguageAndZone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{kind: instance.Production})
	visitor := &browser{world: w, cookies: map[string]string{}} // signed out
	open := func() *page {
		return visitor.ask(http.MethodGet, w.base+"/language?return_to=%2Fsign-in", nil, with("Accept-Language", "de"))
	}
	if shown := open(); shown.Code != http.StatusOK || attribute(shown.root(t), "lang") != "de" {
		t.Fatalf("the page has status %d and language %q", shown.Code, attribute(shown.root(t), "lang"))
	}
	saved := visitor.ask(http.MethodPost, w.base+"/language", url.Values{"language": {"fr"}, "time_zone": {"Asia/Tokyo"}, "return_to": {"/sign-in"}})
	if saved.Code != http.StatusSeeOther || saved.Header().Get("Location") != "/sign-in#notice" {
		t.Fatalf("saving: status %d to %q", saved.Code, saved.Header().Get("Location"))
	}
	if got := visitor.cookies["ginclerk_language"] + " " + visitor.cookies["ginclerk_time_zone_chosen"]; got != "fr Asia/Tokyo" {
		t.Errorf("the browser keeps %q", got)
	}
	if got := attribute(open().root(t), "lang"); got != "fr" {
		t.Errorf("the page speaks %q afterwards", got)
	}
	visitor.ask(http.MethodPost, w.base+"/language", url.Values{"language": {""}, "time_zone": {""}})
	if got := visitor.cookies["ginclerk_language"] + visitor.cookies["ginclerk_time_zone_chosen"]; got != "" {
		t.Errorf("the browser still keeps %q", got)
	}
}

func TestAChoiceThatCanNotBeIsNotKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	tests := []struct {
		name   string
		form   url.Values
		change func(*http.Request)
		status int
		leads  string
	}{
		{"a language that is not offered", url.Values{"language": {"tlh"}}, nil, http.StatusSeeOther, "/sessions/language#notice"},
		{"a zone that does not exist", url.Values{"time_zone": {"../etc/passwd"}}, nil, http.StatusSeeOther, "/sessions/language#notice"},
		{"from another site", url.Values{"language": {"fr"}}, func(r *http.Request) {
			r.Header.Set("Origin", "https://evil.example")
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		}, http.StatusForbidden, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			visitor := &browser{world: w, cookies: map[string]string{}}
			answer := visitor.ask(http.MethodPost, w.base+"/language", tt.form, func(r *http.Request) {
				if tt.change != nil {
					tt.change(r)
				}
			})
			if answer.Code != tt.status || answer.Header().Get("Location") != tt.leads {
				t.Errorf("status %d to %q, want %d to %q", answer.Code, answer.Header().Get("Location"), tt.status, tt.leads)
			}
			if visitor.cookies["ginclerk_language"] != "" || visitor.cookies["ginclerk_time_zone_chosen"] != "" {
				t.Errorf("the browser keeps %v", visitor.cookies)
			}
		})
	}
}

func TestAChoiceLeadsBackToTheApplicationAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{kind: instance.Production})
	for _, evil := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "javascript:alert(1)", "/%0d%0aSet-Cookie:a=b", "/\t/evil.example"} {
		visitor := &browser{world: w, cookies: map[string]string{}}
		answer := visitor.ask(http.MethodPost, w.base+"/language", url.Values{"language": {"fr"}, "return_to": {evil}})
		if to := answer.Header().Get("Location"); answer.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.Contains(to, "evil") {
			t.Errorf("%q leads to %q with status %d", evil, to, answer.Code)
		}
		shown := visitor.ask(http.MethodGet, w.base+"/language?"+url.Values{"return_to": {evil}}.Encode(), nil)
		if back := shown.all(t, "back"); len(back) != 1 || strings.Contains(attribute(back[0], "href"), "evil") || !strings.HasPrefix(attribute(back[0], "href"), "/") || strings.HasPrefix(attribute(back[0], "href"), "//") {
			t.Errorf("with return_to=%q the page has status %d and leads elsewhere", evil, shown.Code)
		}
	}
}

func TestMountNamesAMistakeInTheLanguages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	_, err := pages.Mount(w.engine.Group("/other"), w.clerk, pages.Options{Languages: localization.Config{Only: []string{"tlh"}}})
	if err == nil || !strings.Contains(err.Error(), `Options.Languages: localization: the language "tlh" does not exist`) {
		t.Errorf("the error is %v", err)
	}
}
