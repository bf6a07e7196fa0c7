package templates

import "github.com/a-h/templ"

// HomeView is the view of [HomePage].
type HomeView struct {
	Page
	// Routes are all routes of the application, in groups.
	Routes []RouteGroup
	// Embedded describes the embedded Clerk. Zero: the application uses Clerk itself and the box is left out.
	Embedded EmbeddedClerk
}

// RouteGroup is a headed list of routes.
type RouteGroup struct {
	Title  string
	Routes []RouteLink
}

// EmbeddedClerk describes the embedded Clerk: that it is used, and whom to sign in as.
type EmbeddedClerk struct {
	// Active shows the box.
	Active bool
	// SignInURL leads to the sign-in page, for who is signed out. Empty: the link is left out.
	SignInURL templ.SafeURL
	// AddAccountURL leads to signing in with one more account, for who is signed in. Empty: the link is left out.
	AddAccountURL templ.SafeURL
	// Users are the people to sign in as.
	Users []EmbeddedUser
	// Hint is one more sentence, such as the code that e-mail verification takes. Empty: left out.
	Hint string
}

// EmbeddedUser is a person whom the embedded Clerk knows. The password is one of a made-up account: it is shown.
type EmbeddedUser struct {
	// Name and Email are the person's.
	Name, Email string
	// Password signs the person in.
	Password string
	// Note says what the person is good for trying, such as "admin of Acme".
	Note string
}
