package templates

import "github.com/a-h/templ"

// ConfirmView is the view of [ConfirmPage]. Page.Title is the question.
type ConfirmView struct {
	Page
	// Consequences say what happens: how many sessions end, and what follows.
	Consequences []string
	// ListTitle and List name what ends. Empty: left out.
	ListTitle string
	List      []string
	// KeptTitle and Kept name what stays although it would belong to the rest. Empty: left out.
	KeptTitle string
	Kept      []string
	// Button is the text of the button: what it does.
	Button string
	// Danger marks a button whose action also ends this session.
	Danger bool
	// URL does it (POST). Empty: the button is left out.
	URL templ.SafeURL
	// SessionIDs are the selected sessions, with spaces between, and Position the query of the list in which they were selected: the form
	// sends both. Empty: left out.
	SessionIDs, Position string
	// CancelURL leads back.
	CancelURL templ.SafeURL
}
