package view

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// SignedIn is a templ component that shows its children where a user is signed in. The context of the page is that of the request.
//
//	@view.SignedIn() { <a href="/sessions">Account</a> }
func SignedIn() templ.Component { return when((*ginclerk.Auth).SignedIn) }

// SignedOut is a templ component that shows its children where no user is signed in, and where that is not known ([ginclerk.Auth.Unavailable])
// shows nothing.
func SignedOut() templ.Component { return when(signedOut) }

// Has is a templ component that shows its children where the user is signed in and meets every requirement. Without a requirement it shows
// nothing.
//
//	@view.Has(ginclerk.Role("org:admin")) { <a href="/admin">Administration</a> }
func Has(requirements ...ginclerk.Requirement) templ.Component {
	return when(func(a *ginclerk.Auth) bool { return a.Has(requirements...) })
}

// ReadOnly is a templ component that shows its children where the page is read while Clerk can't be reached ([ginclerk.Auth.ReadOnlyUntil]), and
// can't be used otherwise.
//
//	@view.ReadOnly() { <p>You can read this page. Changes have to wait.</p> }
func ReadOnly() templ.Component {
	return when(func(a *ginclerk.Auth) bool { return !a.ReadOnlyUntil().IsZero() })
}

func signedOut(a *ginclerk.Auth) bool { return !a.SignedIn() && a.Unavailable() == nil }

func when(shown func(*ginclerk.Auth) bool) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if !shown(ginclerk.FromContext(ctx)) {
			return nil
		}
		children := templ.GetChildren(ctx)
		return children.Render(templ.ClearChildren(ctx), w)
	})
}
