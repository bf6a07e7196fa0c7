package demo

import (
	"github.com/a-h/templ"

	"github.com/ginclerk/ginclerk/templates"
)

// HomeView is the view of [HomePage].
type HomeView struct {
	templates.Page
	// Stories are what a visitor can try, the first one first. Empty: the list is left out.
	Stories []Story
	// Routes are all routes of the application, in groups.
	Routes []RouteGroup
	// Embedded describes the embedded Clerk. Zero: the application uses Clerk itself and the box is left out.
	Embedded EmbeddedClerk
}

// Story is something to try.
type Story struct {
	// Title names it, and Text says what to do and what happens.
	Title, Text string
	// Link leads to where it begins.
	Link templates.Link
	// TestID is the link's data-testid.
	TestID string
}

// RouteGroup is a headed list of routes.
type RouteGroup struct {
	Title  string
	Routes []RouteLink
}

// EmbeddedClerk describes the embedded Clerk and its users.
type EmbeddedClerk struct {
	// Active shows the box.
	Active bool
	// SignInURL leads to the sign-in page, for visitors who are signed out. Empty: the link is left out.
	SignInURL templ.SafeURL
	// AddAccountURL leads to signing in with one more account, for visitors who are signed in. Empty: the link is left out.
	AddAccountURL templ.SafeURL
	// Users are the accounts that visitors can sign in to.
	Users []EmbeddedUser
	// Hint is one more sentence, such as the code for email verification. Empty: left out.
	Hint string
}

// EmbeddedUser is a user of the embedded Clerk. The account is made up, so the page shows its password.
type EmbeddedUser struct {
	// Name and Email are the person's.
	Name, Email string
	// Password signs the person in.
	Password string
	// Note says what to try as this person, such as "admin of Acme".
	Note string
}
