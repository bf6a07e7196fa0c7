// Package world is the state of an embedded Clerk: users, organizations, browsers, sessions, and attempts to sign in or up; and
// the rules by which they change. It has no HTTP and no signatures.
//
// Nothing here locks: the caller uses a [World] from one goroutine at a time.
package world
