package openapicheck_test

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/internal/openapicheck"
)

// answering is a transport that answers without a server.
type answering func(*http.Request) (*http.Response, error)

func (a answering) RoundTrip(req *http.Request) (*http.Response, error) { return a(req) }

func fetch(t *testing.T, transport http.RoundTripper, srv *clerktest.Server, path string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.BackendURL()+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+srv.SecretKey())
	res, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if closeErr := res.Body.Close(); err != nil || closeErr != nil {
		t.Fatal(err, closeErr)
	}
	return string(body)
}

func TestNoticesWhatIsWrong(t *testing.T) {
	t.Parallel()
	check, err := openapicheck.Load(os.Getenv(openapicheck.Variable))
	if err != nil {
		t.Fatal(err)
	}
	if !check.Enabled() {
		t.Skip(openapicheck.Variable + " names no folder with Clerk's documents")
	}
	srv := clerktest.New(t)
	s, err := srv.CreateSession(srv.Users()[0].ID, clerktest.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	path := "/v1/sessions/" + s.ID
	good := fetch(t, &http.Transport{DisableKeepAlives: true}, srv, path)
	const plain = "application/json"
	for _, row := range []struct {
		name, path, old, replaced, contentType string
		status                                 int
		wrong                                  bool
	}{
		{"the answer as it was", path, "", "", plain, 200, false},
		{"an answer that the operation doesn't list, in the envelope", path, good, `{"errors":[]}`, plain, 418, false},
		{"a status that the operation hasn't", path, "", "", plain, 201, true},
		{"a charset", path, "", "", "application/json; charset=utf-8", 200, true},
		{"a value outside of the enumeration", path, `"active"`, `"asleep"`, plain, 200, true},
		{"a missing property", path, `"expire_at"`, `"expires"`, plain, 200, true},
		{"another type", path, `"user_id":"`, `"user_id":1,"x":"`, plain, 200, true},
		{"null where it isn't allowed", path, `"object":"session"`, `"object":null`, plain, 200, true},
		{"half an answer", path, "}", "", plain, 200, true},
		{"an error without the envelope", path, good, `{"error":"x"}`, plain, 404, true},
		{"an operation that Clerk hasn't", "/v1/wishes", "", "", plain, 200, true},
	} {
		body, before := good, len(check.Problems())
		if row.old != "" {
			body = strings.ReplaceAll(body, row.old, row.replaced)
		}
		passed := fetch(t, check.Transport(answering(func(req *http.Request) (*http.Response, error) {
			return &http.Response{
				StatusCode: row.status, Header: http.Header{"Content-Type": {row.contentType}}, Request: req,
				Body: io.NopCloser(strings.NewReader(body)),
			}, nil
		})), srv, row.path)
		if passed != body {
			t.Errorf("%s: the answer was changed on its way", row.name)
		}
		if noticed := len(check.Problems()) > before; noticed != row.wrong {
			t.Errorf("%s: noticed %v: %q", row.name, noticed, check.Problems())
		}
	}
	if all := strings.Join(check.Problems(), " "); strings.Contains(all, s.UserID) {
		t.Errorf("the problems show values: %s", all)
	}
	var printed bytes.Buffer
	if ok, err := check.Report(&printed, "a test"); ok || err != nil || !strings.HasPrefix(printed.String(), "openapi: a test: 10 answers of 1 operations;") {
		t.Errorf("the report says %v (%v): %s", ok, err, printed.String())
	}
}

func TestComparesNothingWithoutDocuments(t *testing.T) {
	t.Parallel()
	check, err := openapicheck.Load("")
	if err != nil || check.Enabled() {
		t.Fatalf("without a folder: enabled %v, error %v", check.Enabled(), err)
	}
	var printed bytes.Buffer
	if ok, err := check.Report(&printed, "a test"); !ok || err != nil || !strings.Contains(printed.String(), "left out") {
		t.Errorf("the report says %v (%v): %s", ok, err, printed.String())
	}
	if _, err := openapicheck.Load(t.TempDir()); err == nil {
		t.Error("no error for a folder without documents")
	}
}
