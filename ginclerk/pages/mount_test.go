package pages_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/templates"
)

func TestHeadersOfPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		for _, path := range []string{"/sessions", "/sessions/accounts", "/sessions/devices"} {
			p := b.ask(method, path, nil)
			if p.Code != http.StatusOK {
				t.Errorf("%s %s: status %d", method, path, p.Code)
			}
			for name, want := range map[string]string{
				"Content-Type": "text/html; charset=utf-8", "Referrer-Policy": "same-origin", "X-Content-Type-Options": "nosniff",
				"Cache-Control": "private, no-store",
			} {
				if got := p.Header().Get(name); got != want {
					t.Errorf("%s %s: %s is %q, want %q", method, path, name, got, want)
				}
			}
			checkPolicy(t, p.Header().Get("Content-Security-Policy"))
		}
	}
}

func checkPolicy(t *testing.T, policy string) {
	t.Helper()
	directives := map[string]string{}
	for directive := range strings.SplitSeq(policy, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), " ")
		directives[name] = value
	}
	for name, want := range map[string]string{
		"default-src": "'none'", "style-src": "'self'", "script-src": "'self'", "img-src": "'self'", "base-uri": "'none'", "frame-ancestors": "'none'",
	} {
		if directives[name] != want {
			t.Errorf("%s is %q, want %q", name, directives[name], want)
		}
	}
	if !strings.HasPrefix(directives["form-action"], "'self' https://") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
		t.Errorf("policy %q", policy)
	}
}

// Every link, form and asset is below the prefix.
func TestPagesBelowAPrefix(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, base, assets string
		options            options
	}{
		{"the root", "/sessions", "/sessions/static/", options{}},
		{"a group", "/account/sessions", "/account/sessions/static/", options{group: "/account"}},
		{"a group with a slash", "/account/sessions", "/account/sessions/static/", options{group: "/account/"}},
		{"a path of its own", "/me", "/me/static/", options{pages: pages.Options{Path: "me/"}}},
		{"assets elsewhere", "/app/me", "/app/assets/", options{group: "/app", pages: pages.Options{Path: "/me", AssetsPath: "/assets"}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, row.options)
			b := w.browser(t, mia, ada)
			if w.site.SessionURL() != row.base || w.site.AccountsURL() != row.base+"/accounts" || w.site.DevicesURL() != row.base+"/devices" {
				t.Errorf("site at %s", w.site.SessionURL())
			}
			for _, path := range []string{"", "/accounts", "/devices"} {
				p := b.open(t, row.base+path).wantPage(t, http.StatusOK, row.base+path, "")
				for node := range p.dom(t).Descendants() {
					for _, name := range []string{"href", "action", "src"} {
						target := attribute(node, name)
						switch {
						case target == "" || target == "/" || target == "#content" || strings.HasPrefix(target, ownOrigin+"/sign-in"):
						case attribute(node, "rel") == "expect": // the end of this page
						case isAsset(node.Data) && !strings.HasPrefix(target, row.assets):
							t.Errorf("asset at %s", target)
						case node.Data == "script":
						case isAsset(node.Data):
							checkAsset(t, w, target)
						case !strings.HasPrefix(target, row.base):
							t.Errorf("<%s %s> leads to %s", node.Data, name, target)
						}
					}
				}
			}
			target := w.server.Sessions(w.userID(t, mia))[0].ID
			b.send(t, "/accounts/sign-out", target).wantPage(t, http.StatusOK, row.base+"/accounts", "").
				wantNotice(t, "Done. Signed out of "+mia+" on this browser. Takes effect now.")
		})
	}
}

func isAsset(element string) bool { return element == "link" || element == "script" }

// checkAsset checks that static files need no authentication.
func checkAsset(t *testing.T, w *world, target string) {
	t.Helper()
	p := w.browser(t).ask(http.MethodGet, target, nil)
	if p.Code != http.StatusOK || p.Body.Len() == 0 || p.Header().Get("Vary") == "Cookie, Authorization" || len(p.Header()["Set-Cookie"]) > 0 {
		t.Errorf("asset %s: status %d, header %v", target, p.Code, p.Header())
	}
}

func TestUnknownAssetsAreNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	for _, target := range []string{"/sessions/static/", "/sessions/static/nothing.css", "/sessions/static/..%2f..%2fstatic.go"} {
		if p := w.browser(t, ada).ask(http.MethodGet, target, nil); p.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", target, p.Code)
		}
	}
}

func TestThePagesShowTheOptions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{pages: pages.Options{
		AppName: "Acme <i>", HomeURL: "/start", AddAccountURL: "/join?plan=x", Banner: "A test", Nav: []templates.NavLink{{Label: "Docs", URL: "/docs", TestID: "nav-docs"}},
	}})
	p := w.browser(t, ada).open(t, "/sessions/accounts")
	for testID, want := range map[string]string{"brand": "Acme <i>", "embedded-banner": "A test", "nav-docs": "Docs"} {
		if got := p.text(t, testID); got != want {
			t.Errorf("%s is %q, want %q", testID, got, want)
		}
	}
	if got := attribute(p.all(t, "add-account")[0], "href"); got != "/join?plan=x&redirect_url=http%3A%2F%2Flocalhost%3A8080%2Fsessions%2Faccounts" {
		t.Errorf("add an account at %s", got)
	}
	if got := attribute(p.all(t, "brand")[0], "href"); got != "/start" {
		t.Errorf("home is %s", got)
	}
}

func TestProblemsAreShownAsPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{before: func(w *world) {
		w.engine.GET("/admin", w.clerk.Require(ginclerk.Role("org:admin")), func(c *gin.Context) { c.Status(http.StatusOK) })
		w.engine.GET("/aged", func(c *gin.Context) {
			w.clerk.Answer(c, ginclerk.Problem{
				Status: http.StatusConflict, Error: "Busy <b>", Detail: "<script>", Remedy: "Wait.", Reason: "x-y",
				Action: "/elsewhere", ActionLabel: "Go elsewhere",
			})
		})
	}})
	b := w.browser(t, "bob@example.com")
	forbidden := b.open(t, "/admin").wantPage(t, http.StatusForbidden, "/admin", "Your account doesn’t have access to this page")
	if forbidden.text(t, "account-email") != "bob@example.com" || attribute(forbidden.all(t, "switch")[0], "href") != "/sessions/accounts" {
		t.Errorf("body %s", forbidden.Body)
	}
	checkPolicy(t, forbidden.Header().Get("Content-Security-Policy"))
	p := b.open(t, "/aged").wantPage(t, http.StatusConflict, "/aged", "Busy <b>")
	for testID, want := range map[string]string{"what": "<script>", "todo": "Wait.", "primary": "Go elsewhere"} {
		if got := p.text(t, testID); got != want {
			t.Errorf("%s is %q, want %q", testID, got, want)
		}
	}
	if strings.Contains(p.Body.String(), "<script>") {
		t.Error("text is not escaped")
	}
	if p.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("Cache-Control %q", p.Header().Get("Cache-Control"))
	}
}

// No spelling of an address makes the link of a problem page lead to another host.
func TestTheRetryLinkStaysOnThisHost(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{before: func(w *world) {
		w.engine.RemoveExtraSlash = true
		w.engine.GET("/:page/busy", func(c *gin.Context) { w.clerk.Answer(c, ginclerk.Unavailable(nil)) })
	}})
	b := w.browser(t, ada)
	for target, want := range map[string]string{
		"/x/busy?a=1":         "/x/busy?a=1",
		"//evil.example/busy": "/",
	} {
		p := b.ask(http.MethodGet, target, nil)
		if got := attribute(p.all(t, "primary")[0], "href"); p.Code != http.StatusServiceUnavailable || got != want {
			t.Errorf("%s: status %d, try again at %q, want %q", target, p.Code, got, want)
		}
	}
}

func TestMountAndAttachWorkInAnyOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	engine := gin.New()
	if _, err := pages.Mount(engine, w.clerk, pages.Options{}); err != nil {
		t.Fatal(err)
	}
	w.clerk.MountProxy(engine)
	engine.Use(w.clerk.Attach())
	w.engine = engine
	b := w.browser(t, ada)
	b.open(t, "/sessions").wantPage(t, http.StatusOK, "/sessions", "Your session")
	fresh := &browser{world: w, agent: b.agent, cookies: map[string]string{"__clerk_db_jwt": b.cookies["__clerk_db_jwt"], "__client_uat": b.cookies["__client_uat"]}}
	fresh.open(t, "/sessions").wantPage(t, http.StatusOK, "/sessions", "Your session")
}

// HEAD shows nothing, so it does not remove the notice.
func TestANoticeIsShownOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	b.ask(http.MethodPost, "/sessions/devices/revoke", map[string][]string{"session_id": {w.elsewhere(t, ada)}})
	b.ask(http.MethodHead, "/sessions/devices", nil)
	b.open(t, "/sessions/devices").wantNotice(t, "Done. Signed out: Unknown device. Takes effect now.")
	b.open(t, "/sessions/devices").wantNotice(t, "")
}
