package clients_test

import (
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"sync"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/internal/openapicheck"
)

// documents compares answers with Clerk's OpenAPI documents, if the environment names them.
var documents = sync.OnceValues(func() (*openapicheck.Check, error) { return openapicheck.Load(os.Getenv(openapicheck.Variable)) })

// reportDocuments prints how many answers were compared, and returns the exit code of the tests.
func reportDocuments(code int) int {
	check, err := documents()
	if err != nil {
		fmt.Fprintf(os.Stdout, "openapi: %v\n", err)
		return max(code, 1)
	}
	if ok, err := check.Report(os.Stdout, "JavaScript clients"); !ok || err != nil {
		return max(code, 1)
	}
	return code
}

// between returns the URL of a proxy in front of the embedded Clerk, which compares every answer with Clerk's documents. The
// Backend API is below /backend, as at the server itself. It ends with the test.
func between(t *testing.T, srv *clerktest.Server) string {
	t.Helper()
	check, err := documents()
	if err != nil {
		t.Fatal(err)
	}
	target, err := url.Parse(srv.FrontendURL())
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	proxy := httptest.NewServer(&httputil.ReverseProxy{
		Transport: check.Transport(transport),
		ErrorLog:  log.New(t.Output(), "", 0), // a page that is left cancels its requests
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
			for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
				if values, found := r.In.Header[name]; found {
					r.Out.Header[name] = values // client and server must not notice the proxy
				}
			}
		},
	})
	t.Cleanup(proxy.Close)
	return proxy.URL
}
