package templates

import "github.com/a-h/templ"

// DevicesView is the view of [DevicesPage]: the sessions of this user on all devices.
type DevicesView struct {
	Page
	// Devices are the rows, the current one among them. Empty: the page says so.
	Devices []DeviceRow
	// Search is the form above the rows. Without URL: left out.
	Search DeviceSearch
	// Count says which of how many rows are shown. Empty: left out.
	Count string
	// Newer and Older lead to the rows that are not shown. Without URL: left out.
	Newer, Older Link
	// Addresses shows all of the addresses, or hides their ends again. Without URL: left out.
	Addresses Link
	// JobText is about a job that signs out, or that could not end every session; JobLink leads to it. Empty: left out.
	JobText string
	JobLink Link
	// Position is the query of this page. Actions send it, so that they lead back here.
	Position string
	// RevokeURL ends one session (POST, session_id).
	RevokeURL templ.SafeURL
	// SelectedURL ends the sessions that are selected (POST, any number of session_id). Empty: nothing can be selected.
	SelectedURL templ.SafeURL
	// SelectedCount is how many devices are selected, as text. Empty: none.
	SelectedCount string
	// SelectAll leads to this page with every device selected but this one, or with none. Without URL: left out.
	SelectAll Link
	// OthersURL leads to the page that asks before it ends all sessions but this one. Empty: left out.
	OthersURL templ.SafeURL
	// EverywhereURL leads to the page that asks before it ends all sessions. Empty: left out.
	EverywhereURL templ.SafeURL
	// ActingText says what an impersonator can do here. Empty: left out.
	ActingText string
}

// DeviceSearch is the form with which a list of devices is searched, filtered and sorted (GET).
type DeviceSearch struct {
	// URL is the page with the list.
	URL templ.SafeURL
	// Words are what is searched for (parameter q).
	Words string
	// Browsers, Locations, Activities and Orders are the choices of the parameters browser, location, active and sort. Empty: left out.
	Browsers, Locations, Activities, Orders []Choice
	// Open shows the filters from the start.
	Open bool
	// ClearURL leads to the list without any filter. Empty: left out.
	ClearURL templ.SafeURL
	// Kept are parameters that the form keeps.
	Kept []Choice
}

// Choice is an option of a field.
type Choice struct {
	// Value is what is sent: the name of the parameter in [DeviceSearch].Kept is Label then.
	Value string
	// Label is the text of the option.
	Label string
	// Language is the language of Label as a BCP 47 tag. Empty: that of the page.
	Language string
	// Chosen marks the option that is in use.
	Chosen bool
}

// DeviceRow is one session of the user, or several sign-ins of the same device.
type DeviceRow struct {
	// SessionID is the session's id.
	SessionID string
	// Name is the name that the user gave to the device. Empty: Device replaces it.
	Name string
	// Device is the kind of device, such as "Chrome 128 on Macintosh". Empty: shown as an unknown device.
	Device string
	// URL leads to the details of the device. Empty: the name is no link.
	URL templ.SafeURL
	// Mobile chooses the picture of a phone.
	Mobile bool
	// Address is the client's address when the session was last used, as much of it as is to be shown. Empty: left out.
	Address string
	// Place is the presumed location of the address, such as "Vienna, Austria". Empty: shown as unknown.
	Place string
	// LastActive and Created are the session's times. Zero: left out.
	LastActive, Created Time
	// Current marks the session of this request; its button reads "Sign out here", and it can't be selected.
	Current bool
	// New, Unusual and Unused mark a session that began lately, is in an unusual location, or was not used for a long time.
	New, Unusual, Unused bool
	// Actor is the actor of this session. Empty: the session has none.
	Actor string
	// Kept says that the viewer may not end this session, so it has neither button nor box.
	Kept bool
	// Selected checks its box.
	Selected bool
	// Label names the session in the names of its button and its box: "Edge on Windows, Toronto, 3 days ago". Empty: the session id
	// replaces it.
	Label string
	// SignIns are all sign-ins of the device, if there are several; the row itself describes the latest.
	SignIns []DeviceRow
	// SignInCount says how many there are, such as "4 sign-ins".
	SignInCount string
	// SignInIDs are the ids of all of them, which the box of the row selects, with a space between two. Empty: SessionID alone.
	SignInIDs string
	// AllSignIns leads to a list of all of them, if SignIns has not all. Without URL: left out.
	AllSignIns Link
}

// title is the first line of a row.
func (d *DeviceRow) title() string {
	if d.Name != "" {
		return d.Name
	}
	return d.Device
}

// named names the session in the names of controls.
func (d *DeviceRow) label() string {
	if d.Label != "" {
		return d.Label
	}
	return d.SessionID
}

// selects are the ids that the box of a row sends.
func (d *DeviceRow) selects() string {
	if d.SignInIDs != "" {
		return d.SignInIDs
	}
	return d.SessionID
}
