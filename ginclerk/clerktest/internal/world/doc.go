// Package world is what an embedded Clerk knows: users, organizations, browsers, sessions, and attempts to sign in or up; and
// the rules by which they change. It speaks no HTTP and signs nothing.
//
// Nothing here locks: whoever holds a [World] calls it from one goroutine at a time.
package world
