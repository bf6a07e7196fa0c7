// Package localpath tells paths of the application's own origin from other texts, so that no redirect leads to another site.
package localpath

import "strings"

// Is reports whether a redirect or a request to the text stays on the application's own origin: one slash in front, no
// second slash or backslash behind it (browsers read both as another host), no control characters. A query may follow.
func Is(text string) bool {
	return strings.HasPrefix(text, "/") && !strings.HasPrefix(text, "//") &&
		!strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c == 0x7f || c == '\\' })
}

// HasDotSegment reports whether a decoded path has a segment that leads elsewhere. A backslash ends a segment too, as on Windows, and
// a semicolon ends its name, as in Java.
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
