package documented_test

import (
	"context"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/internal/documented"
)

func TestSame(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		a, b string
		want bool
	}{
		{"GET /v1/users/{user_id}", "GET /v1/users/{id}", true},
		{"POST /v1/m2m_tokens", "POST /m2m_tokens", true},
		{"GET /v1/users/{user_id}", "GET /v1/users/count", false},
		{"GET /v1/users", "POST /v1/users", false},
	} {
		if got := documented.Same(row.a, row.b); got != row.want {
			t.Errorf("%s and %s: %v", row.a, row.b, got)
		}
	}
}

// The list is that of the documents, with every parameter.
func TestTheListIsThatOfTheDocuments(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("GINCLERK_OPENAPI_DIR")
	if folder == "" {
		t.Skip("GINCLERK_OPENAPI_DIR names no folder with Clerk's documents")
	}
	for _, name := range []string{documented.Backend, documented.Frontend} {
		files, err := filepath.Glob(filepath.Join(folder, name+"-*.json"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no %s in %s", name, folder)
		}
		doc, err := (&openapi3.Loader{Context: context.Background()}).LoadFromFile(files[len(files)-1])
		if err != nil {
			t.Fatal(err)
		}
		var want []documented.Operation
		for path, item := range doc.Paths.Map() {
			for method, op := range item.Operations() {
				if name == documented.Backend {
					path = "/v1" + strings.TrimPrefix(path, "/v1")
				}
				want = append(want, operation(method+" "+path, item.Parameters, op))
			}
		}
		slices.SortFunc(want, func(a, b documented.Operation) int { return strings.Compare(a.Pattern, b.Pattern) })
		got := documented.Operations(name)
		for i := range got {
			got[i].LeftOut = "" // the documents don't know
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-documents +list):\n%s", name, diff)
		}
	}
}

func operation(pattern string, shared openapi3.Parameters, op *openapi3.Operation) documented.Operation {
	query, body := map[string]bool{}, map[string]bool{}
	for _, p := range slices.Concat(shared, op.Parameters) {
		if p.Value.In == openapi3.ParameterInQuery {
			query[p.Value.Name] = true
		}
	}
	if op.RequestBody != nil {
		for _, media := range op.RequestBody.Value.Content {
			properties(media.Schema.Value, body)
		}
	}
	out := documented.Operation{Pattern: pattern, Query: sorted(query), Body: sorted(body)}
	for status, response := range op.Responses.Map() {
		media := response.Value.Content.Get("application/json")
		if strings.HasPrefix(status, "2") && media != nil && media.Schema != nil {
			out.Answers = "documented"
		}
	}
	return out
}

func properties(s *openapi3.Schema, into map[string]bool) {
	for name := range s.Properties {
		into[name] = true
	}
	for _, part := range slices.Concat(s.AllOf, s.OneOf, s.AnyOf) {
		properties(part.Value, into)
	}
}

func sorted(names map[string]bool) []string {
	return slices.AppendSeq([]string{}, slices.Values(slices.Sorted(maps.Keys(names))))
}

func TestReasonsAndPatternsAreWellFormed(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"bapi", "bapi+", "fapi", "fapi+"} {
		mux := http.NewServeMux()
		for _, op := range documented.Operations(name) {
			mux.Handle(op.Pattern, http.NotFoundHandler()) // it panics for patterns that are not well formed, or there twice
		}
	}
}
