// Package outgoing gets the tokens with which an application calls other services in the name of a session, and adds them to
// requests.
//
// A [Source] gets tokens from a [Minter] and keeps them until shortly before they expire. A [Transport] adds a token to the
// requests of an http.Client to the listed origins, and to no other request. The package imports neither Gin nor a client of
// Clerk: package ginclerk passes a Minter that asks Clerk.
//
// # What is checked
//
// A Source checks the claims of a new token before it returns the token. It does not check the signature, because the token comes
// from the server that signs it. The token must expire and must belong to the requested user; unless a template shapes it, it
// must also belong to the session and the organization. Any other token counts as an outage and is not kept.
//
// # Clocks
//
// A Source uses a token for its lifetime (exp - iat) from the time of the request, and never beyond its exp. A wrong clock of
// this machine can therefore shorten the life of a token, and never prolong it.
package outgoing
