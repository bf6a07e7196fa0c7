package templates

import "github.com/a-h/templ"

// DevicesView is the view of [DevicesPage]: the sessions of this user on all devices.
type DevicesView struct {
	Page
	// Devices are the rows, the current one among them. Empty: the page says so.
	Devices []DeviceRow
	// Count says how many devices there are and which of them are shown. Empty: left out.
	Count string
	// Newer and Older lead to the devices that are not shown. Without URL: left out.
	Newer, Older Link
	// JobText is about a job that signs out, or that could not end every session; JobLink leads to it. Empty: left out.
	JobText string
	JobLink Link
	// RevokeURL ends one session (POST, session_id).
	RevokeURL templ.SafeURL
	// SelectedURL ends the sessions that are selected (POST, any number of session_id). Empty: nothing can be selected.
	SelectedURL templ.SafeURL
	// SelectAll leads to this page with every device selected but this one, or with none. Without URL: left out.
	SelectAll Link
	// OthersURL ends all sessions but this one (POST). Empty: the section is left out.
	OthersURL templ.SafeURL
	// OthersText says which sessions that ends.
	OthersText string
	// ActingText says what an impersonator can do here. Empty: left out.
	ActingText string
	// Acting says that SignOutEverywhereURL ends only sessions in which the viewer acts as the user.
	Acting bool
	// SignOutEverywhereURL ends all sessions of the user (POST). Empty: the section is left out.
	SignOutEverywhereURL templ.SafeURL
}

// DeviceRow is one session of the user.
type DeviceRow struct {
	// SessionID is the session's id.
	SessionID string
	// Device is the kind of device, such as "Macintosh" or "Chrome 128 on macOS". Empty: shown as an unknown device.
	Device string
	// Browser is the browser, if Device doesn't name it. Empty: left out.
	Browser string
	// Label names the session in the name of its button: "Revoke Chrome 128 on macOS". Empty: the session id replaces it.
	Label string
	// Mobile chooses the picture of a phone.
	Mobile bool
	// IP is the client's address when the session was last used. Empty: shown as unknown.
	IP string
	// Place is the presumed place of the address, such as "Vienna, AT". Empty: shown as unknown.
	Place string
	// LastActive and Created are the session's times.
	LastActive, Created Time
	// Current marks the session of this request; its button reads "Sign out here", and it can't be selected.
	Current bool
	// Actor is the actor of this session. Empty: the session has none.
	Actor string
	// Kept says that the viewer may not end this session, so it has neither button nor box.
	Kept bool
	// Selected checks its box.
	Selected bool
}
