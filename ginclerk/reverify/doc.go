// Package reverify proves once more who is signed in: a user verifies a factor of their session again, such as the password or a
// code, before something that matters (Clerk's reverification). It works for pages without JavaScript; ginclerk/pages shows them.
//
// A [Service] goes through the steps at Clerk, in the name of the user's own browser:
//
//  1. [Service.Start] begins a verification. The [Verification] has the factors of which one has to be proved.
//  2. [Service.SendCode] has Clerk send the code of a factor ([Factor.Sent]).
//  3. [Service.Attempt] tries a password or a code. It may have to be repeated, for a second factor.
//  4. With [Verification.Complete] the session's next token says when its factors were verified (fva). A handshake brings that token
//     to the browser; [Service.Remember] is for the response that begins it.
//
// Between two steps a page carries the verification in a hidden field ([Service.Seal], [Service.Open]). Clerk keeps what was proved.
//
// Which session it is follows from a verified session token, never from the request. Clerk refuses a session that is not the browser's.
//
// The package decides; it asks Clerk through [Frontend], which session/clerksource satisfies.
package reverify
