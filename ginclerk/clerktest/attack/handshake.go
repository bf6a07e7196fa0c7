package attack

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// handshakes brings answers of Clerk into browsers that have not asked for them.
func handshakes(r *run) {
	r.forgedAnswers()
	done := 0
	for _, t := range r.readable() {
		if t.Clerk || done == 3 { // every route answers by the same code
			continue
		}
		who := r.newcomer()
		answer, jar := r.shake(t, who)
		if answer == "" {
			continue
		}
		done++
		r.unsolicited(t, who, answer)
		first := r.send(request{method: http.MethodGet, target: answer, header: r.navigation("Cookie", jar)})
		if !r.gives(who, first) {
			continue // it was not an answer that signs in
		}
		for _, cookies := range []string{after(jar, first), known, r.newcomer().cookie()} {
			r.unwanted(t, who, "used before", "the address with the answer once more", request{target: answer, header: r.navigation("Cookie", cookies)})
		}
	}
}

// unsolicited opens the address with the attacker's answer in other browsers.
func (r *run) unsolicited(t *target, who *person, answer string) {
	bare, err := url.Parse(answer)
	if err != nil {
		return
	}
	query := bare.Query()
	for name := range query {
		if !strings.HasPrefix(name, "__clerk_handshake") {
			query.Del(name)
		}
	}
	for _, cookies := range []string{"", known, r.newcomer().cookie()} {
		h := header("Accept", "text/html", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document")
		if cookies != "" {
			h.Set("Cookie", cookies)
		}
		r.unwanted(t, who, "of another browser", "a link with the answer of another browser's handshake", request{target: answer, header: h})
		r.unwanted(t, who, "of another browser, without its id", "a link with the answer alone", request{target: t.path + "?" + query.Encode(), header: h})
		for name := range query {
			r.unwanted(t, who, "in a cookie", "the answer in a cookie", request{target: t.path, header: with(h, "Cookie", name+"="+query.Get(name))})
		}
	}
}

// unwanted sends an answer of Clerk that must not count.
func (r *run) unwanted(t *target, who *person, variant, sent string, q request) {
	q.method = http.MethodGet
	got := r.send(q)
	if !r.gives(who, got) && !got.tells(who, t.stranger) {
		return
	}
	r.found(finding{
		kind: "handshake", variant: variant, route: t.name(), sent: sent, got: "status and cookies that sign the browser in as the sender of the link",
		why:    "somebody is signed in as the attacker without knowing, and types into the attacker's account",
		remedy: "leave Config.Unsafe.AcceptUnsolicitedHandshakes off, and let Attach answer handshakes",
	})
}

// gives reports whether an answer makes a browser somebody's.
func (r *run) gives(who *person, got answer) bool {
	return slices.ContainsFunc(got.cookies(), func(c *http.Cookie) bool {
		if c.Value == "" || c.MaxAge < 0 {
			return false
		}
		return strings.HasPrefix(c.Name, "__session") && split(c.Value).claims["sub"] == who.session.UserID || c.Name == "__client"
	})
}

// shake goes on a handshake in the browser of somebody who is signed in at Clerk. It returns the address with the answer, and the cookies that
// the browser then has; "" where the route begins no handshake.
func (r *run) shake(t *target, who *person) (answer, jar string) {
	first := r.send(request{method: http.MethodGet, target: t.path, header: r.navigation()})
	to, err := r.origin.Parse(first.header.Get("Location"))
	if err != nil || !strings.HasSuffix(to.Path, "/v1/client/handshake") {
		return "", ""
	}
	if dev := who.browser.DevBrowser(); dev != "" {
		query := to.Query()
		query.Set("__clerk_db_jwt", dev)
		to.RawQuery = query.Encode()
	}
	back := r.atClerk(to, who)
	u, err := url.Parse(back)
	if err != nil || !strings.Contains(u.RawQuery, "__clerk_handshake") {
		return "", ""
	}
	return u.RequestURI(), joined(slices.DeleteFunc(first.cookies(), func(c *http.Cookie) bool { return c.MaxAge < 0 || c.Value == "" }))
}

// atClerk asks the Frontend API, at the application's proxy or at the embedded server, and returns where it leads.
func (r *run) atClerk(to *url.URL, who *person) string {
	if to.Host == r.origin.Host {
		return r.send(request{method: http.MethodGet, target: to.RequestURI(), header: r.navigation("Cookie", who.cookie())}).header.Get("Location")
	}
	api, err := url.Parse(r.server.FrontendURL())
	if err != nil {
		return ""
	}
	to.Scheme, to.Host = api.Scheme, api.Host // the host of the publishable key is served there
	in, err := http.NewRequestWithContext(r.tb.Context(), http.MethodGet, to.String(), nil)
	if err != nil {
		return ""
	}
	in.Header = r.navigation("Cookie", who.cookie())
	transport := &http.Transport{DisableKeepAlives: true}
	out, err := transport.RoundTrip(in)
	if err != nil {
		return ""
	}
	_ = out.Body.Close()
	return out.Header.Get("Location")
}

// forgedAnswers are signed by nobody, or for something else.
func (r *run) forgedAnswers() {
	who := r.newcomer()
	good := who.bearer()
	session := "__session=" + good + "; Path=/"
	answer, err := who.token(tokenOptions())
	if err != nil {
		return
	}
	t := split(answer)
	payload := encoded(map[string]any{"handshake": []string{session, "__session_" + r.suffix + "=" + good + "; Path=/", "__client_uat=1; Path=/"}})
	for _, raw := range []string{t.headed("alg", "none") + "." + payload + ".", t.headed() + "." + payload + "." + t.mark, good} {
		for _, target := range r.readable() {
			if target.Clerk {
				continue
			}
			for _, q := range []request{
				{target: target.path + "?__clerk_handshake=" + url.QueryEscape(raw), header: r.navigation()},
				{target: target.path, header: r.navigation("Cookie", "__clerk_handshake="+raw)},
			} {
				r.unwanted(target, who, "forged", "an answer that Clerk has not signed", q)
			}
		}
	}
}

// after is what a browser has of its cookies after an answer, but for the session that it has got.
func after(jar string, a answer) string {
	left := strings.Split(jar, "; ")
	for _, c := range a.cookies() {
		left = slices.DeleteFunc(left, func(pair string) bool { return strings.HasPrefix(pair, c.Name+"=") })
	}
	return strings.Join(left, "; ")
}
