package clerkapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// directory answers GET /v1/users as Clerk does: ten users unless a limit is given, the newest first.
func directory(known []string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		limit := 10
		if raw := r.URL.Query().Get("limit"); raw != "" {
			limit, _ = strconv.Atoi(raw)
		}
		out := []map[string]any{}
		for _, id := range slices.Backward(known) {
			if slices.Contains(r.URL.Query()["user_id"], id) && len(out) < limit {
				out = append(out, map[string]any{"object": "user", "id": id})
			}
		}
		_ = json.NewEncoder(w).Encode(out)
	}
}

func TestUsers(t *testing.T) {
	t.Parallel()
	var many []string
	for i := range 230 {
		many = append(many, fmt.Sprintf("user_%03d", i))
	}
	tests := []struct {
		name     string
		ask      []string
		known    []string
		want     []string
		requests int
	}{
		{"nobody takes no request", nil, many, nil, 0},
		{"eleven are all found", many[:11], many, many[:11], 1},
		{"230 are all found", many, many, many, 3},
		{"unknown ones are left out", []string{"user_000", "user_x"}, many, many[:1], 1},
		{"malformed ones are not asked for", []string{"user_/../..", "", "sess_1", "user_000"}, many, many[:1], 1},
		{"malformed ones alone take no request", []string{"-user_000"}, many, nil, 0},
		{"one asked for twice comes once", []string{"user_000", "user_000"}, many, many[:1], 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			clerk := newStub(t, directory(tt.known))
			got, err := newClient(t, clerk.URL).Users(t.Context(), tt.ask...)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, u := range got {
				ids = append(ids, u.ID)
			}
			slices.Sort(ids)
			if diff := cmp.Diff(tt.want, ids); diff != "" {
				t.Error(diff)
			}
			if n := len(clerk.requests()); n != tt.requests {
				t.Errorf("%d requests, want %d", n, tt.requests)
			}
		})
	}
}

func TestUsersThatWereNotAskedForAreLeftOut(t *testing.T) {
	t.Parallel()
	clerk := newStub(t, says(http.StatusOK, `[{"object":"user","id":"user_other"},{"object":"user","id":"`+userID+`"}]`))
	got, err := newClient(t, clerk.URL).Users(t.Context(), userID)
	if err != nil || len(got) != 1 || got[0].ID != userID {
		t.Errorf("got %v, error %v", got, err)
	}
}

func TestOrganizationMemberships(t *testing.T) {
	t.Parallel()
	clerk := newStub(t, says(http.StatusOK, `{"data":[{"object":"organization_membership","id":"orgmem_1","role":"org:admin",
		"organization":{"object":"organization","id":"org_1","name":"Acme","slug":"acme"}}],"total_count":1}`))
	got, err := newClient(t, clerk.URL).OrganizationMemberships(t.Context(), userID)
	if err != nil || len(got) != 1 || got[0].Organization.Name != "Acme" || got[0].Role != "org:admin" {
		t.Errorf("got %v, error %v", got, err)
	}
}
