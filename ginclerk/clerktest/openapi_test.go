package clerktest_test

import (
	"fmt"
	"net/http"
	"os"
	"sync"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/openapicheck"
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
	return code
}
