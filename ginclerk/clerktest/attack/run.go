package attack

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// Run attacks a handler whose users are those of the embedded Clerk, and fails the test for each finding. The application must have the
// configuration of that server, and believe that it is at the first of its origins. Nothing else may use the handler meanwhile.
//
// It takes an http.Handler, and not a Gin engine, because an attacker does not know the router either: everything that is tried is a request,
// and everything that is judged an answer. What only a router can tell is in the options.
func Run(tb testing.TB, server *clerktest.Server, handler http.Handler, options Options) {
	tb.Helper()
	r, err := newRun(tb, server, handler, options)
	if err != nil {
		tb.Errorf("attack: %v", err)
		return
	}
	for _, step := range []func(*run){
		guards, forgedTokens, otherPlaces, claimedIdentities, cookies, spellings, sizes, crossOrigin, foreignSessions, redirects, hosts,
		handshakes, caches, frames, scripts, logs, floods, slowClients, secretsInLog,
	} {
		if tb.Context().Err() != nil {
			break
		}
		step(r)
	}
	r.report()
}

// run is one run of all attacks.
type run struct {
	tb      testing.TB
	server  *clerktest.Server
	handler http.Handler
	options Options
	origin  *url.URL
	routes  []*target

	victim   *person
	suffix   string // of the instance's cookies
	sent     int    // requests so far
	made     int    // users so far
	secrets  map[string]string
	findings []finding
}

// target is a route, and how it answers without an attack.
type target struct {
	Route
	path string
	// stranger and insider are its answers to somebody who is not signed in, and to one who is; the second for GET alone.
	stranger, insider answer
	// broken routes let strangers in although they are not open: all else would be found as well.
	broken bool
}

// finding is what gave way.
type finding struct {
	kind, variant string
	route         string
	sent, got     string
	why, remedy   string
	others        int // variants of the same kind on the same route
}

func newRun(tb testing.TB, server *clerktest.Server, handler http.Handler, options Options) (*run, error) {
	tb.Helper()
	origin, err := url.Parse(server.Origins()[0])
	if err != nil {
		return nil, err
	}
	r := &run{tb: tb, server: server, handler: handler, options: options, origin: origin, secrets: map[string]string{}}
	if len(options.Routes) == 0 {
		return nil, fmt.Errorf("the options name no routes")
	}
	if options.User == "" && len(server.Users()) > 0 {
		options.User = server.Users()[0].Email
	}
	if r.victim, err = r.person(options.User); err != nil {
		return nil, err
	}
	r.suffix = suffixOf(r.victim)
	r.secrets["the secret key"] = server.SecretKey()
	for _, route := range options.Routes {
		r.routes = append(r.routes, &target{Route: route, path: route.target("example")})
	}
	slices.SortStableFunc(r.routes, func(a, b *target) int { return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method) })
	return r, nil
}

// found records a finding. Of one kind on one route the first is told, and how many there are.
func (r *run) found(f finding) {
	if slices.ContainsFunc(r.options.Accepted, func(prefix string) bool { return strings.HasPrefix(f.title(), prefix) }) {
		f.others = -1
	}
	i := slices.IndexFunc(r.findings, func(old finding) bool {
		return old.route == f.route && old.kind == f.kind && old.others >= 0 && f.others >= 0
	})
	if i >= 0 {
		r.findings[i].others++
		return
	}
	r.findings = append(r.findings, f)
}

func (f finding) title() string {
	if f.variant == "" {
		return f.route + ": " + f.kind
	}
	return f.route + ": " + f.kind + " (" + f.variant + ")"
}

func (r *run) report() {
	r.tb.Helper()
	for _, f := range r.findings {
		if f.others < 0 {
			continue
		}
		title := f.title()
		if f.others > 0 {
			title += fmt.Sprintf(", and %d more of this kind", f.others)
		}
		r.tb.Errorf("%s\n    sent:   %s\n    got:    %s\n    why:    %s\n    remedy: %s", title, f.sent, f.got, f.why, f.remedy)
	}
	for _, accepted := range r.options.Accepted {
		if !slices.ContainsFunc(r.findings, func(f finding) bool { return strings.HasPrefix(f.title(), accepted) }) {
			r.tb.Errorf("the list of accepted findings has %q, but nothing like it was found", accepted)
		}
	}
}

// closed are the routes that turn strangers away.
func (r *run) closed() []*target {
	var list []*target
	for _, t := range r.routes {
		if !t.Open && !t.broken {
			list = append(list, t)
		}
	}
	return list
}

// distinct are the sound routes without those that repeat another: HEAD beside GET, and what is open for every method.
func (r *run) distinct() []*target {
	gets := map[string]bool{}
	for _, t := range r.routes {
		gets[t.Path] = gets[t.Path] || t.Method == http.MethodGet
	}
	return slices.DeleteFunc(r.sound(), func(t *target) bool {
		return t.Method == http.MethodHead && gets[t.Path] || t.Open && gets[t.Path] && t.Method != http.MethodGet && t.Method != http.MethodPost
	})
}

// sound are the routes that are as they should be without an attack.
func (r *run) sound() []*target {
	return slices.DeleteFunc(slices.Clone(r.routes), func(t *target) bool { return t.broken })
}

// readable are the sound routes for GET that end.
func (r *run) readable() []*target {
	return slices.DeleteFunc(r.sound(), func(t *target) bool { return t.Method != http.MethodGet || t.insider.endless })
}
