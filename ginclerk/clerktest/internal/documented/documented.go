// Package documented has the names of the operations in Clerk's OpenAPI documents, and of their parameters. It has nothing else of
// the documents, which we may not ship. With them, openapicheck holds this list against them.
package documented

import (
	_ "embed"
	"strings"
)

//go:embed operations.tsv
var table string

// The two documents.
const (
	Backend  = "bapi"
	Frontend = "fapi"
)

// Operation is an operation of a document.
type Operation struct {
	// Pattern is the method and the path, which begins with /v1 or /.well-known.
	Pattern string
	// Query and Body are the names of its parameters.
	Query, Body []string
}

// Operations returns the operations of a document, sorted.
func Operations(document string) (all []Operation) {
	for line := range strings.Lines(table) {
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if columns[0] == document {
			all = append(all, Operation{Pattern: columns[1], Query: strings.Fields(columns[2]), Body: strings.Fields(columns[3])})
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
