package routes

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
)

// PagePath is where package pages shows the map of an application that is being developed.
const PagePath = "/__ginclerk/routes"

// Access is what a request must have to come to what serves a route.
type Access string

// What a route may need.
const (
	// Public: anybody comes in, as the application has said: by Rules.Public, or in the list for [Of].
	Public Access = "public"
	// Session: a signed-in user.
	Session Access = "session"
	// Token: a token, of a session or of a machine (RequireToken).
	Token Access = "token"
	// Own: ginclerk serves the route, such as its assets and the Frontend API proxy, and asks for what it needs itself.
	Own Access = "ginclerk"
	// Exempt: below a prefix that needs no authentication (Clerk.Exempt), which lifts Attach and Protect.
	Exempt Access = "exempt"
	// None: no guard stands in front, and nothing says that this is meant.
	None Access = "none"
)

// Map is the routes of an engine, in the order of their paths, and what may be wrong with them. It is a value: nothing changes it.
type Map struct {
	Routes   []Route
	Warnings []string
}

// Route is one route of an engine.
type Route struct {
	// Method and Path are as Gin lists them: GET, /users/:id.
	Method, Path string
	// Access is what a request must have.
	Access Access
	// Guards are the handlers of ginclerk, in the order in which they run. Not all of them turn requests away.
	Guards []Guard
	// Handler is what Gin calls the handler that serves the route.
	Handler string
}

// Guard is a handler of ginclerk on a route.
type Guard struct {
	// Name is that of the function of package ginclerk that made it, such as RequireSession. What ginclerk itself serves has a name in
	// words.
	Name string
	// Asks is what it asks of this route, as the application wrote it: Role(org:admin). Of Protect it is the verdict: public, session or
	// admin, and API.
	Asks []string
	// Exempt reports that an exempt prefix lifts it here.
	Exempt bool
	// Clerk is the number of its Clerk where the engine has handlers of several, from 1; else 0.
	Clerk int
}

// String is the guard as a line has it: Require(Role(org:admin)).
func (g Guard) String() string {
	text := g.Name
	if g.Clerk > 0 {
		text = fmt.Sprintf("%s of Clerk %d", text, g.Clerk)
	}
	switch {
	case g.Exempt:
		return text + "(exempt)"
	case len(g.Asks) > 0:
		return text + "(" + strings.Join(g.Asks, ", ") + ")"
	default:
		return text
	}
}

// String is the map as an aligned table, with a line for each path and what covers it, and a line for each warning.
func (m *Map) String() string {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "METHODS\tPATH\tNEEDS\tGUARDS") // a strings.Builder takes everything
	for _, line := range m.Lines() {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", line.Methods, line.Path, line.Access, strings.Join(line.Guards, ", "))
	}
	_ = w.Flush()
	if len(m.Warnings) > 0 {
		text.WriteString("\nWarnings:\n")
	}
	for _, warning := range m.Warnings {
		text.WriteString("- " + warning + "\n")
	}
	return withoutTrailingSpace(text.String())
}

// withoutTrailingSpace drops the space of an empty last column.
func withoutTrailingSpace(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
}

// Line is what the routes of one path have in common.
type Line struct {
	// Methods are those of the routes: GET HEAD. ANY stands for all that gin.Engine.Any registers.
	Methods string
	Path    string
	Access  Access
	// Guards are in the order in which they run.
	Guards []string
}

// Lines returns the map with the routes of one path in one line, where the same guards cover them.
func (m *Map) Lines() []Line {
	var lines []Line
	var methods [][]string
	for _, route := range m.Routes {
		line := Line{Path: route.Path, Access: route.Access, Guards: make([]string, 0, len(route.Guards))}
		for _, guard := range route.Guards {
			line.Guards = append(line.Guards, guard.String())
		}
		alike := func(other Line) bool {
			return line.Path == other.Path && line.Access == other.Access && slices.Equal(line.Guards, other.Guards)
		}
		i := slices.IndexFunc(lines, alike)
		if i < 0 {
			i = len(lines)
			lines, methods = append(lines, line), append(methods, nil)
		}
		methods[i] = append(methods[i], route.Method)
	}
	for i := range lines {
		lines[i].Methods = joined(methods[i])
	}
	return lines
}

// joined writes methods in alphabetical order, or ANY for those of gin.Engine.Any.
func joined(methods []string) string {
	slices.Sort(methods)
	text := strings.Join(methods, " ")
	if text == "CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT TRACE" {
		return "ANY"
	}
	return text
}
