// Package outgoing gets the tokens with which an application calls other services in the name of a session, and puts them on
// requests.
//
// A [Source] gets tokens from a [Minter] and keeps them until shortly before they expire. A [Transport] puts a token on the
// requests of an http.Client to the listed origins, and on no other request. Neither knows Gin or Clerk: package ginclerk passes
// them a Minter that asks Clerk.
//
// # What is checked
//
// Before a new token is handed out, its claims are checked; its signature is not, since it comes from the server that signs it. It
// must expire, it must belong to the user that was asked for and, unless a template shapes it, to the session and the organization
// too. Any other token counts as an outage and is not kept.
//
// # Clocks
//
// A token is taken to live as long as it says (exp - iat), counted from when it was asked for, and never beyond its exp: a
// clock that is ahead or behind shortens its life here and never lengthens it.
package outgoing
