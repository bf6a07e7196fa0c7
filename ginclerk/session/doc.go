// Package session is what a user can do with sessions: see them, end one, change to another account of the same browser.
// Ending many is for package signout. It decides; what it needs to know and have done it asks through the small interfaces of
// this package.
//
// # Who may do what
//
// There are two kinds of ownership, and every call checks the one that it names, at Clerk, each time:
//
//   - a user owns the sessions that are in the user's name, on whichever device ([Service.ForUser], [Service.Current],
//     [Service.Revoke]);
//   - a browser owns the sessions of its client, in whoever's name ([Service.ForBrowser], [Service.RevokeForBrowser],
//     [Service.Switch]). Which client that is follows from the current session, whose id the caller has from a verified
//     session token, never from the request.
//
// A session that the caller does not own and one that does not exist give the same error.
//
// # Why the types are its own
//
// [Session], [Profile] and the interfaces name no type of Clerk's SDK, and this package imports neither the SDK nor
// clerkapi: decisions are tested with plain values, and pages and jobs that show sessions depend on nothing else.
// Package clerksource, below this one, satisfies all the interfaces with clerkapi; ginclerk puts the two together.
//
// # Errors
//
// [ErrUnavailable] is an outage and says nothing about any session. It never comes as "not found" or as an empty list.
package session
