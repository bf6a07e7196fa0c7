// Package clerkapi sends HTTP requests to Clerk. It and the Frontend API proxy are the only parts of the plugin that do.
//
// [Client] calls the Backend API with the instance's secret key. It is a thin layer over clerk-sdk-go: the SDK's models
// and clients, not its middleware, and never its package-level key or backend. What the SDK lacks is added: refresh of a
// session, the payload of a handshake, what a machine token says, the raw key set, lists of any length. Session, user,
// client and membership values are the SDK's own types, which hold all that the Backend API sends except for the tasks of
// a pending session; machine tokens have the type of package token.
//
// [Frontend] makes the few Frontend API calls that a server makes with the credential of the browser it is serving.
//
// # Transport
//
// Every request passes one RoundTripper. It sends one API version ([APIVersion], in place of the SDK's), bounds answers,
// turns every answer that is not 2xx into an [*Error] and refuses plain http unless the host is this machine. Redirects
// are not followed: a secret key or a browser's credential goes to the configured host or nowhere.
//
// # Errors
//
// Only Clerk's own error envelope is an answer of Clerk: an object with a list "errors" whose first element has a code in
// Clerk's spelling. A gateway's page, another service's JSON and a body that was cut off are outages, whatever their status.
//
// Three outcomes are kept apart: Clerk says no such thing ([ErrNotFound], or [ErrInactive] for a machine token that was
// good once), Clerk refuses who is asking ([ErrUnauthorized] for the secret key, [ErrCredential] for what belongs to the
// browser), and Clerk could not be asked ([ErrUnavailable]). An answer that cannot be understood is an outage, never an
// empty result: an empty 200 does not mean that a user has no sessions. When the caller's context ends, the error matches
// context.Canceled or context.DeadlineExceeded and none of these.
//
// The text of an error holds the operation, the status, Clerk's code and its trace id. Addresses, messages and causes
// are left out of it, because they can quote tokens.
//
// Nothing is retried here; [Error.RetryAfter] says what Clerk asked for.
package clerkapi
