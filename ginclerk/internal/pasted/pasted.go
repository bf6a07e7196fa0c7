// Package pasted removes what people, shells and files add to a configured value.
package pasted

import (
	"strconv"
	"strings"
)

// Bare returns a value without the white space and quotes around it.
func Bare(value string) string { return strings.Trim(value, " \t\r\n\"'`") }

// List returns the items of a comma list, each as [Bare] returns it, without empty ones.
func List(value string) []string {
	var items []string
	for item := range strings.SplitSeq(value, ",") {
		if item = Bare(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// IsTrue reads a boolean value as Clerk's SDKs do: true in any letter case, or a number above zero.
func IsTrue(value string) bool {
	value = Bare(value)
	if strings.EqualFold(value, "true") {
		return true
	}
	n, err := strconv.Atoi(value)
	return err == nil && n > 0
}
