// Package view shows parts of a page to some visitors alone, as Clerk's components <SignedIn>, <SignedOut> and <Protect> do: in templ by
// components with children, in html/template by functions. Both ask who the request is ([ginclerk.FromContext]), make no call to Clerk, and
// show nothing where that is not known.
//
// What a page hides is no guard: a route that only some may use needs [ginclerk.Clerk.Require], too.
package view
