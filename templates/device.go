package templates

import "github.com/a-h/templ"

// DeviceView is the view of [DevicePage]: one session of the user.
type DeviceView struct {
	Page
	// Row is the session. Its Address is what the page shows of the address; its SignIns are not shown.
	Row DeviceRow
	// Browser, Kind and Status describe the session further, such as "Chrome 128", "Macintosh". Empty: shown as unknown.
	Browser, Kind string
	// Address shows all of the address, or hides its end again. Without URL: left out.
	Address Link
	// Created, LastActive and Expires are the times of the session, in full.
	Created, LastActive, Expires Time
	// Organization is the organization that was last active in the session.
	Organization Organization
	// SignOutURL ends the session (POST, session_id). Empty: left out.
	SignOutURL templ.SafeURL
	// NameURL gives a name to the device (POST, name). Empty: left out.
	NameURL templ.SafeURL
	// NameHint says how long a name is kept. Empty: left out.
	NameHint string
	// Position is the query of the list from which the person came. Actions send it.
	Position string
	// ListURL leads back to the list.
	ListURL templ.SafeURL
}
