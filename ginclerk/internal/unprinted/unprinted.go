// Package unprinted keeps what is secret out of text. A type that holds a secret implements [fmt.Formatter] with it, which
// package fmt asks for every verb, %d and %x among them; String and GoString it asks for some.
//
// fmt calls no methods of values in unexported fields, so that a type whose fields are of such types needs a Formatter, too.
package unprinted

import (
	"fmt"
	"io"
)

// Write writes what stands for a value, whatever the verb.
func Write(state fmt.State, text string) {
	_, _ = io.WriteString(state, text) // fmt's own buffer, which takes everything
}
