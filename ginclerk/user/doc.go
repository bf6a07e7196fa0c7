// Package user tells who users are: their names, e-mail addresses, pictures and metadata, as Clerk knows them. A session token says
// none of this.
//
//	who, err := ginclerk.From(c).User(ctx)            // the user of the request
//	teams, err := ginclerk.From(c).OrganizationMemberships(ctx)
//	authors, err := clerk.Users().List(ctx, ids...)   // many users, in the order of the ids
//
// # What is remembered
//
// A [Service] asks Clerk once about a user, for all who ask at the same time, and remembers the answer for [Config].Lifetime, a minute
// by default. That Clerk has no user with an id, it remembers for ten seconds. It keeps at most 8 MB of users,
// and as much of their memberships. [Service.Forget] drops what it
// remembers of a user: package webhook calls it for user.updated and user.deleted, and an application calls it after it has changed a
// user at Clerk. The memory is that of one process. Other replicas show a change within the lifetime.
//
// # What is left out
//
// A [User] has the public metadata alone. Private metadata is for servers, and a User goes to pages and JSON. Unsafe metadata is written
// by the user's own browser, and nothing that a server decides may rest on it. Ask Clerk's SDK for both where you need them.
//
// # What it may cost
//
// A service asks Clerk for 100 users at a time, which is as many as Clerk takes. Its requests are limited ([Config].Requests), so that
// ids that somebody makes up, and pages that show many users, leave Clerk's rate limit to sign-ins and renewals. Beyond the limit the
// error is [ErrUnavailable].
package user
