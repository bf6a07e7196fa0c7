package templates

import "github.com/a-h/templ"

// WaitingView is the view of [WaitingPage].
type WaitingView struct {
	Page
	// Forms wait to be sent, the oldest first.
	Forms []WaitingForm
	// SendURL and DiscardURL take a form (POST, form, and account for one that nobody's name is on).
	SendURL, DiscardURL templ.SafeURL
	// Limit is how many forms wait at a time, such as 3, where that many do. Empty: there is room for more.
	Limit string
	// Volatile says that what waits is lost when the application restarts.
	Volatile bool
	// HomeURL is offered where nothing waits. Empty: left out.
	HomeURL templ.SafeURL
}

// WaitingForm is a form that could not be sent.
type WaitingForm struct {
	// Handle is the hidden field "form".
	Handle string
	// Method and Path say where it goes to, such as POST and /orders.
	Method, Path string
	// Sent is when somebody sent it, Expires when it is gone.
	Sent, Expires Time
	// Size is that of the whole form, such as "1.2 KB".
	Size string
	// Fields are what is in it.
	Fields []WaitingField
	// More says that there are more fields than those.
	More bool
	// SendAs is the account that would send a form of which nobody knows who filled it in. Empty: it is the viewer's own.
	SendAs string
	// SendAsID is the hidden field "account" beside it.
	SendAsID string
}

// WaitingField is a field of a form.
type WaitingField struct {
	// Name is the field's name.
	Name string
	// About says what is in it: its value where that may be shown, else its size or what kind it is.
	About string
}
