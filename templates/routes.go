package templates

// RoutesView is the view of [RoutesPage]: what guards the routes of an application.
type RoutesView struct {
	Page
	// Routes are the rows. Empty: the page says so.
	Routes []RouteRow
	// Warnings are sentences about what may be wrong. Empty: the section is left out.
	Warnings []string
}

// RouteRow is what the routes of one path have in common.
type RouteRow struct {
	// Methods are those of the routes: GET HEAD.
	Methods string
	// Path is as it was registered: /users/:id.
	Path string
	// Needs is what a request must have, in a word: session.
	Needs string
	// Guarded says that a request needs a credential, Unguarded that nobody has said whether it does. Both false: it needs none.
	Guarded, Unguarded bool
	// Guards stand in front, in this order. Empty: the row says so.
	Guards []string
}
