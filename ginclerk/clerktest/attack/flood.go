package attack

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

const (
	// outsiders is how many made-up credentials one route gets, and mostForOutsiders how many calls to Clerk these may cause.
	outsiders, mostForOutsiders = 60, 30
	// reloads is how often one user asks for one route, and mostForUser how many calls to Clerk these may cause: what Clerk lets a whole
	// development instance make in ten seconds.
	reloads, mostForUser = 120, clerktest.DevelopmentRateLimit
)

// floods sends what has the application call Clerk, and counts the calls.
func floods(r *run) {
	good := split(r.victim.bearer())
	expired, err := r.victim.token(clerktest.TokenOptions{Lifetime: -tokenLife})
	if err != nil {
		r.tb.Errorf("attack: %v", err)
		return
	}
	suffix := r.suffix
	uat := known + "; __client_uat=1; __client_uat_" + suffix + "=1; "
	for _, t := range r.distinct() {
		if t.Clerk || t.Method == http.MethodHead {
			continue
		}
		for _, row := range []struct {
			name string
			make func(i int) request
		}{
			{"key ids", func(i int) request {
				return request{target: t.path, header: program("Authorization", "Bearer "+good.headed("kid", fmt.Sprintf("ins_%d", i))+"."+good.payload+"."+good.mark)}
			}},
			{"answers of handshakes", func(i int) request {
				return request{target: fmt.Sprintf("%s?__clerk_handshake_nonce=nonce%d", t.path, i), header: r.navigation("Cookie", known)}
			}},
			{"machine tokens", func(i int) request {
				return request{target: t.path, header: program("Authorization", fmt.Sprintf("Bearer ak_%032d", i))}
			}},
			{"refresh tokens", func(i int) request {
				return request{target: t.path, header: r.ownForm("Cookie", fmt.Sprintf("%s__session=%s; __session_%s=%s; __refresh_%s=rt_%d", uat, expired, suffix, expired, suffix, i))}
			}},
		} {
			r.flooded(t, row.name, outsiders, mostForOutsiders, "anybody", row.make)
		}
		r.reloads(t)
	}
}

// flooded sends requests while they cause calls.
func (r *run) flooded(t *target, name string, times, most int, who string, request func(int) request) {
	before, limited, late := r.calls(), 0, 0
	for i := range times {
		q := request(i + r.sent) // others than on the route before
		q.method, q.hasty = t.Method, true
		got := r.send(q)
		if got.status == http.StatusTooManyRequests {
			limited++
		}
		if got.endless {
			late++
		}
		if limited == 3 || late == 3 || i == 7 && r.calls() == before {
			break // a limit ends it, the route itself is slow, or it causes no calls
		}
	}
	if caused := r.calls() - before; caused > most {
		r.found(finding{
			kind: "flood", variant: name, route: t.name(), sent: fmt.Sprintf("%d requests with %s", times, name), got: fmt.Sprintf("%d calls to Clerk", caused),
			why:    "Clerk limits the calls of the whole application, and " + who + " can use them up: then nobody signs in",
			remedy: "limit the rate of the route (ginclerk.Clerk.RateLimit), or remember what Clerk says",
		})
	}
}

// reloads is one user who asks again and again.
func (r *run) reloads(t *target) {
	if t.insider.endless {
		return
	}
	who, other := r.insider(t), r.victim.session.ID
	if !t.safe() && t.Asks {
		return
	}
	cookies := who.cookie()
	r.flooded(t, "one user's cookies", reloads, mostForUser, "one user", func(int) request {
		if t.safe() {
			return request{target: t.path, header: r.navigation("Cookie", cookies)}
		}
		return request{target: t.path, header: r.ownForm("Cookie", cookies), body: strings.NewReader("session_id=" + other)}
	})
}

func (r *run) calls() int {
	sum := 0
	for operation, n := range r.server.Calls() {
		if !ofBrowsers(operation) {
			sum += n
		}
	}
	return sum
}

// ofBrowsers reports whether an operation is one of the Frontend API, whose limits are for each browser.
func ofBrowsers(operation string) bool {
	_, path, _ := strings.Cut(operation, " ")
	for _, prefix := range []string{"/v1/client/", "/v1/me", "/v1/environment", "/v1/dev_browser"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return path == "/v1/client" || !strings.HasPrefix(path, "/v1/")
}
