package templates

import "github.com/a-h/templ"

// WaitingView is the view of [WaitingPage].
type WaitingView struct {
	Page
	// Forms wait to be sent, the oldest first.
	Forms []WaitingForm
	// SendURL and DiscardURL send or drop a form (POST, form, and account for a form without an account).
	SendURL, DiscardURL templ.SafeURL
	// Limit says that no more forms fit. Empty: more fit.
	Limit string
	// Volatile says that the waiting forms are lost when the application restarts.
	Volatile bool
	// HomeURL leads to the application if no form waits, and AccountsURL to the accounts in this browser. Empty: the link is left out.
	HomeURL, AccountsURL templ.SafeURL
}

// WaitingForm is a form that could not be sent.
type WaitingForm struct {
	// Handle is the hidden field "form".
	Handle string
	// Name is what the application calls the form, such as "Note".
	Name string
	// Action is the text of the button that sends the form, such as "Save note". Empty: the button says Send.
	Action string
	// Consequence says what happens when the form is sent, in a sentence. Empty: left out.
	Consequence string
	// Sent says when the form was sent, Expires until when it is kept, each in a few words such as "Saved until 3:05 pm".
	Sent, Expires Time
	// Size says how large the form is. It is shown for a form without Fields. Empty: left out.
	Size string
	// Fields are the fields of the form.
	Fields []WaitingField
	// More says that the form has more fields.
	More bool
	// SendAs is the account that would send a form without an account. Empty: the form is the viewer's own.
	SendAs string
	// SendAsID is the hidden field "account" for SendAs.
	SendAsID string
}

// WaitingField is a field of a form.
type WaitingField struct {
	// Label is what the application calls the field.
	Label string
	// Value is what the user has entered. Empty: About is shown.
	Value string
	// About describes what is not shown: that the field is empty, or hidden, or the name and the size of a file.
	About string
}
