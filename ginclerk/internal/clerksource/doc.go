// Package clerksource gives packages session and reverify what they need, from Clerk: it satisfies [session.Reader],
// [session.Revoker], [session.Profiles], [session.Toucher] and [reverify.Frontend] with clients of clerkapi, and translates Clerk's
// values and errors into those of the two packages. It decides nothing.
package clerksource
