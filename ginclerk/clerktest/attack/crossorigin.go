package attack

import (
	"net/http"
	"strings"
)

// crossOrigin sends what other sites have a browser send, with the user's cookies.
func crossOrigin(r *run) {
	for _, t := range r.distinct() {
		if !t.safe() {
			r.forms(t)
		}
		if t.Method == http.MethodGet {
			r.upgrade(t)
		}
		r.shared(t)
	}
}

// strangers are origins that are not the application's, but may look alike.
func (r *run) strangers() [][2]string {
	own := r.server.Origins()[0]
	other := strings.Replace(own, "http://", "https://", 1)
	if other == own {
		other = strings.Replace(own, "https://", "http://", 1)
	}
	return [][2]string{
		{"another site", "https://" + evil},
		{"a frame without an origin", "null"},
		{"a site whose name begins alike", own + "." + evil},
		{"a site that names the application as its user", r.origin.Scheme + "://" + r.origin.Host + "@" + evil},
		{"the application's host in another scheme", other},
		{"another port", r.origin.Scheme + "://" + r.origin.Hostname() + ":1"},
		{"a site that ends alike", r.origin.Scheme + "://evil" + r.origin.Host},
		{"a site that names the application in its path", "https://" + evil + "/" + own},
	}
}

// forms sends forms of other sites.
func (r *run) forms(t *target) {
	const form = "application/x-www-form-urlencoded"
	rows := []struct {
		name string
		h    http.Header
	}{
		{"without Origin and Sec-Fetch-Site", header("Content-Type", form, "Accept", "text/html")},
		{"of a sibling host", header("Content-Type", form, "Accept", "text/html", "Origin", "https://sibling."+evil, "Sec-Fetch-Site", "same-site")},
		{"of another site, by Sec-Fetch-Site alone", header("Content-Type", form, "Accept", "text/html", "Sec-Fetch-Site", "cross-site")},
		{"with two origins", header("Content-Type", form, "Origin", "https://"+evil, "Origin", r.server.Origins()[0])},
		{"with text as its type", header("Content-Type", "text/plain", "Origin", "https://"+evil, "Sec-Fetch-Site", "cross-site", "Accept", "application/json")},
		{"with several parts", header("Content-Type", "multipart/form-data; boundary=x", "Origin", "https://"+evil, "Sec-Fetch-Site", "cross-site")},
		{"with a Referer of the application", header("Content-Type", form, "Origin", "https://"+evil, "Referer", r.server.Origins()[0]+"/")},
		{"that says it is a script's", header("Content-Type", form, "Origin", "https://"+evil, "X-Requested-With", "XMLHttpRequest", "Hx-Request", "true")},
	}
	for _, s := range r.strangers() {
		rows = append(rows, struct {
			name string
			h    http.Header
		}{"of " + s[0], header("Content-Type", form, "Accept", "text/html", "Origin", s[1])})
	}
	who := r.insider(t)
	cookies := who.cookie()
	for _, row := range rows {
		got := r.send(request{method: t.Method, target: t.path, header: with(row.h, "Cookie", cookies), body: strings.NewReader("a=b"), hasty: true})
		if got.panicked == nil && (got.turnedAway() || t.Open) && !got.tells(who, t.stranger) {
			continue
		}
		r.found(finding{
			kind: "cross-origin", variant: row.name, route: t.name(), sent: "a form " + row.name + ", with a user's cookies", got: got.String(),
			why:    "another site that a user visits acts in their name",
			remedy: "put a guard of ginclerk or RefuseCrossOrigin in front of the handler",
		})
	}
}

// upgrade asks for a WebSocket from another site.
func (r *run) upgrade(t *target) {
	who := r.insider(t)
	for _, s := range r.strangers() {
		got := r.send(request{method: t.Method, target: t.path, header: header(
			"Connection", "Upgrade", "Upgrade", "websocket", "Sec-Websocket-Version", "13", "Sec-Websocket-Key", "MDEyMzQ1Njc4OWFiY2RlZg==",
			"Origin", s[1], "Cookie", who.cookie())})
		if got.hijacked && !t.Open || got.status == http.StatusSwitchingProtocols && !t.Open {
			r.found(finding{
				kind: "cross-origin", variant: "a WebSocket of " + s[0], route: t.name(), sent: "an upgrade from " + s[0] + ", with a user's cookies", got: got.String(),
				why: "scripts of other sites may open WebSockets with a user's cookies, and read them", remedy: "let a guard of ginclerk, or the library, compare the Origin",
			})
		}
	}
}

// shared asks as a script of another site, and whether it may read the answer.
func (r *run) shared(t *target) {
	cookies := r.insider(t).cookie()
	for _, s := range r.strangers() {
		preflight := r.send(request{method: http.MethodOptions, target: t.path, header: header(
			"Origin", s[1], "Access-Control-Request-Method", t.Method, "Access-Control-Request-Headers", "authorization,content-type")})
		list := []answer{preflight}
		if t.Method == http.MethodGet && !t.insider.endless {
			list = append(list, r.send(request{method: t.Method, target: t.path, header: header(
				"Origin", s[1], "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty", "Accept", "*/*", "Cookie", cookies)}))
		}
		for _, got := range list {
			allowed := got.header.Get("Access-Control-Allow-Origin")
			if (allowed == s[1] || allowed == "*") && strings.EqualFold(got.header.Get("Access-Control-Allow-Credentials"), "true") && allowed != "" {
				r.found(finding{
					kind: "cross-origin", variant: "CORS for " + s[0], route: t.name(), sent: "a request of a script of " + s[0],
					got: got.String() + ", Access-Control-Allow-Origin: " + allowed + " with credentials",
					why: "scripts of that site read what the user may read", remedy: "list the origins that may, in full; never answer with the Origin that came",
				})
			}
		}
	}
}
