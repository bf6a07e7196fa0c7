package attack

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
)

// otherPlaces sends a good token of the victim where none counts.
func otherPlaces(r *run) {
	token := r.victim.bearer()
	suffix := r.suffix
	basic := base64.StdEncoding.EncodeToString([]byte("user:" + token))
	query := url.Values{}
	for _, name := range []string{"__session", "__clerk_session", "token", "access_token", "id_token", "jwt", "session_token", "authorization", "__session_" + suffix} {
		query.Set(name, token)
	}
	for _, t := range r.distinct() {
		if t.Clerk {
			continue
		}
		for _, row := range []struct {
			name string
			q    request
		}{
			{"in the query", request{target: t.path + "?" + query.Encode(), header: program()}},
			{"in the query of a page", request{target: t.path + "?" + query.Encode(), header: r.navigation("Cookie", known)}},
			{"in a form", request{target: t.path, header: r.ownForm("Cookie", known), body: strings.NewReader(query.Encode())}},
			{"in headers of other names", request{target: t.path, header: program(
				"X-Clerk-Auth-Token", token, "X-Session-Token", token, "X-Auth-Token", token, "X-Access-Token", token, "Token", token,
				"Proxy-Authorization", "Bearer "+token, "X-Authorization", "Bearer "+token, "X-Original-Authorization", "Bearer "+token)}},
			{"in cookies of other names", request{target: t.path, header: r.navigation("Cookie", known+"; __client_uat=1; session="+token+"; token="+token+
				"; __Session="+token+"; __SESSION="+token+"; __session_="+token+"; __session_AAAAAAAA="+token+"; $__session="+token+"; __Host-__session="+token)}},
			{"as a password", request{target: t.path, header: program("Authorization", "Basic "+basic)}},
			{"behind another scheme", request{target: t.path, header: program("Authorization", "Token "+token)}},
			{"in two headers", request{target: t.path, header: program("Authorization", "Bearer "+token, "Authorization", "Bearer "+token)}},
			{"in a list", request{target: t.path, header: program("Authorization", "Bearer x, Bearer "+token)}},
			{"behind a forged one", request{target: t.path, header: program("Authorization", "Bearer garbage", "Authorization", "Bearer "+token)}},
		} {
			row.q.method = t.Method
			r.carried(t, "token in another place", row.name, "a good token "+row.name, r.send(row.q),
				"tokens in addresses end up in logs and histories, and what two programs read differently lets requests pass one of them",
				"take tokens from the Authorization header and Clerk's cookies alone, as ginclerk does")
		}
	}
}

// carried records a finding where a request counts for the victim.
func (r *run) carried(t *target, kind, variant, sent string, got answer, why, remedy string) {
	bad := got.panicked != nil || got.tells(r.victim, t.stranger) || !t.Open && !got.turnedAway()
	if bad && !got.unsent {
		r.found(finding{kind: kind, variant: variant, route: t.name(), sent: sent, got: got.String(), why: why, remedy: remedy})
	}
}

// claimedIdentities sends headers that servers and proxies use among themselves.
func claimedIdentities(r *run) {
	user, session := r.victim.session.UserID, r.victim.session.ID
	sets := map[string][]string{
		"in Clerk's own headers": {
			"X-Clerk-Auth-Status", "signed-in", "X-Clerk-Auth-Reason", "", "X-Clerk-Auth-Message", "", "X-Clerk-Auth-Token", "x", "X-Clerk-Clerk-Url", "x",
			"X-Clerk-Request-Data", "x", "Clerk-User-Id", user, "Clerk-Session-Id", session, "X-Clerk-Session-Id", session, "X-Clerk-User-Id", user,
		},
		"in headers of proxies": {
			"X-User-Id", user, "X-User", user, "X-Remote-User", user, "Remote-User", user, "X-Forwarded-User", user, "X-Auth-Request-User", user,
			"X-Forwarded-Email", r.victim.email, "X-Authenticated-Userid", user, "X-Role", "org:admin", "X-Admin", "true", "X-Ssl-Client-Verify", "SUCCESS",
		},
		"in headers that skip middleware": {
			"X-Middleware-Subrequest", "middleware:middleware:middleware:middleware:middleware", "X-Nextjs-Data", "1", "X-Invoke-Path", "/",
			"X-Original-Url", "/", "X-Rewrite-Url", "/", "X-Original-Uri", "/", "X-Forwarded-Uri", "/", "X-Http-Method-Override", "OPTIONS",
			"X-Http-Method", "HEAD", "X-Method-Override", "OPTIONS",
		},
		"as a request of this machine": {
			"X-Forwarded-For", "127.0.0.1", "X-Real-Ip", "127.0.0.1", "X-Client-Ip", "127.0.0.1", "True-Client-Ip", "127.0.0.1", "Cf-Connecting-Ip", "127.0.0.1",
			"X-Originating-Ip", "127.0.0.1", "Forwarded", "for=127.0.0.1;host=localhost", "X-Forwarded-Host", "localhost", "X-Internal", "1",
		},
	}
	for _, t := range r.distinct() {
		for _, name := range sortedNames(sets) {
			for _, h := range []http.Header{program(sets[name]...), r.navigation(append(sets[name], "Cookie", known)...)} {
				r.carried(t, "claimed identity", name, "no credential, and who it is "+name, r.send(request{method: t.Method, target: t.path, header: h}),
					"everybody can send such headers", "believe no header about who a request is, but from a proxy that you trust and that takes them off what others send")
			}
		}
	}
}

// cookies sends a forged session beside a good one. The good one is the attacker's.
func cookies(r *run) {
	f, err := r.victim.token(tokenOptions())
	if err != nil {
		r.tb.Errorf("attack: %v", err)
		return
	}
	t := split(f)
	forged := t.headed("alg", "none") + "." + t.payload + "."
	spoiled := t.headed() + "." + t.payload + "." + t.mark[:len(t.mark)-8] + "AAAAAAAA"
	suffix := r.suffix
	for _, t := range r.distinct() {
		if t.Asks || t.Clerk || t.insider.endless {
			continue
		}
		own := r.newcomer()
		good := own.bearer()
		base := known + "; __client_uat=1; __client_uat_" + suffix + "=1; "
		for _, bad := range []string{forged, spoiled} {
			for _, row := range [][2]string{
				{"in front of a good one", "__session=" + bad + "; __session=" + good},
				{"behind a good one", "__session=" + good + "; __session=" + bad},
				{"under the suffixed name", "__session=" + good + "; __session_" + suffix + "=" + bad},
				{"under the plain name", "__session_" + suffix + "=" + good + "; __session=" + bad},
				{"in quotes", `__session="` + bad + `"; __session=` + good},
				{"among many", strings.Repeat("__session="+bad+"; ", 20) + "__session=" + good},
			} {
				got := r.send(request{method: t.Method, target: t.path, header: r.navigation("Cookie", base+row[1])})
				if got.tells(r.victim, t.stranger) || got.panicked != nil {
					r.found(finding{
						kind: "cookie", variant: row[0], route: t.name(), sent: "a forged session of another user " + row[0], got: got.String(),
						why:    "one program reads the first cookie of a name and another the last, so a good one lets a forged one pass",
						remedy: "read Clerk's cookies through ginclerk alone",
					})
				}
			}
		}
	}
}
