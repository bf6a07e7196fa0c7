// Package pasted knows what a configured value brings along when a person, a shell or a file has put it in place.
package pasted

import "strings"

// Bare returns a value without the white space and quotes around it.
func Bare(value string) string { return strings.Trim(value, " \t\r\n\"'`") }
