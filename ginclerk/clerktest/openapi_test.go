package clerktest_test

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ginclerk/ginclerk/internal/documented"
	"github.com/ginclerk/ginclerk/internal/openapicheck"
)

// documents compares answers with Clerk's documents, if the environment names them.
var documents = sync.OnceValues(func() (*openapicheck.Check, error) { return openapicheck.Load(os.Getenv(openapicheck.Variable)) })

// checked returns a transport that compares answers with Clerk's documents.
func checked(next http.RoundTripper) http.RoundTripper {
	check, err := documents()
	if err != nil {
		return next // the report says so
	}
	return check.Transport(next)
}

// reportDocuments prints the comparison, and returns the exit code of the tests.
func reportDocuments(code int) int {
	check, err := documents()
	if err != nil {
		fmt.Fprintf(os.Stdout, "openapi: %v\n", err)
		return max(code, 1)
	}
	if ok, err := check.Report(os.Stdout, "Go"); !ok || err != nil {
		return max(code, 1)
	}
	if missing := notValidated(check); code == 0 && missing != nil {
		fmt.Fprintf(os.Stdout, "openapi: the table says that these are validated, and no answer was: %q\n", missing)
		return 1
	}
	return code
}

// notValidated returns the operations whose answers the table calls validated, and that no test got a good answer of. It needs all tests
// of the package.
func notValidated(check *openapicheck.Check) (missing []string) {
	whole := flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.list").Value.String() == ""
	if !check.Enabled() || !whole || testing.Short() {
		return nil
	}
	for _, api := range []string{documented.Backend, documented.Frontend} {
		for _, op := range slices.Concat(documented.Operations(api), documented.Operations(api+documented.Beyond)) {
			name := api + " " + op.Pattern
			if api == documented.Backend {
				name = strings.Replace(name, " /v1", " ", 1)
			}
			if op.Answers != "" && op.LeftOut == "" && !slices.Contains(onlyErrors, op.Pattern) && !check.Validated(name) {
				missing = append(missing, name)
			}
		}
	}
	return missing
}
