package templates

import "github.com/a-h/templ"

// DevicesView is the view of [DevicesPage]: the sessions of this user on all devices.
type DevicesView struct {
	Page
	// Devices are the rows, the current one among them. Empty: the page says so.
	Devices []DeviceRow
	// Zone is the time zone of all times here, such as "UTC": columns name it in their heads, and each time for those who
	// don't see heads. Empty: the times are complete in themselves.
	Zone string
	// RevokeURL ends one session (POST, session_id).
	RevokeURL templ.SafeURL
	// SignOutEverywhereURL ends all sessions of the user (POST). Empty: the section is left out.
	SignOutEverywhereURL templ.SafeURL
}

// DeviceRow is one session of the user.
type DeviceRow struct {
	// SessionID is the session's id.
	SessionID string
	// Device is what it runs on, such as "Macintosh" or "Chrome 128 on macOS". Empty: shown as an unknown device.
	Device string
	// Browser is the browser, where Device doesn't name it. Empty: left out.
	Browser string
	// Label names the session in the name of its button: "Revoke Chrome 128 on macOS". Empty: the session id stands in.
	Label string
	// Mobile chooses the picture of a phone.
	Mobile bool
	// IP is the client's address when the session was last used. Empty: shown as unknown.
	IP string
	// Place is where the address is thought to be, such as "Vienna, AT". Empty: shown as unknown.
	Place string
	// LastActive and Created are the session's times.
	LastActive, Created Time
	// Current marks the session of this request; its button reads "Sign out here".
	Current bool
}
