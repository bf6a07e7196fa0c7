// Package documented has the names of the operations in Clerk's OpenAPI documents, and of their parameters. It has nothing else of
// the documents, which we may not ship. With them, openapicheck holds this list against them.
package documented

import (
	_ "embed"
	"strings"
)

// table has the columns of [Operation], and first the document's name; with a plus for operations that the document leaves out.
//
//go:embed operations.tsv
var table string

// The two documents. [Beyond] is behind the name for the operations that Clerk's SDKs call and the document leaves out.
const (
	Backend  = "bapi"
	Frontend = "fapi"
	Beyond   = "+"
)

// Operation is an operation of a document.
type Operation struct {
	// Pattern is the method and the path, which begins with /v1 or /.well-known.
	Pattern string
	// Query and Body are the names of its parameters.
	Query, Body []string
	// Answers is "documented" if the document describes its answers. For operations that it leaves out, Answers is the name of a schema,
	// or an operation with the same answers. "" = no description.
	Answers string
	// LeftOut says why it is not emulated; "" = it is.
	LeftOut string
}

// Operations returns the operations of a document, sorted.
func Operations(document string) (all []Operation) {
	for line := range strings.Lines(table) {
		c := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if c[0] == document {
			all = append(all, Operation{Pattern: c[1], Query: strings.Fields(c[2]), Body: strings.Fields(c[3]), Answers: c[4], LeftOut: c[5]})
		}
	}
	return all
}

// Same reports whether two patterns are of one operation: only the names of their variables differ.
func Same(a, b string) bool { return unnamed(a) == unnamed(b) }

// unnamed removes the names of variables, and /v1: the operations for machines have no version in front.
func unnamed(pattern string) string {
	method, path, _ := strings.Cut(pattern, " ")
	segments := strings.Split(strings.TrimPrefix(path, "/v1"), "/")
	for i, s := range segments {
		if strings.HasPrefix(s, "{") {
			segments[i] = "{}"
		}
	}
	return method + " " + strings.Join(segments, "/")
}
