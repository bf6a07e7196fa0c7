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
// Patterns are written for JavaScript's regular expressions. The package reads what stands in parentheses as JavaScript
// does: "." stops at every line terminator, \s knows Unicode's spaces, [^] is anything. Package regexp then matches it, in time
// that is linear in the path. [Compile] refuses backreferences, escapes that JavaScript accepts only for old pages, an empty
// pattern (which Clerk ignores), and all lookaround but one: a negative lookahead for literal text, (?!text) or (?!one|other).
//
// Package regexp has no lookaheads. The package runs a pattern with one itself, on the program of regexp/syntax (see machine.go).
// Measured in November 2026: github.com/dlclark/regexp2, which backtracks, takes more than 2 seconds for /(.*)/((?!edit).*)/z and
// a path of 8 KiB. A positive and a negative expression for package regexp are not enough for recorded answers to patterns such as
// (.*(?!a).) and /((?:a(?!b)|b(?!a))+), nor for a parameter behind longer text, as in /:from-to-:to.
//
// Two differences to JavaScript remain. The package folds case in ASCII only: JavaScript folds é and É too, and Go's folding adds
// the long s and the Kelvin sign to s and k. And "." is one code point, where JavaScript counts two for those above U+FFFF.
//
// # Paths
//
// [Matcher.Match] takes the path as it was sent, before percent-decoding, and brings it into the form that [Normalize]
// documents. Neither of them resolves "." and ".." segments: match the path that the router serves, or both paths.
// [Pattern.Find] takes a path as it is, as organization sync does.
package routematcher
