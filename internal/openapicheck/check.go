package openapicheck

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/ginclerk/ginclerk/internal/documented"
)

// Variable is the environment variable that names the folder with Clerk's OpenAPI documents.
const Variable = "GINCLERK_OPENAPI_DIR"

// Check compares answers with Clerk's documents, and counts them. Make one with [Load]. It is safe for concurrent use.
type Check struct {
	backend, frontend *document // nil: nothing is compared

	mu         sync.Mutex
	operations map[string]int  // answers by operation
	validated  map[string]bool // operations with an answer that is no error and has a schema
	leftOut    map[string]int  // answers of operations that the documents leave out
	problems   map[string]int
}

// Load reads the newest documents of a folder: bapi-*.json of the Backend API and fapi-*.json of the Frontend API; the last by
// name is the newest. For "" it returns a Check that compares nothing. Errors say which file can't be read.
func Load(folder string) (*Check, error) {
	c := &Check{operations: map[string]int{}, validated: map[string]bool{}, leftOut: map[string]int{}, problems: map[string]int{}}
	if folder == "" {
		return c, nil
	}
	var err error
	if c.backend, err = loadDocument(folder, documented.Backend); err != nil {
		return nil, err
	}
	if c.frontend, err = loadDocument(folder, documented.Frontend); err != nil {
		return nil, err
	}
	return c, nil
}

// Enabled reports whether Load has read documents.
func (c *Check) Enabled() bool { return c.backend != nil }

// Problems returns the answers that didn't validate: operation, status and reason, without the values, which may be tokens. It
// is sorted.
func (c *Check) Problems() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Sorted(maps.Keys(c.problems))
}

// Validated reports whether an answer of the operation was compared with a schema, and was no error. The name begins with the document's,
// such as "bapi GET /users".
func (c *Check) Validated(operation string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.validated[operation]
}

// Report prints how many answers of how many operations were compared and what was wrong, as lines that begin with "openapi: ".
// Who names the client. It reports whether all answers validated, which is also true without documents. Errors come from w.
func (c *Check) Report(w io.Writer, who string) (bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.backend == nil {
		_, err := fmt.Fprintf(w, "openapi: %s: left out: %s names no folder with Clerk's documents\n", who, Variable)
		return true, err
	}
	var lines strings.Builder
	fmt.Fprintf(&lines, "openapi: %s: %d answers of %d operations; %d more of %d operations that the documents leave out\n",
		who, total(c.operations), len(c.operations), total(c.leftOut), len(c.leftOut))
	for _, problem := range slices.Sorted(maps.Keys(c.problems)) {
		fmt.Fprintf(&lines, "openapi: %s: FAIL %d times: %s\n", who, c.problems[problem], problem)
	}
	_, err := io.WriteString(w, lines.String())
	return len(c.problems) == 0, err
}

func total(counts map[string]int) (sum int) {
	for _, n := range counts {
		sum += n
	}
	return sum
}

// compare records the result for an answer.
func (c *Check) compare(req *http.Request, res *http.Response, body []byte) {
	doc, path := c.frontend, req.URL.Path
	switch rest, found := strings.CutPrefix(path, "/backend"); {
	case found:
		doc, path = c.backend, strings.TrimPrefix(rest, "/v1")
	case !strings.HasPrefix(path, "/v1/") && !strings.HasPrefix(path, "/.well-known/"):
		return // an endpoint of the program, such as /health
	}
	method := req.Method
	if override := req.URL.Query().Get("_method"); override != "" && method == http.MethodPost {
		method = override
	}
	if method == http.MethodOptions {
		return // the server answers all paths so, before any operation
	}
	op := doc.find(method, path)
	err := doc.validate(op, res, body, req.URL.Query().Get("paginated") == "true")
	c.note(doc, op, method+" "+path, res.StatusCode, err)
}

func (c *Check) note(doc *document, op *operation, asked string, status int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	name := asked
	if op != nil {
		name = op.name
	}
	switch {
	case op == nil: // the envelope of an unknown operation
	case op.documented != nil:
		c.operations[doc.name+" "+name]++
	default:
		c.leftOut[doc.name+" "+name]++
	}
	if op != nil && status < http.StatusMultipleChoices {
		if schema, _ := doc.schema(op, status); schema != nil {
			c.validated[doc.name+" "+name] = true
		}
	}
	if err != nil {
		c.problems[fmt.Sprintf("%s %s %d: %v", doc.name, name, status, err)]++
	}
}
