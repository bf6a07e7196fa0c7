package attack

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode"
)

// spellings sends paths as routers and guards may read them differently, to whoever serves them, and methods likewise.
func spellings(r *run) {
	readings := append([]Reading{{}}, r.options.Readings...)
	bodies := map[string]string{}                           // of what only signed-in users get
	closed, seen := map[string]*target{}, map[string]bool{} // seen are spellings with the route that serves them
	for _, t := range r.closed() {
		closed[t.name()] = t
		if t.insider.status == http.StatusOK && len(t.insider.body) > 0 {
			bodies[t.insider.body] = t.name()
		}
	}
	for _, reading := range readings {
		func() {
			if reading.Set != nil {
				defer reading.Set()()
			}
			for _, t := range r.closed() {
				for _, q := range t.spelled(r) {
					r.spelled(t, q, reading, closed, bodies, seen)
				}
			}
		}()
	}
}

// spelled sends one spelling. Where the router can tell, the route that serves it decides whether it has to turn away.
func (r *run) spelled(t *target, q request, reading Reading, closed map[string]*target, bodies map[string]string, seen map[string]bool) {
	name := t.name()
	if reading.Match != nil {
		u, err := url.ParseRequestURI(q.target)
		if err != nil {
			return
		}
		served := reading.Match(&http.Request{Method: q.method, URL: u, RequestURI: q.target, Host: r.origin.Host, Header: http.Header{}})
		if closed[served] == nil || seen[q.method+q.target+served] {
			return
		}
		seen[q.method+q.target+served], name = true, served
	}
	got := r.send(q)
	if got.unsent || got.turnedAway() || got.rejected() && malformed(q.target) {
		return
	}
	if reading.Match == nil && (bodies[got.body] == "" || got.status != http.StatusOK) {
		return
	}
	how := ""
	if reading.Name != "" {
		how = ", with " + reading.Name
	}
	r.found(finding{
		kind: "spelling", route: name, sent: fmt.Sprintf("%s %s without a session%s", q.method, shortened(q.target), how), got: got.String(),
		why:    "a guard that reads the path in another way than the router lets anybody in",
		remedy: "put guards on routes and groups, or use Protect, which reads a path in every way in which Gin may",
	})
}

// malformed reports whether a path has characters that no reader sees or escapes that can't be read, so that ginclerk refuses it as it stands, whoever
// sends it.
func malformed(target string) bool {
	path, err := url.PathUnescape(target)
	if err == nil {
		_, err = url.PathUnescape(path) // a router may unescape twice
	}
	return err != nil || strings.ContainsFunc(path, func(r rune) bool { return !unicode.IsGraphic(r) || r == unicode.ReplacementChar })
}

// spelled are the ways in which the route's path and method can be written.
func (t *target) spelled(r *run) []request {
	path, last := t.path, t.path[strings.LastIndex(t.path, "/")+1:]
	escaped := func(s string) string {
		if s == "" {
			return s
		}
		return fmt.Sprintf("%%%02x", s[0]) + s[1:]
	}
	cut := strings.TrimSuffix(path, last)
	paths := []string{
		path + "/", path + "//", path + "/.", path + "/./", path + "%2f", path + "%20", path + "%00", path + "%0a", path + ";x", path + ";/x", path + "?x",
		path + "%3f", path + "%23", path + ".", path + "%5c", path + "/%2e%2e" + path, path + "..;/", path + "%252f", path + ".html", path + "%E2%80%A8",
		"/" + path, "//" + path, "/." + path, "/x/.." + path, "/x/%2e%2e" + path, "/x%2f.." + path, "/x/..%2f" + strings.TrimPrefix(path, "/"),
		"/%2e" + path, "/..;" + path, "/x\\..\\" + strings.TrimPrefix(path, "/"), strings.ReplaceAll(path, "/", "//"), strings.ReplaceAll(path, "/", "/./"),
		"/" + strings.ReplaceAll(strings.TrimPrefix(path, "/"), "/", "%2f"), "/" + strings.ReplaceAll(strings.TrimPrefix(path, "/"), "/", "%5c"),
		strings.ToUpper(path), strings.ToTitle(path), cut + escaped(last), cut + strings.ToUpper(last), cut + strings.ReplaceAll(escaped(last), "%", "%25"),
		cut + last + "%25", cut + "./" + last, cut + "x/../" + last, cut + "%2e/" + last, "/static/.." + path, "/public/.." + path, "/sign-in/.." + path,
		"/static/..%2f" + strings.TrimPrefix(path, "/"), "/public%2f.." + path, "/api/public/.." + path, "/assets/%2e%2e" + path, "/healthz/.." + path,
		"/__clerk/.." + path, "/__clerk/..%2f" + strings.TrimPrefix(path, "/"), t.target("%2e%2e"), t.target("a%2fb"), t.target("a%25"), t.target("a%3fb"),
		t.target("%0a"), t.target("a%23"), t.target("%00"), t.target("%ff"),
	}
	list := make([]request, 0, len(paths)+10)
	for _, p := range paths {
		list = append(list, request{method: t.Method, target: p, header: r.navigation("Cookie", known)})
	}
	for _, method := range []string{
		"HEAD", "OPTIONS", "TRACE", "CONNECT", "PUT", "PATCH", "DELETE", "POST", "GET", "PROPFIND", strings.ToLower(t.Method), t.Method + "X", "X",
	} {
		list = append(list, request{method: method, target: path, header: program("Cookie", known)})
	}
	return list
}
