// Package clerkcookie parses Clerk's cookies of a request, once. A [Jar] has the values that the browser sent, tells which cookies
// the browser sent more than once, and reads the session tokens among them. The package decides nothing: package authn decides from
// a jar, and package ginclerk chooses first among cookies that were sent more than once.
package clerkcookie
