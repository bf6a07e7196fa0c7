package demo

import (
	"github.com/a-h/templ"

	"github.com/ginclerk/ginclerk/templates"
)

// LiveView is the view of [LivePage].
type LiveView struct {
	templates.Page
	// EventsURL is a stream of server-sent events: "time" with a text to show, and "ended" with why the session is over.
	EventsURL string
	// ScriptURL is the script that shows the stream. Empty: the page says what it would show.
	ScriptURL templ.SafeURL
	// SignInURL is offered when the session is over.
	SignInURL templ.SafeURL
	// DevicesURL is where the session can be ended from. Empty: the link is left out.
	DevicesURL templ.SafeURL
}
