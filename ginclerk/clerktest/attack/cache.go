package attack

import (
	"net/http"
	"strings"
)

// caches looks for answers to one user that a shared cache keeps for others (RFC 9111).
func caches(r *run) {
	for _, t := range r.readable() {
		if t.Clerk {
			continue
		}
		who := r.insider(t)
		for _, suffix := range []string{"", "?utm=1", "/style.css", ";.css", "%2fstyle.css", "/..%2fstyle.css", "%00.css", "?x=.css", ".css"} {
			for _, h := range []http.Header{r.navigation("Cookie", who.cookie()), program("Authorization", "Bearer "+who.bearer())} {
				r.cached(t, who, suffix, r.send(request{method: http.MethodGet, target: t.path + suffix, header: h}))
			}
		}
	}
}

func (r *run) cached(t *target, who *person, suffix string, got answer) {
	if got.unsent || got.status == http.StatusTooManyRequests {
		return
	}
	what := ""
	switch {
	case got.tells(who, t.stranger) && !got.private() && (got.keeps() || !got.varies()):
		what = "the answer names the user"
	case setsSession(got) && !got.private():
		what = "the answer sets a session cookie"
	case !t.Open && got.status < 300 && got.keeps():
		what = "the answer is for signed-in users"
	default:
		return
	}
	at := "the address"
	if suffix != "" {
		at = "the address with " + shortened(suffix)
	}
	r.found(finding{
		kind: "cache", route: t.name(), sent: at + ", as a signed-in user", got: got.String() + ", Cache-Control: " + shortened(got.header.Get("Cache-Control")),
		why: what + ", and a shared cache may give it to others", remedy: "leave Cache-Control to ginclerk's guards and Attach, or set private, no-store",
	})
}

// varies reports whether a cache gives the answer to those alone who have the same credentials.
func (a answer) varies() bool {
	vary := strings.ToLower(strings.Join(a.header.Values("Vary"), ","))
	return strings.Contains(vary, "*") || strings.Contains(vary, "cookie") && strings.Contains(vary, "authorization")
}

// setsSession reports whether an answer gives a browser a session.
func setsSession(a answer) bool {
	for _, c := range a.cookies() {
		if c.Value != "" && c.MaxAge >= 0 && (strings.HasPrefix(c.Name, "__session") || strings.HasPrefix(c.Name, "__refresh") || c.Name == "__client") {
			return true
		}
	}
	return false
}
