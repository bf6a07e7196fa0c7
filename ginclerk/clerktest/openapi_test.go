package clerktest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

// documentsVariable names the folder with Clerk's OpenAPI documents. They aren't ours to ship.
const documentsVariable = "GINCLERK_OPENAPI_DIR"

// documents are Clerk's, or nil where the folder isn't named.
var documents = sync.OnceValues(func() (*contract, error) {
	folder := os.Getenv(documentsVariable)
	if folder == "" {
		return nil, nil //nolint:nilnil // nothing to check against is no failure
	}
	backendAPI, err := loadDocuments(folder, "bapi-*.json", leftOutOfBackend())
	if err != nil {
		return nil, err
	}
	frontendAPI, err := loadDocuments(folder, "fapi-*.json", leftOutOfFrontend())
	if err != nil {
		return nil, err
	}
	return &contract{
		backend: backendAPI, frontend: frontendAPI,
		operations: map[string]int{}, leftOut: map[string]int{}, problems: map[string]int{},
	}, nil
})

// contract compares answers with Clerk's documents. It is safe for concurrent use.
type contract struct {
	backend, frontend *document

	mu         sync.Mutex
	operations map[string]int // answers by operation
	leftOut    map[string]int // of operations that the documents leave out
	problems   map[string]int
}

// checked returns a transport whose answers are compared with Clerk's documents.
func checked(next http.RoundTripper) http.RoundTripper {
	found, err := documents()
	if err != nil || found == nil {
		return next // report tells
	}
	return checkingTransport{next: next, contract: found}
}

type checkingTransport struct {
	next     http.RoundTripper
	contract *contract
}

func (c checkingTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := c.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(res.Body)
	err = errors.Join(err, res.Body.Close())
	if err == nil {
		c.contract.check(req, res, body)
	}
	res.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), brokenReader{err}))
	return res, nil
}

// brokenReader hands on what went wrong with a body after its last byte.
type brokenReader struct{ err error }

func (b brokenReader) Read([]byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	return 0, io.EOF
}

func (c *contract) check(req *http.Request, res *http.Response, body []byte) {
	doc, path := c.frontend, req.URL.Path
	switch rest, found := strings.CutPrefix(path, "/backend"); {
	case found:
		doc, path = c.backend, strings.TrimPrefix(rest, "/v1")
	case !strings.HasPrefix(path, "/v1/") && !strings.HasPrefix(path, "/.well-known/"):
		return // the program's own, such as /health
	}
	method := req.Method
	if override := req.URL.Query().Get("_method"); override != "" && method == http.MethodPost {
		method = override
	}
	if method == http.MethodOptions {
		return // answered for all paths, before any operation
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	op := doc.find(method, path)
	err := doc.validate(op, res, body, req.URL.Query().Get("paginated") == "true")
	switch {
	case op == nil: // the envelope of "no such operation"
	case op.documented != nil:
		c.operations[doc.name+" "+op.name]++
	default:
		c.leftOut[doc.name+" "+op.name]++
	}
	if err != nil {
		name := method + " " + path
		if op != nil {
			name = op.name
		}
		c.problems[fmt.Sprintf("%s %s %d: %v", doc.name, name, res.StatusCode, err)]++
	}
}

// reportDocuments prints what was compared, and returns the exit code of the tests.
func reportDocuments(code int) int {
	found, err := documents()
	switch {
	case err != nil:
		fmt.Fprintf(os.Stdout, "openapi: %v\n", err)
		return max(code, 1)
	case found == nil:
		fmt.Fprintf(os.Stdout, "openapi: left out: %s names no folder with Clerk's documents\n", documentsVariable)
		return code
	}
	answers, leftOut := total(found.operations), total(found.leftOut)
	fmt.Fprintf(os.Stdout, "openapi: %d answers of %d operations; %d more of %d operations that the documents leave out\n",
		answers, len(found.operations), leftOut, len(found.leftOut))
	for _, problem := range slices.Sorted(maps.Keys(found.problems)) {
		fmt.Fprintf(os.Stdout, "openapi: FAIL %d times: %s\n", found.problems[problem], problem)
		code = max(code, 1)
	}
	return code
}

func total(counts map[string]int) (sum int) {
	for _, n := range counts {
		sum += n
	}
	return sum
}

// schemaError says where a value doesn't fit, without the value: it may hold a token.
func schemaError(err error) error {
	found, ok := errors.AsType[*openapi3.SchemaError](err)
	if !ok {
		return err
	}
	return fmt.Errorf("at /%s: %s", strings.Join(found.JSONPointer(), "/"), found.Reason)
}

func decodeAny(body []byte) (value any, err error) {
	err = json.Unmarshal(body, &value)
	return value, err
}
