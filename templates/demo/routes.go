package demo

import "github.com/a-h/templ"

// RouteLink is one route of the application in a list of routes.
type RouteLink struct {
	// Method is the HTTP method, such as "GET".
	Method string
	// Path is the path as it is shown, such as "/api/public/time".
	Path string
	// URL is where the path leads. Empty: the path is shown without a link, as for a POST route.
	URL templ.SafeURL
	// Text is one line about the route.
	Text string
	// Access says in a word or two who may use the route, such as "public" or "org:admin". Empty: left out.
	Access string
}
