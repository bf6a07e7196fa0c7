package clerktest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// document is one of Clerk's OpenAPI documents, and a router that finds its operations.
type document struct {
	name       string
	mux        *http.ServeMux
	operations map[string]*operation // by pattern
	envelope   *openapi3.Schema
}

type operation struct {
	name       string
	documented *openapi3.Operation // nil: the document leaves it out
	answer     *openapi3.Schema    // of an operation that is left out; nil: nobody says
}

// loadDocuments reads the newest document, which is the last by name. The operations that it leaves out come with the name of the
// schema of their answers, or "".
func loadDocuments(folder, pattern string, leftOut map[string]string) (*document, error) {
	files, err := filepath.Glob(filepath.Join(folder, pattern))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no %s in the folder that %s names (%w)", pattern, documentsVariable, errors.ErrUnsupported)
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
			if op.answer, err = component(loaded, schema); err != nil {
				return nil, err
			}
		}
		d.add(op)
	}
	d.envelope, err = component(loaded, "ClerkErrors")
	return d, err
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
	req, err := http.NewRequestWithContext(context.Background(), method, "http://localhost"+path, nil)
	if err != nil {
		return nil
	}
	_, pattern := d.mux.Handler(req)
	return d.operations[pattern]
}

// validate compares an answer with the schema that the document has for it. Errors that an operation doesn't list are Clerk's
// envelope all the same.
func (d *document) validate(op *operation, res *http.Response, body []byte, paginated bool) error {
	schema, err := d.schema(op, res.StatusCode)
	if res.StatusCode == http.StatusServiceUnavailable {
		schema = d.envelope // an outage is no answer of the operation
	}
	if err != nil || schema == nil {
		return err
	}
	if got := res.Header.Get("Content-Type"); got != "application/json" {
		return fmt.Errorf("content type %q, want application/json", got)
	}
	value, err := decodeAny(body)
	if err != nil {
		return fmt.Errorf("not JSON: %w", err)
	}
	if paginated && res.StatusCode == http.StatusOK && schema.Type.Is("array") {
		if value, err = unwrapPage(value); err != nil {
			return err
		}
	}
	if err := schema.VisitJSON(value, openapi3.VisitAsResponse()); err != nil {
		return schemaError(err)
	}
	return nil
}

func (d *document) schema(op *operation, status int) (*openapi3.Schema, error) {
	switch {
	case status >= http.StatusBadRequest && (op == nil || op.documented == nil):
		return d.envelope, nil
	case op == nil:
		return nil, errors.New("neither Clerk's document nor the list of what it leaves out has this operation")
	case op.documented == nil:
		return op.answer, nil
	}
	response := op.documented.Responses.Value(strconv.Itoa(status))
	switch {
	case response == nil && status >= http.StatusBadRequest:
		return d.envelope, nil
	case response == nil:
		return nil, errors.New("the document has no such status")
	}
	media := response.Value.Content.Get("application/json")
	if media == nil || media.Schema == nil {
		return nil, nil //nolint:nilnil // the document says nothing about the body
	}
	return media.Schema.Value, nil
}

// unwrapPage returns the elements of the form that lists take with paginated=true (documented as the parameter, not as a schema).
func unwrapPage(value any) (any, error) {
	object, ok := value.(map[string]any)
	if !ok {
		return nil, errors.New("paginated, but no object")
	}
	if _, ok := object["total_count"].(float64); !ok || len(object) != 2 {
		return nil, errors.New("paginated, but not data and total_count alone")
	}
	return object["data"], nil
}
