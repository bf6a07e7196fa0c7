// Package clerksource gives package session what it needs, from Clerk: it satisfies [session.Reader], [session.Revoker],
// [session.Profiles] and [session.Toucher] with clients of clerkapi, and translates Clerk's values and errors into those
// of package session. It decides nothing.
package clerksource
