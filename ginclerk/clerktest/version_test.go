package clerktest_test

import (
	"net/http"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// Clerk's documentation: the header or the query names the version, not both, and the version is a date.
func TestVersionOfTheAPI(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	for _, row := range []struct {
		name, header, query string
		status              int
	}{
		{"no version", "", "", 200},
		{"a version in the header", "2026-05-12", "", 200},
		{"a version in the query", "", "2026-05-12", 200},
		{"an old version", "2021-02-05", "", 200},
		{"an unknown version", "2099-12-31", "", 200},
		{"header and query", "2026-05-12", "2026-05-12", 400},
		{"a text that is not a version", "latest", "", 400},
		{"an invalid day", "", "2026-02-30", 400},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			query := ""
			if row.query != "" {
				query = "?__clerk_api_version=" + row.query
			}
			users := backend(srv, http.MethodGet, "/v1/users"+query, "")
			users.header["Clerk-API-Version"] = row.header
			environment := call{
				method: http.MethodGet, url: srv.FrontendURL() + "/v1/environment" + query,
				header: map[string]string{"Clerk-API-Version": row.header},
			}
			for _, c := range []call{users, environment} {
				if row.status == http.StatusOK {
					c.do(t).want(t, http.StatusOK)
					continue
				}
				c.do(t).wantError(t, row.status, "api_version_invalid")
			}
		})
	}
}
