package core

import (
	"net/http"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
)

// The places where requests to both APIs name the version of the API.
const (
	versionHeader = "Clerk-Api-Version"
	versionQuery  = "__clerk_api_version"
)

// checkVersion refuses invalid versions (Clerk's documentation, "Versioning"): a version in both the header and the query, and
// a value that is not a date. It accepts every date, because clients are newer than this server, and it accepts a request
// without a version. The error's code is ours: the documentation names none.
func checkVersion(r *http.Request) *apierr.Error {
	header, query := r.Header.Get(versionHeader), r.URL.Query().Get(versionQuery)
	if header != "" && query != "" {
		return apierr.New(http.StatusBadRequest, "api_version_invalid", "The API version is given in the header and in the query.")
	}
	version := header + query
	if _, err := time.Parse(time.DateOnly, version); version != "" && err != nil {
		return apierr.New(http.StatusBadRequest, "api_version_invalid", "The API version is no date such as 2026-05-12.")
	}
	return nil
}
