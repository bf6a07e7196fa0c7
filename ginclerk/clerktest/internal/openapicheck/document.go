package openapicheck

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// document is one of Clerk's OpenAPI documents, with a router for its operations.
type document struct {
	name       string
	mux        *http.ServeMux
	operations map[string]*operation // by pattern
	envelope   *openapi3.Schema
}

type operation struct {
	name       string
	documented *openapi3.Operation // nil: the document leaves it out
	answer     *openapi3.Schema    // of an operation that the document leaves out; nil: unknown
}

// loadDocument reads the newest document, which is the last by name. An operation that it leaves out has the name of the schema
// of its answers, or that of an operation whose answers are the same, or "".
func loadDocument(folder, pattern string, leftOut map[string]string) (*document, error) {
	files, err := filepath.Glob(filepath.Join(folder, pattern))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no %s in the folder that %s names (%w)", pattern, Variable, errors.ErrUnsupported)
	}
	loaded, err := (&openapi3.Loader{Context: context.Background()}).LoadFromFile(files[len(files)-1])
	if err != nil {
		return nil, fmt.Errorf("read OpenAPI document: %w", err)
	}
	d := &document{name: pattern[:4], mux: http.NewServeMux(), operations: map[string]*operation{}}
	for path, item := range loaded.Paths.Map() {
		for method, op := range item.Operations() {
			d.add(&operation{name: method + " " + path, documented: op})
		}
	}
	for name, schema := range leftOut {
		op := &operation{name: name}
		if schema != "" {
			if op.answer, err = answer(loaded, schema); err != nil {
				return nil, err
			}
		}
		d.add(op)
	}
	d.envelope, err = component(loaded, "ClerkErrors")
	return d, err
}

// answer returns a schema by its name, or the schema of the answers of an operation such as "POST /api_keys/verify".
func answer(loaded *openapi3.T, name string) (*openapi3.Schema, error) {
	method, path, isOperation := strings.Cut(name, " ")
	if !isOperation {
		return component(loaded, name)
	}
	if item := loaded.Paths.Find(path); item != nil && item.GetOperation(method) != nil {
		if media := item.GetOperation(method).Responses.Value("200").Value.Content.Get("application/json"); media != nil {
			return media.Schema.Value, nil
		}
	}
	return nil, fmt.Errorf("the OpenAPI document has no answer of %s", name)
}

func component(loaded *openapi3.T, name string) (*openapi3.Schema, error) {
	ref := loaded.Components.Schemas[name]
	if ref == nil {
		return nil, fmt.Errorf("the OpenAPI document has no schema %s", name)
	}
	return ref.Value, nil
}

func (d *document) add(op *operation) {
	d.operations[op.name] = op
	d.mux.Handle(op.name, http.NotFoundHandler())
}

// find returns nil for an operation that Clerk doesn't have.
func (d *document) find(method, path string) *operation {
	_, pattern := d.mux.Handler(&http.Request{Method: method, Host: "localhost", URL: &url.URL{Path: path}})
	return d.operations[pattern]
}
