// Package outgoing has the tokens with which an application calls other services in the name of a session, and puts them on
// requests.
//
// A [Source] has tokens made where they are missing and keeps them until shortly before they expire. A [Transport] puts a
// token on the requests of an http.Client, to the origins that were listed and to no other. Neither knows Gin, nor how
// tokens are made: a [Minter] makes them. Package ginclerk wires both to Clerk.
//
// # What is checked
//
// A token that was made is read, without a look at its signature, since it comes from who signs it, before it is handed out:
// it must expire, it must be about the user that was asked for and, unless a template shapes it, about the session and the
// organization, too. Anything else counts as an outage and is not kept.
//
// # Clocks
//
// A token is taken to live as long as it says (exp - iat), counted from when it was asked for, and never beyond its exp: a
// clock that is ahead or behind shortens its life here and never lengthens it.
package outgoing
