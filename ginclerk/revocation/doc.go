// Package revocation remembers sessions that have ended before their tokens expire, so that the tokens can be refused at once. A
// session token stays valid until it expires; Clerk itself refuses an ended session only when its token is renewed.
//
// It also remembers memberships that have ended or whose role has changed. A token that was issued before then still says what the user
// could do in the organization. It is refused, too, and the user gets another one.
//
// Entries are only added: an entry lives as long as a token of its session can, and nothing removes it earlier. The caller says
// how long that is: the longest life of a session token plus twice the clock skew. Sets with the same entries therefore agree,
// whatever the order in which the entries came, and however often. Replicas depend on this.
package revocation
