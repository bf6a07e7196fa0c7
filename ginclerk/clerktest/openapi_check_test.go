package clerktest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// The comparison with Clerk's documents has to notice what is wrong.
func TestDocumentsNoticeWhatIsWrong(t *testing.T) {
	t.Parallel()
	found, err := documents()
	if err != nil {
		t.Fatal(err)
	}
	if found == nil {
		t.Skip(documentsVariable + " names no folder with Clerk's documents")
	}
	srv := clerktest.New(t)
	s := session(t, srv, "ada@example.com", clerktest.SessionOptions{})
	good := backend(srv, http.MethodGet, "/v1/sessions/"+s.ID, "").do(t).want(t, http.StatusOK)
	for _, row := range []struct {
		name, old, replaced, contentType string
		status                           int
		wrong                            bool
	}{
		{"the answer as it was", "", "", "application/json", 200, false},
		{"an answer that the operation doesn't list, in the envelope", good.raw, `{"errors":[]}`, "application/json", 418, false},
		{"a status that the operation hasn't", "", "", "application/json", 201, true},
		{"a charset", "", "", "application/json; charset=utf-8", 200, true},
		{"a value that is none of the enumerated", `"active"`, `"asleep"`, "application/json", 200, true},
		{"a property that is missing", `"expire_at"`, `"expires"`, "application/json", 200, true},
		{"another type", `"user_id":"`, `"user_id":1,"x":"`, "application/json", 200, true},
		{"null where it isn't allowed", `"object":"session"`, `"object":null`, "application/json", 200, true},
		{"half an answer", "}", "", "application/json", 200, true},
		{"an error without the envelope", good.raw, `{"error":"x"}`, "application/json", 404, true},
	} {
		body := good.raw
		if row.old != "" {
			body = strings.ReplaceAll(body, row.old, row.replaced)
		}
		res := &http.Response{StatusCode: row.status, Header: http.Header{"Content-Type": {row.contentType}}}
		err := found.backend.validate(found.backend.find(http.MethodGet, "/sessions/"+s.ID), res, []byte(body), false)
		if (err != nil) != row.wrong {
			t.Errorf("%s: error %v", row.name, err)
		}
		if err != nil && strings.Contains(err.Error(), s.UserID) {
			t.Errorf("%s: the error shows values: %v", row.name, err)
		}
	}
}
