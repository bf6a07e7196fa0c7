package clerksource_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerksource"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

const (
	ended   = `{"object":"session","id":"sess_3","user_id":"user_1","client_id":"client_1","status":"ended"}`
	pending = `{"object":"session","id":"sess_2","user_id":"user_2","client_id":"client_1","status":"pending","actor":null}`
	full    = `{"object":"session","id":"sess_1","user_id":"user_1","client_id":"client_1","status":"active",
		"actor":{"sub":"user_admin"},"last_active_organization_id":"org_1","last_active_at":1767225570123,
		"latest_activity":{"object":"session_activity","id":"sact_1","device_type":"iPhone","is_mobile":true,"browser_name":"Safari",
		"browser_version":"26","ip_address":"192.0.2.1","city":"Vienna","country":"AT"},
		"expire_at":1767830370000,"abandon_at":1769817570000,"created_at":1767225560000,"updated_at":1767225570123}`
)

// serve starts a Clerk that has one answer for each path.
func serve(t *testing.T, status int, answers map[string]string) (*clerksource.Backend, *clerksource.Frontend) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := answers[r.URL.Path+"?"+r.URL.Query().Get("status")]
		if !ok {
			body, ok = answers[r.URL.Path]
		}
		w.Header().Set("Content-Type", "application/json")
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			body = `{"errors":[{"code":"resource_not_found"}]}`
		} else {
			w.WriteHeader(status)
		}
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	backend, err := clerkapi.New(clerkapi.Config{SecretKey: "sk_test_abcdefghijkl", URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	frontend, err := clerkapi.NewFrontend(clerkapi.FrontendConfig{URL: server.URL, InstanceType: instance.Development})
	if err != nil {
		t.Fatal(err)
	}
	return clerksource.NewBackend(backend), clerksource.NewFrontend(frontend)
}

func TestSessionValue(t *testing.T) {
	t.Parallel()
	source, _ := serve(t, 200, map[string]string{"/v1/sessions/sess_1": full})
	got, err := source.Session(t.Context(), "sess_1")
	if err != nil {
		t.Fatal(err)
	}
	want := session.Session{
		ID: "sess_1", UserID: "user_1", ClientID: "client_1", Status: session.Active,
		OrganizationID: "org_1", Impersonated: true, Actor: "user_admin",
		Device: session.Device{
			Type: "iPhone", Browser: "Safari", BrowserVersion: "26", Mobile: true, IP: "192.0.2.1", City: "Vienna", Country: "AT",
		},
	}
	want.Created = time.Date(2025, 12, 31, 23, 59, 20, 0, time.UTC)
	want.LastActive = time.Date(2025, 12, 31, 23, 59, 30, 123e6, time.UTC)
	want.Expires = want.Created.Add(7*24*time.Hour + 10*time.Second)
	want.Abandons = want.Created.Add(30*24*time.Hour + 10*time.Second)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOfUser(t *testing.T) {
	t.Parallel()
	source, _ := serve(t, 200, map[string]string{
		"/v1/sessions?":       `{"data":[` + full + `,` + pending + `,` + ended + `],"total_count":3}`,
		"/v1/sessions?active": `{"data":[` + full + `],"total_count":1}`,
	})
	tests := []struct {
		name   string
		states []session.Status
		want   []string
	}{
		{"of any status", nil, []string{"sess_1", "sess_2", "sess_3"}},
		{"active ones are filtered by Clerk", []session.Status{session.Active}, []string{"sess_1"}},
		{"pending ones are filtered here", []session.Status{session.Pending}, []string{"sess_2"}},
		{"live ones are filtered here", []session.Status{session.Active, session.Pending}, []string{"sess_1", "sess_2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := source.OfUser(t.Context(), "user_1", tt.states...)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, s := range got {
				ids = append(ids, s.ID)
			}
			if diff := cmp.Diff(tt.want, ids); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRevokeBelievesOnlyAnEndedSession(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		answer string
		want   error
	}{
		{"revoked", `{"id":"sess_1","status":"revoked"}`, nil},
		{"ended before", `{"id":"sess_1","status":"ended"}`, nil},
		{"still active", `{"id":"sess_1","status":"active"}`, session.ErrUnavailable},
		{"still pending", `{"id":"sess_1","status":"pending"}`, session.ErrUnavailable},
		{"of no status", `{"id":"sess_1"}`, session.ErrUnavailable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			source, _ := serve(t, 200, map[string]string{"/v1/sessions/sess_1/revoke": tt.answer})
			if err := source.Revoke(t.Context(), "sess_1"); !errors.Is(err, tt.want) {
				t.Errorf("error is %v, want %v", err, tt.want)
			}
		})
	}
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	source, _ := serve(t, 200, map[string]string{
		"/v1/users": `[
			{"id":"user_1","first_name":"Ann","last_name":"Lee","image_url":"https://img/1","primary_email_address_id":"idn_2",
			 "email_addresses":[{"id":"idn_1","email_address":"old@example.com"},{"id":"idn_2","email_address":"ann@example.com"}]},
			{"id":"user_2","first_name":null,"last_name":null,"username":"bob","primary_email_address_id":null,
			 "email_addresses":[{"id":"idn_3","email_address":"bob@example.com"}]},
			{"id":"user_3","email_addresses":[]}]`,
		"/v1/users/user_1/organization_memberships": `{"data":[{"id":"orgmem_1","organization":{"id":"org_1","name":"Acme"}}],"total_count":1}`,
	})
	got, err := source.Profiles(t.Context(), []string{"user_1", "user_2", "user_3", "user_4"})
	want := map[string]session.Profile{
		"user_1": {UserID: "user_1", Name: "Ann Lee", Email: "ann@example.com", ImageURL: "https://img/1"},
		"user_2": {UserID: "user_2", Name: "bob", Email: "bob@example.com"},
		"user_3": {UserID: "user_3"},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v %s", err, diff)
	}
	names, err := source.OrganizationNames(t.Context(), "user_1")
	if diff := cmp.Diff(map[string]string{"org_1": "Acme"}, names); diff != "" || err != nil {
		t.Errorf("error %v %s", err, diff)
	}
}

func TestErrorsKeepTheirCategory(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status int
		want   error
		from   error
	}{
		{"not found", 404, session.ErrNotFound, clerkapi.ErrNotFound},
		{"an outage", 503, session.ErrUnavailable, clerkapi.ErrUnavailable},
		{"too many requests", 429, session.ErrUnavailable, clerkapi.ErrUnavailable},
		{"a refused browser", 401, session.ErrNoCredential, clerkapi.ErrCredential},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, frontend := serve(t, tt.status, map[string]string{
				"/v1/client/sessions/sess_1/touch": `{"errors":[{"code":"resource_not_found"}]}`,
			})
			err := frontend.Touch(t.Context(), session.Browser{DevBrowser: "dvb_1"}, "sess_1", "")
			if !errors.Is(err, tt.want) || !errors.Is(err, tt.from) {
				t.Errorf("error is %v", err)
			}
			if answer, ok := errors.AsType[*clerkapi.Error](err); !ok || answer.Status != tt.status {
				t.Errorf("error is %v", err)
			}
		})
	}
}

// TestService runs the service on the source.
func TestService(t *testing.T) {
	t.Parallel()
	backend, frontend := serve(t, 200, map[string]string{
		"/v1/sessions/sess_1":                       full,
		"/v1/clients/client_1":                      `{"object":"client","id":"client_1","sessions":[` + pending + `,` + full + `,` + ended + `]}`,
		"/v1/client/sessions/sess_1/touch":          `{"response":{"id":"sess_1"},"client":null}`,
		"/v1/users":                                 `[{"id":"user_1","first_name":"Ann","email_addresses":[]}]`,
		"/v1/users/user_1/organization_memberships": `{"data":[{"id":"orgmem_1","organization":{"id":"org_1","name":"Acme"}}],"total_count":1}`,
	})
	service, err := session.New(session.Config{Reader: backend, Revoker: backend, Profiles: backend, Toucher: frontend})
	if err != nil {
		t.Fatal(err)
	}
	accounts, err := service.ForBrowser(t.Context(), "sess_1")
	if err != nil || len(accounts) != 2 {
		t.Fatalf("got %v, error %v", accounts, err)
	}
	if a := accounts[0]; !a.Current || a.Profile.Name != "Ann" || a.Organization != "Acme" {
		t.Errorf("got %+v", a)
	}
	if err := service.Switch(t.Context(), session.Browser{DevBrowser: "dvb_1"}, "sess_1", "sess_1"); err != nil {
		t.Error(err)
	}
}
