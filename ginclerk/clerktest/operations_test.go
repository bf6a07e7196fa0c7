package clerktest_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/internal/documented"
)

var update = flag.Bool("update", false, "write the table of operations into doc.go")

// Where the table is in doc.go.
const (
	tableBegins = "// # The table of operations\n"
	tableEnds   = "// # The laboratory\n"
)

// onlyErrors are emulated operations that have no other answer than an error of Clerk's: no second factor here needs a preparation.
var onlyErrors = []string{
	"POST /v1/client/sessions/{session_id}/verify/prepare_second_factor", "POST /v1/client/sign_ins/{sign_in_id}/prepare_second_factor",
}

const tableLegend = `//
// The operations of Clerk's documents of 2026-05-12, and those beyond them that Clerk's SDKs call. Tests validate every answer against
// the documents, except where a star says that these don't describe it. A plus is beyond the documents, and a minus is not emulated.
// An exclamation mark is always an error of Clerk's: no second factor here needs a preparation.
//
`

// marked is an operation as the table shows it: the method with its marks, and the path.
func marked(op documented.Operation, beyond bool) (method, path string) {
	method, path, _ = strings.Cut(op.Pattern, " ")
	if op.LeftOut != "" {
		return method + "-", path
	}
	if beyond {
		method += "+"
	}
	if op.Answers == "" {
		method += "*"
	}
	if slices.Contains(onlyErrors, op.Pattern) {
		method += "!"
	}
	return method, path
}

// tableOf returns the table of one API, and its figures.
func tableOf(title, api string) (table, figures string) {
	within, beyond := documented.Operations(api), documented.Operations(api+documented.Beyond)
	methods, reasons := map[string][]string{}, map[string][]string{}
	var paths, whys []string
	emulated, validated := 0, 0
	for i, op := range slices.Concat(within, beyond) {
		method, path := marked(op, i >= len(within))
		if methods[path] == nil {
			paths = append(paths, path)
		}
		methods[path] = append(methods[path], method)
		switch {
		case op.LeftOut != "":
			if reasons[op.LeftOut] == nil {
				whys = append(whys, op.LeftOut)
			}
			reasons[op.LeftOut] = append(reasons[op.LeftOut], op.Pattern)
		case i < len(within):
			emulated++
			if op.Answers != "" && !slices.Contains(onlyErrors, op.Pattern) {
				validated++
			}
		}
	}
	figures = fmt.Sprintf("%s: %d operations in Clerk's document, %d emulated, %d validated, %d left out; %d more emulated",
		title, len(within), emulated, validated, len(within)-emulated, len(beyond))
	slices.Sort(paths)
	lines := []string{"// " + figures + ".", "//"}
	for _, path := range paths {
		slices.Sort(methods[path])
		lines = append(lines, fmt.Sprintf("//\t%-71s %s", path, strings.Join(methods[path], " ")))
	}
	lines = append(lines, "//")
	if len(whys) > 0 {
		lines = append(lines, "// Left out:", "//")
		for _, why := range whys {
			lines = append(lines, "//   - "+strings.Join(reasons[why], ", ")+": "+why+";")
		}
		lines[len(lines)-1] = strings.TrimSuffix(lines[len(lines)-1], ";") + "."
		lines = append(lines, "//")
	}
	return strings.Join(lines, "\n") + "\n", figures
}

func TestOperationsTable(t *testing.T) {
	t.Parallel()
	backendTable, backendFigures := tableOf("Backend API", documented.Backend)
	frontendTable, frontendFigures := tableOf("Frontend API", documented.Frontend)
	fmt.Fprintf(os.Stdout, "operations: %s\noperations: %s\n", backendFigures, frontendFigures)
	page, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	begin, end := bytes.Index(page, []byte(tableBegins)), bytes.Index(page, []byte(tableEnds))
	if begin < 0 || end < begin {
		t.Fatal("doc.go has no place for the table")
	}
	begin += len(tableBegins)
	want := tableLegend + backendTable + frontendTable
	if *update {
		if err := os.WriteFile("doc.go", slices.Concat(page[:begin], []byte(want), page[end:]), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(page[begin:end])); diff != "" {
		t.Errorf("doc.go has another table; go test ./ginclerk/clerktest -run %s -update writes it (-want +got):\n%s", t.Name(), diff)
	}
}

// The table says what is emulated, and nothing else is.
func TestTheTableHasEveryEmulatedOperation(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	for _, api := range []string{documented.Backend, documented.Frontend} {
		listed := slices.Concat(documented.Operations(api), documented.Operations(api+documented.Beyond))
		patterns := clerktest.Patterns(srv, api)
		for _, op := range listed {
			emulated := slices.ContainsFunc(patterns, func(p string) bool { return documented.Same(p, op.Pattern) })
			if emulated == (op.LeftOut != "") {
				t.Errorf("%s %s: emulated %v, and the list says why not: %q", api, op.Pattern, emulated, op.LeftOut)
			}
		}
		for _, p := range patterns {
			if !slices.ContainsFunc(listed, func(op documented.Operation) bool { return documented.Same(p, op.Pattern) }) {
				t.Errorf("%s %s is emulated, and not in the list", api, p)
			}
		}
	}
}
