// Package clerksource connects packages session and reverify to Clerk: it implements [session.Reader], [session.Revoker],
// [session.Profiles], [session.Toucher] and [reverify.Frontend] with the clients of clerkapi, and translates Clerk's values and
// errors into those of the two packages. It decides nothing.
package clerksource
