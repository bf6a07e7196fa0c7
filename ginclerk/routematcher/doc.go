// Package routematcher compiles Clerk's route patterns and matches request paths against them, as createRouteMatcher of
// Clerk's JavaScript SDKs does.
//
// # Patterns
//
// The syntax is that of path-to-regexp, version 6:
//
//	/sign-in(.*)          /sign-in and everything that starts with it, /sign-inx too
//	/dashboard/:path*     /dashboard and everything below it, segment by segment
//	/users/:id            one segment
//	/users/:id(\d+)       one segment of digits
//	/files/:name.:ext     "/" and "." in front of a parameter belong to it
//	/opt{/:x}?            braces group; ?, * and + repeat what stands before them
//	/(en|fr)/about        a regular expression in parentheses, without a name
//	((?!/api).*)          everything that doesn't start with /api
//
// A pattern is matched whole, in any case of ASCII letters, and allows one more "/", "?" or "#" at the end.
//
// # Regular expressions in patterns
//
// Patterns are written for JavaScript's regular expressions, and what stands in parentheses is read as JavaScript reads
// it: "." stops at every line terminator, \s knows Unicode's spaces, [^] is anything. It then runs on Go's engine, whose
// time is linear in the path. A negative lookahead for literal text, (?!text) or (?!one|other), becomes a check beside
// the engine. Everything else that such an engine can't do (other lookaround, backreferences) is refused by [Compile],
// and so are escapes that JavaScript accepts only for old pages' sake, and an empty pattern, which Clerk drops in silence.
//
// Two differences are left. Case is folded in ASCII only: JavaScript folds é and É too, and Go's own folding would add
// the long s and the Kelvin sign to s and k. And "." is one code point, where JavaScript takes two for those above U+FFFF.
//
// # Paths
//
// [Matcher.Match] takes the path as it was sent, before percent-decoding, and brings it into the form that [Normalize]
// documents. Neither resolves "." and ".." segments: match on the path that the router serves, or on both.
// [Pattern.Find] takes a path as it is; organization sync reads paths that way.
package routematcher
