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

	"github.com/ginclerk/ginclerk/internal/documented"
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

// loadDocument reads the newest document, which is the last by name.
func loadDocument(folder, name string) (*document, error) {
	files, err := filepath.Glob(filepath.Join(folder, name+"-*.json"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no %s-*.json in the folder that %s names (%w)", name, Variable, errors.ErrUnsupported)
	}
	loaded, err := (&openapi3.Loader{Context: context.Background()}).LoadFromFile(files[len(files)-1])
	if err != nil {
		return nil, fmt.Errorf("read OpenAPI document: %w", err)
	}
	d := &document{name: name, mux: http.NewServeMux(), operations: map[string]*operation{}}
	for path, item := range loaded.Paths.Map() {
		for method, op := range item.Operations() {
			d.add(&operation{name: method + " " + path, documented: op})
		}
	}
	for _, left := range documented.Operations(name + documented.Beyond) {
		op := &operation{name: d.local(left.Pattern)}
		if left.Answers != "" {
			if op.answer, err = answer(loaded, left.Answers); err != nil {
				return nil, err
			}
		}
		d.add(op)
	}
	d.envelope, err = component(loaded, "ClerkErrors")
	return d, err
}

// local removes /v1 from a pattern of the Backend API, whose document has no version in its paths.
func (d *document) local(pattern string) string {
	if d.name == documented.Backend {
		return strings.Replace(pattern, " /v1", " ", 1)
	}
	return pattern
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
