package demo

import (
	"github.com/a-h/templ"

	"github.com/ginclerk/ginclerk/templates"
)

// LiveView is the view of [LivePage].
type LiveView struct {
	templates.Page
	// EventsURL is a stream of server-sent events: "time" with a text to show, and "ended" or "stopped" with a sentence that says
	// why no more follow: the session has ended, or that is not known.
	EventsURL string
	// ScriptURL is the script that shows the stream. With it, [templates.Page].ScriptURL can be empty: one file can have both. Empty: the
	// page says what the script would show.
	ScriptURL templ.SafeURL
	// SignInURL leads to sign-in after the session has ended.
	SignInURL templ.SafeURL
	// DevicesURL is a page that can end the session. Empty: the link is left out.
	DevicesURL templ.SafeURL
}
