// Package session is what a user can do with sessions: list them, end one, change to another account of the same browser. Package
// signout ends many. This package decides; it reads and changes sessions through the small interfaces that it declares.
//
// # Ownership
//
// There are two kinds of ownership, and every call checks the one that it names, at Clerk, each time:
//
//   - a user owns the sessions that are in the user's name, on whichever device ([Service.ForUser], [Service.Current],
//     [Service.Revoke]);
//   - a browser owns the sessions of its client, of every user ([Service.ForBrowser], [Service.RevokeForBrowser],
//     [Service.Switch]). The client is that of the current session, whose id the caller has from a verified session token,
//     never from the request.
//
// A session that the caller does not own and one that does not exist give the same error.
//
// # Why the package has its own types
//
// [Session], [Profile] and the interfaces name no type of Clerk's SDK, and this package imports neither the SDK nor
// clerkapi: decisions are tested with plain values, and pages and jobs that show sessions depend on nothing else.
// The internal package clerksource satisfies all the interfaces with clerkapi; ginclerk puts the two together.
//
// # Errors
//
// [ErrUnavailable] is an outage and says nothing about any session. It never comes as "not found" or as an empty list.
package session
