package routematcher

import "fmt"

// PatternError says why a pattern can't be compiled.
type PatternError struct {
	// Pattern is the whole pattern.
	Pattern string
	// Offset is the byte in Pattern, counted from 0, where the problem is.
	Offset int
	// Problem is the problem in words.
	Problem string
}

// Error names the pattern, the position and the problem.
func (e *PatternError) Error() string {
	return fmt.Sprintf("route pattern %q, at byte %d: %s", e.Pattern, e.Offset, e.Problem)
}

// problem is the error of a part of the compiler. A PatternError adds the pattern to it.
type problem struct {
	offset int
	text   string
}

func (p *problem) Error() string { return p.text }

func problemf(offset int, format string, args ...any) error {
	return &problem{offset: offset, text: fmt.Sprintf(format, args...)}
}
