package doctor

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// defaultWidth is the width of a line of text, in characters, and minWidth the least one.
const (
	defaultWidth = 100
	minWidth     = 60
)

// TextOptions say how [Report.WriteText] writes. The zero value is plain text of 100 characters a line.
type TextOptions struct {
	// Color marks the severities with ANSI escape sequences.
	Color bool
	// Width is the longest line, in characters; 0 means 100, and less than 60 counts as 60. A word that is longer is not cut.
	Width int
}

// WriteText writes the report for people: a line or more for each finding, and one that counts them at the end. It returns the error
// of the writer.
func (r Report) WriteText(w io.Writer, options TextOptions) error {
	p := printer{options: options}
	if options.Width == 0 {
		p.options.Width = defaultWidth
	}
	p.options.Width = max(p.options.Width, minWidth)
	for i, f := range r.Findings {
		// A problem has a line above it and below, so that its lines stay together.
		if i > 0 && (f.Fix != "" || r.Findings[i-1].Fix != "") {
			p.text.WriteString("\n")
		}
		p.finding(f)
	}
	p.text.WriteString("\n" + p.summary(r) + "\n")
	_, err := io.WriteString(w, p.text.String())
	return err
}

// The columns of the text: marks of at most 7 characters, areas of at most 13, and labels of 4.
const (
	markWidth  = 8
	areaWidth  = 15
	labelWidth = 5
)

type printer struct {
	options TextOptions
	text    strings.Builder
}

// finding writes one finding, with its reason and remedy below it where it is a problem.
func (p *printer) finding(f Finding) {
	mark, color := markOf(f.Severity)
	p.text.WriteString(p.colored(color, mark) + spaces(markWidth-len(mark)) + string(f.Area) + spaces(areaWidth-len(f.Area)))
	p.wrapped(f.Found, markWidth+areaWidth)
	for _, line := range []struct{ label, text string }{{"why", f.Matters}, {"fix", f.Fix}} {
		if line.text != "" {
			p.text.WriteString(spaces(markWidth) + p.colored(bold, line.label) + spaces(labelWidth-len(line.label)))
			p.wrapped(line.text, markWidth+labelWidth)
		}
	}
	if f.Fix != "" {
		p.text.WriteString(spaces(markWidth) + p.colored(faint, "id") + spaces(labelWidth-len("id")) + p.colored(faint, string(f.ID)) + "\n")
	}
}

// wrapped writes a text from a column on, and continues it in the same column of the next lines.
func (p *printer) wrapped(text string, column int) {
	at := column
	for i, word := range strings.Fields(text) {
		length := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case at+1+length > p.options.Width:
			p.text.WriteString("\n" + spaces(column))
			at = column
		default:
			p.text.WriteString(" ")
			at++
		}
		p.text.WriteString(word)
		at += length
	}
	p.text.WriteString("\n")
}

func (p *printer) summary(r Report) string {
	problems := []string{
		counted(r.Count(Error), "error", "errors"),
		counted(r.Count(Warning), "warning", "warnings"),
	}
	rest := []string{fmt.Sprintf("%d fine", r.Count(Fine))}
	if n := r.Count(Skipped); n > 0 {
		rest = append(rest, fmt.Sprintf("%d not examined", n))
	}
	_, color := markOf(r.Worst())
	return p.colored(color, strings.Join(problems, ", ")) + ", " + strings.Join(rest, ", ") + "."
}

func counted(n int, one, many string) string {
	switch n {
	case 0:
		return "no " + many
	case 1:
		return "1 " + one
	default:
		return fmt.Sprintf("%d %s", n, many)
	}
}

// ANSI escape sequences (ECMA-48, SGR).
const (
	reset  = "\x1b[0m"
	bold   = "\x1b[1m"
	faint  = "\x1b[2m"
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
)

func markOf(severity Severity) (mark, color string) {
	switch severity {
	case Error:
		return "ERROR", red
	case Warning:
		return "warning", yellow
	case Fine:
		return "ok", green
	default:
		return "-", faint
	}
}

func (p *printer) colored(color, text string) string {
	if !p.options.Color {
		return text
	}
	return color + text + reset
}

func spaces(n int) string { return strings.Repeat(" ", max(n, 1)) }
