package attack

import "net/http"

// guards asks every route as a stranger, and those that need a role as a newcomer. It also records how routes answer without an attack.
func guards(r *run) {
	for _, t := range r.routes {
		page := r.send(request{method: t.Method, target: t.path, header: r.navigation("Cookie", known)})
		api := r.send(request{method: t.Method, target: t.path, header: program("Cookie", known)})
		t.stranger = page
		for i, got := range []answer{page, api} {
			if !t.Open && !got.turnedAway() {
				t.broken = true
				r.found(finding{
					kind: "guard", route: t.name(), sent: "a request without a session, " + []string{"as a page", "as an API"}[i], got: got.String(),
					why:    "anybody comes to the handler",
					remedy: "put a guard such as RequireSession in front of the handlers, or list the route as public",
				})
			}
		}
		if t.broken {
			continue
		}
		if t.Asks {
			r.asks(t)
		}
		if t.Method == http.MethodGet {
			t.insider = r.send(request{method: t.Method, target: t.path, header: r.navigation("Cookie", r.insider(t).cookie())})
		}
	}
}

// asks asks a route that needs more than a session as somebody who has nothing else.
func (r *run) asks(t *target) {
	got := r.send(request{method: t.Method, target: t.path, header: r.ownForm("Cookie", r.newcomer().cookie())})
	if !got.turnedAway() && got.status != http.StatusSeeOther {
		t.broken = true
		r.found(finding{
			kind: "guard", variant: "a user without a role", route: t.name(), sent: "the cookies of a user without an organization", got: got.String(),
			why: "every signed-in user comes to a handler that is for some", remedy: "put Require, with the role, in front of the handler",
		})
	}
}
