// Package session lists the sessions of a user, ends one, and changes to another account of the same browser. Package signout
// ends many sessions. This package decides; it reads and changes sessions through the small interfaces that it declares.
//
// # Ownership
//
// Sessions have two kinds of owner. Each call asks Clerk, each time, whether the owner that it names has the session:
//
//   - a user owns the sessions that are in the user's name, on whichever device ([Service.ForUser], [Service.Current],
//     [Service.Revoke]);
//   - a browser owns the sessions of its client, of every user ([Service.ForBrowser], [Service.RevokeForBrowser],
//     [Service.Switch]). The client is that of the current session. The caller takes the id of the current session from a
//     verified session token, never from the request.
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
// [ErrUnavailable] is an outage and says nothing about any session. An outage never looks like "not found" or an empty list.
package session
