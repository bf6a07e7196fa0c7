// Package revocation remembers which sessions are ended although their tokens have not expired yet, so that they can be
// refused at once. A session token is good for as long as it says; Clerk itself refuses it only when it is renewed.
//
// Entries are only ever added: an entry lives as long as a token of its session can, and nothing clears it earlier. The caller says
// how long that is: the longest life of a session token plus twice the clock skew. Sets that were told the same entries therefore
// agree, whatever the order and however often they were told, which is what replicas depend on.
package revocation
