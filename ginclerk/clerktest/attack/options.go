package attack

import (
	"net/http"
	"strings"
)

// Options say what to attack. The routes are required; everything else has a usable zero value.
type Options struct {
	// Routes are the routes of the application. gintest.Attack reads them from the engine.
	Routes []Route
	// User is the e-mail address of the user whom the attacks are aimed at: one who may use every route. Empty: the first of
	// [clerktest.Server.Users].
	User string
	// Accepted are findings that are meant: the beginnings of their first lines, such as "GET /embed: frame" or
	// "GET /mobile/me: forged token (without a party)". One that meets nothing is an error.
	Accepted []string
	// Log returns what the application has logged so far. It must be safe for concurrent use. Nil: the log is not looked at.
	Log func() string
	// Server has the time limits with which the application is served: its timeouts and MaxHeaderBytes are read, and nothing else. Nil: slow
	// clients are left out.
	Server *http.Server
	// Readings are ways in which the router can be told to read paths. gintest.Attack has those of Gin. Nil: as it is.
	Readings []Reading
}

// Route is a route of the application.
type Route struct {
	Method string
	// Path is the pattern: /users/:id, /users/{id}, /files/*path, /files/{path...}. Parameters are filled with the word "example".
	Path string
	// Open routes are for everybody. All others must turn strangers away.
	Open bool
	// Asks reports that a session is not enough: a user without any role must be turned away.
	Asks bool
	// Machines reports that machine tokens are welcome.
	Machines bool
	// Clerk reports that the route passes requests on to Clerk, as the Frontend API proxy does: how many is for Clerk to limit.
	Clerk bool
}

// Reading is a way in which a router reads paths.
type Reading struct {
	// Name describes it, such as UseRawPath.
	Name string
	// Set turns it on, and returns what turns it off. Nil: it is on.
	Set func() (undo func())
	// Match returns the method and the pattern of the route that serves a request, such as "GET /users/:id"; "" for none. It runs no handler.
	Match func(*http.Request) string
}

// name is the route as findings have it.
func (r Route) name() string { return r.Method + " " + r.Path }

// safe reports whether the method is one that changes nothing.
func (r Route) safe() bool {
	return r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions || r.Method == http.MethodTrace
}

// target fills the parameters of the pattern.
func (r Route) target(with string) string {
	segments := strings.Split(r.Path, "/")
	for i, segment := range segments {
		switch {
		case segment == "":
		case segment[0] == ':' || segment[0] == '*' || segment[0] == '{' && strings.HasSuffix(segment, "}"):
			segments[i] = with
		default:
			before, _, found := strings.Cut(segment, ":")
			if escaped := strings.HasSuffix(before, `\`); found && !escaped {
				segments[i] = before + with
			}
			segments[i] = strings.ReplaceAll(segments[i], `\:`, ":")
		}
	}
	return strings.Join(segments, "/")
}
