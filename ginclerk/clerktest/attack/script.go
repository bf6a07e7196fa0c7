package attack

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// markup is what must never be in a page as it is.
const markup = `"'><svg/onload=attack()>`

// scripts signs in with a name that is markup, and asks with queries and paths that are.
func scripts(r *run) {
	hostile := r.newcomer(func(u *clerktest.User) {
		u.FirstName, u.LastName = markup, "</script>"+markup
		u.PublicMetadata = map[string]any{"name": markup}
		u.Devices = []clerktest.Device{{Type: markup, Browser: markup, BrowserVersion: markup, City: markup, Country: "XX", IPAddress: "192.0.2.1"}}
	})
	query := url.Values{"q": {markup}, "error": {markup}, "message": {markup}, "lang": {markup}, "locale": {markup}, "name": {markup}, "notice": {markup}}
	for _, name := range parameters() {
		query.Set(name, "/"+markup)
	}
	for _, t := range r.readable() {
		if t.Clerk {
			continue
		}
		for _, q := range []request{
			{target: t.path, header: r.navigation("Cookie", hostile.cookie())},
			{target: t.path + "?" + query.Encode(), header: r.navigation("Cookie", hostile.cookie())},
			{target: t.path + "?" + query.Encode(), header: r.navigation("Cookie", known)},
			{target: t.target(url.PathEscape(markup)), header: r.navigation("Cookie", hostile.cookie())},
			{target: t.path, header: r.navigation("Cookie", hostile.cookie(), "Referer", "https://"+evil+"/"+markup, "Accept-Language", markup, "User-Agent", markup)},
			{target: t.path + "?" + query.Encode() + "&x=%0d%0aX-Attack:%201", header: r.navigation("Cookie", known)},
		} {
			q.method = http.MethodGet
			r.scripted(t, r.send(q))
		}
	}
}

func (r *run) scripted(t *target, got answer) {
	what := ""
	if got.html() && (strings.Contains(got.body, "<svg/onload=attack") || strings.Contains(got.body, "</script>"+`"`)) {
		what = "a page with that markup in it"
	}
	for name, values := range got.header {
		if strings.ContainsAny(strings.Join(values, ""), "\r\n") {
			what = "line breaks in the header " + name
		}
	}
	if what == "" {
		return
	}
	r.found(finding{
		kind: "script", route: t.name(), sent: "markup as the user's name, in the query, in the path and in headers", got: got.String() + ", " + what,
		why: "somebody else's script runs in the application's pages, as whoever looks at them", remedy: "write pages with templ or html/template, and no text of users past them",
	})
}
