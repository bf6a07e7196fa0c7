// Package clerkapi sends HTTP requests to Clerk. Only this package and the Frontend API proxy do so.
//
// [Client] calls the Backend API with the instance's secret key. It is a thin layer over clerk-sdk-go: it uses the SDK's models
// and clients, and neither its middleware nor its package-level key and backend. It adds what the SDK lacks: the refresh of a
// session, the payload of a handshake, the verification of a machine token, the raw key set, lists of any length. Sessions,
// users, clients and memberships have the SDK's types, which hold all fields of the Backend API except for the tasks of a pending
// session. Machine tokens have the type of package token.
//
// [Frontend] makes the few calls to the Frontend API that a server makes with the credential of a browser.
//
// # Transport
//
// Every request passes one RoundTripper. It sends one API version ([APIVersion], in place of the SDK's), limits the length of
// answers, turns every answer that is not 2xx into an [*Error], and refuses plain http except to this machine. It follows no
// redirects: a secret key or a browser's credential goes only to the configured host.
//
// # Errors
//
// Only Clerk's error envelope counts as an error of Clerk: an object with a list "errors" whose first element has a code in
// Clerk's form. A page of a gateway, JSON of another service and an incomplete body are outages, whatever their status.
//
// The errors distinguish three results: Clerk does not have the resource ([ErrNotFound], or [ErrInactive] for a machine token
// that was valid before), Clerk refuses the caller ([ErrUnauthorized] for the secret key, [ErrCredential] for the browser's
// credential), and Clerk could not be asked ([ErrUnavailable]). An unreadable answer is an outage, never an empty result: an
// empty 200 does not mean that a user has no sessions. When the caller's context ends, the error matches context.Canceled or
// context.DeadlineExceeded, and none of these.
//
// The text of an error has the operation, the status, Clerk's code and its trace id. It has no addresses, messages and causes,
// because they can quote tokens.
//
// The package does not retry. [Error.RetryAfter] says how long Clerk asked to wait.
package clerkapi
