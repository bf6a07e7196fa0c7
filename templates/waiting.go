package templates

import "github.com/a-h/templ"

// WaitingView is the view of [WaitingPage].
type WaitingView struct {
	Page
	// Forms wait to be sent, the oldest first.
	Forms []WaitingForm
	// SendURL and DiscardURL send or drop a form (POST, form, and account for a form without an account).
	SendURL, DiscardURL templ.SafeURL
	// Limit is the largest number of forms that wait at a time, such as 3, if that many wait. Empty: more forms fit.
	Limit string
	// Volatile says that the waiting forms are lost when the application restarts.
	Volatile bool
	// HomeURL leads to the application if no form waits. Empty: left out.
	HomeURL templ.SafeURL
}

// WaitingForm is a form that could not be sent.
type WaitingForm struct {
	// Handle is the hidden field "form".
	Handle string
	// Method and Path are the target of the form, such as POST and /orders.
	Method, Path string
	// Sent is the time at which the form was sent, Expires the time at which it is dropped.
	Sent, Expires Time
	// Size is the size of the whole form, such as "1.2 KB".
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
	// Name is the field's name.
	Name string
	// About describes the content: the value if it may be shown, else its size or its kind.
	About string
}
