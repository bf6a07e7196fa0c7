// Package localpath tells paths of the application's own origin from other texts, so that no redirect leads to another site.
package localpath

import "strings"

// Is reports whether a redirect or a request to the text stays on the application's own origin: it begins with one slash, no
// second slash or backslash follows (browsers read both as another host), and it has no control characters. It may have a
// query.
func Is(text string) bool {
	return strings.HasPrefix(text, "/") && !strings.HasPrefix(text, "//") &&
		!strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c == 0x7f || c == '\\' })
}

// HasDotSegment reports whether a decoded path has a segment of dots. A backslash ends a segment, as on Windows, and a
// semicolon ends the name of a segment, as in Java.
func HasDotSegment(path string) bool {
	if !strings.Contains(path, ".") {
		return false
	}
	for segment := range strings.FieldsFuncSeq(path, func(c rune) bool { return c == '/' || c == '\\' }) {
		if name, _, _ := strings.Cut(segment, ";"); name == "." || name == ".." {
			return true
		}
	}
	return false
}
