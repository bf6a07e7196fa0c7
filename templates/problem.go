package templates

// ProblemView is the view of [ProblemPage]: any answer that is not the page that the visitor asked for, except 403
// for a signed-in user ([UnauthorizedView]). Page.Title is the short name of the problem, such as "Page not found".
type ProblemView struct {
	Page
	// What says what happened, in a sentence or two.
	What string
	// Todo says what the visitor can do. Empty: left out.
	Todo string
	// Primary is the next step, shown as a button.
	Primary Link
	// Secondary is another next step.
	Secondary Link
	// Reference is a short text by which support finds the request in the server's log. Empty: left out.
	Reference string
}
