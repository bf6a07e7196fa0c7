package core

import (
	"net/http"
	"strings"
	"time"
)

// The quotas that are the same for every instance (Clerk's documentation, "Rate limits").
const (
	changeQuota  = 10 // changes of one user, organization or membership
	createQuota  = 5  // sign-ins, and sign-ups, of one address
	attemptQuota = 3  // attempts at a sign-in's factors, and at a sign-up's verification, of one address
)

// BackendLimit returns the limit of the Backend API: a number of requests of the instance, and ten changes of one object. The
// key set has no limit.
func BackendLimit(most int, now func() time.Time) *Limit {
	return newLimit(now, func(operation string, r *http.Request) []quota {
		if operation == "GET /v1/jwks" {
			return nil
		}
		quotas := []quota{{key: "all", most: most}}
		if isChange(operation) {
			quotas = append(quotas, quota{key: strings.TrimSuffix(r.URL.Path, "/metadata"), most: changeQuota})
		}
		return quotas
	})
}

// isChange reports whether a request changes an object. An object and its metadata count together.
func isChange(operation string) bool {
	method, path, _ := strings.Cut(operation, " ")
	if !strings.HasPrefix(path, "/v1/users/{") && !strings.HasPrefix(path, "/v1/organizations/{") {
		return false
	}
	return method == http.MethodPatch || method == http.MethodPut && strings.HasSuffix(path, "/metadata")
}

// FrontendLimit returns the limit of the Frontend API. By address it counts the requests that begin sign-ins and sign-ups, and
// the attempts to complete them. Other requests have no limit.
func FrontendLimit(now func() time.Time) *Limit {
	return newLimit(now, func(operation string, r *http.Request) []quota {
		name, most := "", attemptQuota
		switch operation {
		case "POST /v1/client/sign_ins":
			name, most = "create sign-in", createQuota
		case "POST /v1/client/sign_ups":
			name, most = "create sign-up", createQuota
		case "POST /v1/client/sign_ins/{sign_in_id}/attempt_first_factor", "POST /v1/client/sign_ins/{sign_in_id}/attempt_second_factor":
			name = "attempt sign-in"
		case "POST /v1/client/sign_ups/{sign_up_id}/attempt_verification":
			name = "attempt sign-up"
		default:
			return nil
		}
		return []quota{{key: name + " " + addressOf(r), most: most}}
	})
}
