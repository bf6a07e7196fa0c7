package pages_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/activity"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/static"
)

// Every route of the pages, whether its responses are compressed, and why. A route that is in neither list fails.
func TestPagesAreCompressedWithoutTextOfOutsiders(t *testing.T) {
	t.Parallel()
	const (
		redirects = "redirects, so it has no page"
		echoes    = "shows the parameter redirect_url, beside the e-mail address"
	)
	w, b := busy(t, 2, options{kind: instance.Production})
	release := w.slowly(t)
	job := jobOf(t, b.post("/sign-out-others", nil))
	release()
	w.finished(t, ada, job)
	const entry = "/sessions/activity/:entry"
	appearsNow := func(t *testing.T) string {
		t.Helper()
		w.clock.Advance(time.Second)
		unknown := w.elsewhere(t, ada)
		err := w.site.Activity(w.clerk).Record(t.Context(), w.userID(t, ada), activity.Entry{Kind: activity.SignedIn, SessionID: unknown})
		if err != nil {
			t.Fatal(err)
		}
		return activity.IDOf(unknown)
	}
	stylesheet := stylesheetOf(t, b)
	form := url.Values{"session_id": {"sess_1"}, "form": {"1"}}
	tests := map[string]struct {
		coding, why string
		target      string // empty: the route's path
	}{
		"GET /sessions/devices":       {"gzip", "shows sessions of the user", ""},
		"GET /sessions/sign-outs/:id": {"gzip", "shows numbers and sessions of a job", jobsPath + job},
		"GET /sessions/static/*file":  {"br", "is public, and the same for everyone", stylesheet},

		"GET /sessions":                        {"", "shows the organization’s slug, which its administrator chooses, beside the session id", ""},
		"GET /sessions/devices/:id":            {"", "shows the position in the list, which a link chooses, beside the session id", "/sessions/devices/" + b.current(t)},
		"POST /sessions/devices/:id/name":      {"", redirects, "/sessions/devices/" + b.current(t) + "/name"},
		"GET /sessions/sign-out-everywhere":    {"", "is short", ""},
		"GET /sessions/sign-out-others":        {"", "is short", ""},
		"GET /sessions/devices/sign-out":       {"", "shows the selection and the position of its address, beside session ids", "/sessions/devices/sign-out?selected=abcdefgh"},
		"GET /sessions/accounts/sign-out-all":  {"", "shows names of other accounts", ""},
		"POST /sessions/accounts/sign-out-all": {"", redirects, ""},
		"GET /sessions/accounts":               {"", "shows names of other accounts and of organizations, beside session ids", ""},
		"GET /sessions/organizations":          {"", "shows names of organizations, beside the e-mail address", ""},
		"POST /sessions/organizations/switch":  {"", redirects, ""},

		"GET /sessions/language":  {"", "shows an address from its parameters", ""},
		"POST /sessions/language": {"", redirects, ""},

		"GET /sessions/parts/user-button":   {"", "shows the organization’s slug, beside the e-mail address", ""},
		"GET /sessions/parts/session":       {"", "shows the organization’s slug, beside the session id", ""},
		"GET /sessions/parts/devices":       {"", "is short", ""},
		"GET /sessions/parts/accounts":      {"", "shows names of other accounts, beside session ids", ""},
		"GET /sessions/parts/organizations": {"", "shows names of organizations", ""},

		"GET /sessions/activity":                     {"", "shows the parameter day, beside addresses and places", ""},
		"GET /sessions/activity/export.csv":          {"", "is a file", ""},
		"GET /sessions/activity/:entry/not-me":       {"", "is short", entry + "/not-me"},
		"POST /sessions/activity/:entry/not-me":      {"", redirects, entry + "/not-me"},
		"POST /sessions/activity/:entry/acknowledge": {"", redirects, entry + "/acknowledge"},

		"GET /sessions/verify":               {"", echoes + " and the sealed state", "/sessions/verify?level=first_factor&after_minutes=10&redirect_url=%2Fchosen"},
		"GET /sessions/sign-in-again":        {"", echoes, "/sessions/sign-in-again?redirect_url=%2Fchosen"},
		"GET /sessions/forms":                {"", "shows addresses and fields of forms, beside their handles", ""},
		"GET /sessions/sign-outs/:id/events": {"", "is a stream, and each event must arrive at once", jobsPath + job + "/events"},

		"POST /sessions/verify/proof":        {"", echoes + " and the sealed state", ""},
		"POST /sessions/verify/factor":       {"", echoes + " and the sealed state", ""},
		"POST /sessions/sign-outs/:id/retry": {"", redirects, jobsPath + job + "/retry"},
		"POST /sessions/sign-in-again":       {"", redirects, ""},
		"POST /sessions/forms/send":          {"", "is answered by the application, or redirects", ""},
		"POST /sessions/forms/discard":       {"", redirects, ""},
		"POST /sessions/sign-out":            {"", redirects, ""},
		"POST /sessions/sign-out-everywhere": {"", redirects, ""},
		"POST /sessions/sign-out-others":     {"", redirects, ""},
		"POST /sessions/devices/sign-out":    {"", redirects, ""},
		"POST /sessions/devices/revoke":      {"", redirects, ""},
		"POST /sessions/accounts/sign-out":   {"", redirects, ""},
		"POST /sessions/switch":              {"", redirects, ""},
	}
	for _, route := range w.engine.Routes() {
		if !strings.HasPrefix(route.Path, w.base) || route.Method == http.MethodHead {
			continue
		}
		name := route.Method + " " + route.Path
		row, found := tests[name]
		if !found || row.why == "" {
			t.Errorf("%s: nothing says whether its responses may be compressed, and why", name)
			continue
		}
		delete(tests, name)
		t.Run(name, func(t *testing.T) {
			if row.target == "" {
				row.target = route.Path
			}
			visitor := w.browser(t, ada) // for each route, because some end the session
			target := strings.Replace(row.target, ":entry", appearsNow(t), 1)
			got := visitor.ask(route.Method, target, form, zips)
			if got.Code >= http.StatusBadRequest && got.Code != http.StatusUnprocessableEntity {
				t.Fatalf("status %d", got.Code)
			}
			if coding := got.Header().Get("Content-Encoding"); coding != row.coding {
				t.Errorf("Content-Encoding %q, want %q: the response %s", coding, row.coding, row.why)
			}
		})
	}
	for name := range tests {
		t.Errorf("%s: the pages have no such route", name)
	}
}

// zips is what a browser accepts.
func zips(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd") }

func accepts(codings ...string) func(*http.Request) {
	return func(r *http.Request) { r.Header["Accept-Encoding"] = codings }
}

// stylesheetOf returns the address of the style sheet that a page names.
func stylesheetOf(t *testing.T, b *browser) string {
	t.Helper()
	for node := range b.open(t, "/").dom(t).Descendants() {
		if attribute(node, "rel") == "stylesheet" {
			return attribute(node, "href")
		}
	}
	t.Fatalf("the page names no %s", static.Stylesheet)
	return ""
}

// The page of devices, whatever stands on it.
func TestDevicesAreCompressedForWhoAccepts(t *testing.T) {
	t.Parallel()
	const path = "/sessions/devices"
	w, b := busy(t, 120, options{kind: instance.Production})
	w.engine.GET("/search", w.clerk.RequireSession(), func(c *gin.Context) {
		w.site.Notify(c, "info", "Nothing was found for "+c.Query("q"))
		c.Redirect(http.StatusSeeOther, path)
	})
	acting, _ := w.actor(t, ada, support)
	plain := b.open(t, path).wantPage(t, http.StatusOK, path, "Your devices")
	tests := []struct {
		name   string
		as     *browser
		target string
		accept []string
		zipped bool
	}{
		{"a program", b, path, nil, false},
		{"a browser", b, path, []string{"gzip, deflate, br, zstd"}, true},
		{"gzip refused", b, path, []string{"gzip;q=0, br"}, false},
		{"only an unknown coding", b, path, []string{"br"}, false},
		{"the plain page preferred", b, path, []string{"identity, gzip;q=0.5"}, false},
		{"the plain page refused", b, path, []string{"identity;q=0, gzip;q=0.5"}, true},
		{"everything refused gets the plain page", b, path, []string{"*;q=0"}, false},
		{"anything", b, path, []string{"*"}, true},
		{"in the second line", b, path, []string{"br", "gzip"}, true},
		{"the second page", b, path + "?offset=20", []string{"gzip"}, true},
		{"every box checked", b, path + "?select=others", []string{"gzip"}, true},
		{"parameters that the page does not know", b, path + "?name=sess_", []string{"gzip"}, true},
		{"in another order", b, path + "?sort=signed-in&active=7d&address=shown", []string{"gzip"}, true},
		{"a search that somebody chose", b, path + "?q=sess_", []string{"gzip"}, false},
		{"a browser that somebody chose", b, path + "?browser=sess_", []string{"gzip"}, false},
		{"a location that somebody chose", b, path + "?location=sess_", []string{"gzip"}, false},
		{"a number that somebody chose", b, path + "?offset=19", []string{"gzip"}, false},
		{"a number that is none", b, path + "?offset=sess_", []string{"gzip"}, false},
		{"behind a notice", b, "/search?q=sess_", []string{"gzip"}, false},
		{"without the notice again", b, path, []string{"gzip"}, true},
		{"an impersonator", acting, path, []string{"gzip"}, false},
	}
	for _, tt := range tests { // in order: a notice is shown once
		t.Run(tt.name, func(t *testing.T) {
			got := tt.as.ask(http.MethodGet, tt.target, nil, accepts(tt.accept...))
			if got.Code == http.StatusSeeOther {
				got = tt.as.ask(http.MethodGet, got.Header().Get("Location"), nil, accepts(tt.accept...))
			}
			if zipped := got.Header().Get("Content-Encoding") == "gzip"; zipped != tt.zipped {
				t.Fatalf("status %d, compressed %t, want %t", got.Code, zipped, tt.zipped)
			}
			if tt.zipped && !strings.Contains(strings.Join(got.Header().Values("Vary"), ", "), "Accept-Encoding") {
				t.Errorf("Vary %q", got.Header().Values("Vary"))
			}
			if !tt.zipped {
				if !strings.Contains(got.Body.String(), "</html>") {
					t.Error("the body is no page")
				}
				return
			}
			if size := got.Body.Len(); size > plain.Body.Len()/8 {
				t.Errorf("%d of %d bytes", size, plain.Body.Len())
			}
			if body := unzipped(t, got.Body); tt.target == path && body != plain.Body.String() || !strings.HasSuffix(body, "</html>") {
				t.Error("the page is another one")
			}
			head := tt.as.ask(http.MethodHead, tt.target, nil, accepts(tt.accept...))
			if head.Header().Get("Content-Encoding") != "gzip" {
				t.Errorf("HEAD: Content-Encoding %q", head.Header().Get("Content-Encoding"))
			}
		})
	}
}

func unzipped(t *testing.T, body io.Reader) string {
	t.Helper()
	unzip, err := gzip.NewReader(body)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(unzip)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

// Every link of a page has the base path. A server or a proxy that takes any folder off the path, such as that of a tenant, has whoever
// makes a link to the page choose that text.
func TestAPageIsNotCompressedBelowAFolderThatALinkMayChoose(t *testing.T) {
	t.Parallel()
	const path, chosen = "/sessions/devices", "/sess_chosen"
	says := func(r *http.Request) { r.Header.Set("X-Forwarded-Prefix", chosen) }
	strips := func(r *http.Request) { r.URL.Path = strings.TrimPrefix(r.URL.Path, chosen) }
	for name, row := range map[string]struct {
		configured, target string
		trusted            []string
		change             func(*http.Request)
		zipped, shown      bool
	}{
		"at the root": {target: path, zipped: true},
		"below a folder that the server takes off":    {target: chosen + path, change: strips, shown: true},
		"below one that a trusted proxy takes off":    {target: path, trusted: []string{"198.51.100.9"}, change: says, shown: true},
		"below one that a stranger names":             {target: path, change: says, zipped: true},
		"below the configured one":                    {target: path, configured: "/app", zipped: true},
		"below the configured one, whatever is named": {target: chosen + path, configured: "/app", trusted: []string{"198.51.100.9"}, change: func(r *http.Request) { says(r); strips(r) }, zipped: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, b := busy(t, 2, options{kind: instance.Production, config: func(c *ginclerk.Config) { c.BasePath = row.configured }})
			if err := w.engine.SetTrustedProxies(row.trusted); err != nil {
				t.Fatal(err)
			}
			change := func(r *http.Request) {
				if row.change != nil {
					row.change(r)
				}
			}
			plain := b.ask(http.MethodGet, row.target, nil, change).wantPage(t, http.StatusOK, path, "Your devices")
			if shown := strings.Contains(plain.Body.String(), chosen); shown != row.shown {
				t.Errorf("the page shows the folder: %t, want %t", shown, row.shown)
			}
			got := b.ask(http.MethodGet, row.target, nil, zips, change)
			if zipped := got.Header().Get("Content-Encoding") == "gzip"; got.Code != http.StatusOK || zipped != row.zipped {
				t.Errorf("status %d, compressed %t, want %t", got.Code, zipped, row.zipped)
			}
		})
	}
}

// Pages that are no routes, and answers for programs.
func TestOtherResponsesAreNotCompressed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{kind: instance.Production})
	w.engine.GET("/forbidden", w.clerk.RequireSession(), func(c *gin.Context) { w.site.Unauthorized(c, c.Query("right")) })
	b := w.browser(t, ada)
	for _, row := range []struct{ why, target, accept string }{
		{"an application’s own page has what we cannot know", "/", "text/html"},
		{"a problem repeats the address", "/sessions/sign-outs/" + strings.Repeat("A", 26), "text/html"},
		{"the page for those who may not names the organization", "/forbidden?right=chosen", "text/html"},
		{"programs are answered in JSON, with ids of organizations", "/sessions/devices", "application/json"},
	} {
		got := b.ask(http.MethodGet, row.target, nil, zips, func(r *http.Request) {
			r.Header.Set("Accept", row.accept)
			if row.accept != "text/html" {
				r.Header.Set("Sec-Fetch-Dest", "empty")
			}
		})
		if got.Header().Get("Content-Encoding") != "" || got.Body.Len() < 100 {
			t.Errorf("%s: status %d, Content-Encoding %q, but %s", row.target, got.Code, got.Header().Get("Content-Encoding"), row.why)
		}
	}
}

// Middleware of the application compresses everything. A page is compressed once.
func TestPagesAreNotCompressedTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{kind: instance.Production, before: func(w *world) { w.engine.Use(zipAll) }})
	b := w.browser(t, ada)
	for _, target := range []string{"/sessions/devices", "/sessions"} {
		got := b.ask(http.MethodGet, target, nil, zips)
		if body := unzipped(t, got.Body); !strings.HasSuffix(body, "</html>") || got.Header().Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: status %d, Content-Encoding %q, body %.40q", target, got.Code, got.Header().Get("Content-Encoding"), body)
		}
	}
}

// zipAll compresses every response, as gin-contrib/gzip does.
func zipAll(c *gin.Context) {
	c.Header("Content-Encoding", "gzip")
	writer := &zipped{c.Writer, gzip.NewWriter(c.Writer)}
	c.Writer = writer
	c.Next()
	_ = writer.zip.Close()
}

type zipped struct {
	gin.ResponseWriter
	zip *gzip.Writer
}

func (z *zipped) Write(body []byte) (int, error) { return z.zip.Write(body) }

func (z *zipped) WriteString(text string) (int, error) { return z.zip.Write([]byte(text)) }

// The memory of a page is used again. Requests at the same time get their own pages, compressed or not.
func TestPagesOfRequestsAtTheSameTimeAreApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{kind: instance.Production})
	done := make(chan struct{})
	for _, email := range []string{ada, dana, mia} {
		b := w.browser(t, email)
		go func() {
			defer func() { done <- struct{}{} }()
			for i := range 6 {
				change := accepts("gzip")
				if i%2 == 0 {
					change = accepts()
				}
				got := b.ask(http.MethodGet, "/sessions/devices", nil, change)
				var body io.Reader = got.Body
				if i%2 == 1 {
					unzip, err := gzip.NewReader(body)
					if err != nil {
						t.Error(err)
						return
					}
					body = unzip
				}
				page, err := io.ReadAll(body)
				text := string(page)
				if err != nil || !strings.Contains(text, email) || strings.Count(text, "<html") != 1 || strings.Count(text, "@example.com") != strings.Count(text, email) {
					t.Errorf("%s: %v, %d bytes of another page", email, err, len(page))
				}
			}
		}()
	}
	for range 3 {
		<-done
	}
}
