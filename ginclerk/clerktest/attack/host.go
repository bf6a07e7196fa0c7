package attack

import (
	"net/http"
	"strings"
)

// hosts has the application believe that it is somebody else.
func hosts(r *run) {
	for _, t := range r.readable() {
		if t.Clerk {
			continue
		}
		cookies := r.insider(t).cookie()
		for _, row := range []struct{ name, host, header, value string }{
			{"Host", evil, "", ""},
			{"Host with a port", evil + ":8080", "", ""},
			{"Host that begins alike", r.origin.Hostname() + "." + evil, "", ""},
			{"X-Forwarded-Host", "", "X-Forwarded-Host", evil},
			{"X-Forwarded-Host as a list", "", "X-Forwarded-Host", r.origin.Host + ", " + evil},
			{"X-Forwarded-Server", "", "X-Forwarded-Server", evil},
			{"X-Host", "", "X-Host", evil},
			{"X-Original-Host", "", "X-Original-Host", evil},
			{"Forwarded", "", "Forwarded", "host=" + evil + ";proto=https"},
			{"X-Forwarded-Prefix", "", "X-Forwarded-Prefix", "//" + evil},
			{"X-Forwarded-Port", "", "X-Forwarded-Port", "80@" + evil},
			{"X-Forwarded-Proto", "", "X-Forwarded-Proto", "https://" + evil + "/?"},
			{"X-Original-Url", "", "X-Original-Url", "https://" + evil},
			{"Clerk's proxy header", "", "Clerk-Proxy-Url", "https://" + evil},
			{"Origin and Referer", "", "Referer", "https://" + evil + "/"},
		} {
			for _, cookie := range []string{known, cookies, ""} {
				h := r.navigation()
				if cookie != "" {
					h.Set("Cookie", cookie)
				}
				if row.header != "" {
					h.Set(row.header, row.value)
				}
				r.hosted(t, row.name, r.send(request{method: http.MethodGet, target: t.path, header: h, host: row.host}))
			}
		}
	}
}

func (r *run) hosted(t *target, name string, got answer) {
	where := ""
	for header, values := range got.header {
		if strings.Contains(strings.ToLower(strings.Join(values, " ")), evil) {
			where = "the header " + header
		}
	}
	if strings.Contains(got.body, evil) {
		where = "the body"
	}
	if where == "" {
		return
	}
	r.found(finding{
		kind: "host", variant: name, route: t.name(), sent: name + " that names " + evil, got: got.String() + ", which names it in " + where,
		why:    "links, cookies and redirects lead to somebody else; a cache may keep the answer for all",
		remedy: "set Origins, trust no proxy but your own (gin.Engine.SetTrustedProxies), and build addresses from ginclerk.Links",
	})
}
