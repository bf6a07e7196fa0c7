package pages_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/routes"
)

// here makes a request one of a program on this machine.
func here(r *http.Request) { r.RemoteAddr = "127.0.0.1:4711" }

func TestTheMapOfRoutes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.site.MountRoutes(w.engine, "/")
	b := w.browser(t)
	shown := b.ask(http.MethodGet, routes.PagePath, nil, here).wantPage(t, http.StatusOK, routes.PagePath, "Routes")
	if got := len(shown.all(t, "route-row")); got < 20 {
		t.Errorf("%d rows", got)
	}
	if warning := shown.text(t, "route-warning"); !strings.Contains(warning, "No guard covers GET /sign-in:") {
		t.Errorf("warning %q", warning)
	}
	text := b.ask(http.MethodGet, routes.PagePath, nil, here, func(r *http.Request) {
		r.Header = http.Header{"Accept": {"text/plain"}}
	})
	for _, line := range []string{"METHODS", "  /sessions/accounts  ", "- No guard covers GET /sign-in:", "  /__ginclerk/routes  "} {
		if !strings.Contains(text.Body.String(), line) {
			t.Errorf("the text has no %q:\n%s", line, text.Body)
		}
	}
	if kind := text.Header().Get("Content-Type"); kind != "text/plain; charset=utf-8" {
		t.Errorf("type %q", kind)
	}
}

// The map says where an application is open.
func TestTheMapOfRoutesIsForThisMachineAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.site.MountRoutes(w.engine)
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	host := func(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }
	peer := func(address string) func(*http.Request) { return func(r *http.Request) { r.RemoteAddr = address } }
	for _, row := range []struct {
		name   string
		change func(*http.Request)
		status int
	}{
		{"a program here", func(*http.Request) {}, http.StatusOK},
		{"a program here, by IPv6", peer("[::1]:4711"), http.StatusOK},
		{"an IPv4 address in IPv6", peer("[::ffff:127.0.0.1]:4711"), http.StatusOK},
		{"a loopback address as the host", host("127.0.0.1:8080"), http.StatusOK},
		{"an IPv6 address as the host", host("[::1]:8080"), http.StatusOK},
		{"a name below localhost", host("app.LOCALHOST.:8080"), http.StatusOK},
		{"another machine", peer("198.51.100.9:4711"), http.StatusNotFound},
		{"a Unix socket, which a proxy may use", peer("@"), http.StatusNotFound},
		{"a proxy here that tells the client", header("X-Forwarded-For", "198.51.100.9"), http.StatusNotFound},
		{"a proxy here that tells this machine", header("X-Forwarded-For", "127.0.0.1"), http.StatusNotFound},
		{"a proxy here that tells its own name", header("Via", "1.1 proxy"), http.StatusNotFound},
		{"a proxy here that tells in the standard's words", header("Forwarded", "for=198.51.100.9"), http.StatusNotFound},
		{"a proxy here that tells the host", header("X-Forwarded-Server", "app.example"), http.StatusNotFound},
		{"a proxy here that tells its client", header("X-Client-Ip", "198.51.100.9"), http.StatusNotFound},
		{"a content delivery network's tunnel", header("Cf-Connecting-Ip", "198.51.100.9"), http.StatusNotFound},
		{"a proxy here that tells nothing, and speaks HTTP/1.0", func(r *http.Request) { r.Proto, r.ProtoMajor, r.ProtoMinor = "HTTP/1.0", 1, 0 }, http.StatusNotFound},
		{"a script of another site", header("Sec-Fetch-Site", "cross-site"), http.StatusNotFound},
		{"a script of another port here", header("Sec-Fetch-Site", "same-site"), http.StatusNotFound},
		{"a script of another origin", header("Origin", "https://evil.example"), http.StatusNotFound},
		{"a script without an origin", header("Origin", "null"), http.StatusNotFound},
		{"a link of another site", func(r *http.Request) {
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			r.Header.Set("Sec-Fetch-Mode", "navigate")
		}, http.StatusOK},
		{"a frame of another site", func(r *http.Request) {
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			r.Header.Set("Sec-Fetch-Mode", "navigate")
			r.Header.Set("Sec-Fetch-Dest", "iframe")
		}, http.StatusNotFound},
		{"an address that a person types", header("Sec-Fetch-Site", "none"), http.StatusOK},
		{"a name that resolves to this machine", host("evil.example"), http.StatusNotFound},
		{"a name that looks like localhost", host("localhost.evil.example"), http.StatusNotFound},
		{"no host", host(""), http.StatusNotFound},
	} {
		got := w.browser(t).ask(http.MethodGet, routes.PagePath, nil, here, row.change)
		if got.Code != row.status || (got.Code == http.StatusOK) != strings.Contains(got.Body.String(), "/sessions/accounts") {
			t.Errorf("%s: status %d, want %d", row.name, got.Code, row.status)
		}
	}
}

func TestAProductionInstanceHasNoMapOfRoutes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{kind: instance.Production})
	before := len(w.engine.Routes())
	w.site.MountRoutes(w.engine)
	if after := len(w.engine.Routes()); after != before {
		t.Errorf("%d routes more", after-before)
	}
}
