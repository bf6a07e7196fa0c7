package clients_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// envelope has the fields of the APIs' answers that the tests read.
type envelope struct {
	ID       string `json:"id"`
	Token    string `json:"token"`
	Response struct {
		Status           string `json:"status"`
		CreatedSessionID string `json:"created_session_id"`
	} `json:"response"`
	Errors []struct {
		Code string `json:"code"`
	} `json:"errors"`
}

// send posts to one of the APIs, and returns the status and the answer.
func send(t *testing.T, address, bearer, contentType, body string) (int, envelope) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("Authorization", "Bearer "+bearer)
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(response.Body)
	if closeErr := response.Body.Close(); err != nil || closeErr != nil {
		t.Fatal(err, closeErr)
	}
	var answer envelope
	if err := json.Unmarshal(content, &answer); err != nil {
		t.Fatalf("%v in %s", err, content)
	}
	return response.StatusCode, answer
}

func TestUnusableTicketsAreRefused(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	issued := func(t *testing.T, email string) envelope {
		t.Helper()
		body := `{"user_id":"` + seeded(t, srv, email).ID + `","expires_in_seconds":60}`
		status, ticket := send(t, srv.BackendURL()+"/v1/sign_in_tokens", srv.SecretKey(), "application/json", body)
		if status != http.StatusOK {
			t.Fatalf("sign-in token: status %d", status)
		}
		return ticket
	}
	use := func(t *testing.T, token string) (int, envelope) {
		t.Helper()
		form := url.Values{"strategy": {"ticket"}, "ticket": {token}}
		address := srv.FrontendURL() + "/v1/client/sign_ins?__clerk_db_jwt=" + srv.NewBrowser().DevBrowser()
		return send(t, address, "", "application/x-www-form-urlencoded", form.Encode())
	}
	used, revoked, expired := issued(t, "ada@example.com"), issued(t, "bob@example.com"), issued(t, "mia@example.com")
	if status, answer := use(t, used.Token); status != http.StatusOK || answer.Response.Status != "complete" {
		t.Fatalf("a fresh ticket: %d %+v", status, answer)
	}
	if status, _ := send(t, srv.BackendURL()+"/v1/sign_in_tokens/"+revoked.ID+"/revoke", srv.SecretKey(), "", ""); status != http.StatusOK {
		t.Fatalf("revoke: status %d", status)
	}
	srv.Clock().Advance(time.Minute)
	for _, row := range []struct{ name, token, code string }{
		{"used", used.Token, "sign_in_token_already_used_code"},
		{"revoked", revoked.Token, "sign_in_token_revoked_code"},
		{"expired", expired.Token, "ticket_expired_code"},
		{"made up", "made-up", "ticket_invalid_code"},
	} {
		status, answer := use(t, row.token)
		if status != http.StatusBadRequest || len(answer.Errors) != 1 || answer.Errors[0].Code != row.code {
			t.Errorf("%s: %d %+v, want 400 %s", row.name, status, answer.Errors, row.code)
		}
	}
	if status, answer := use(t, ""); status != http.StatusUnprocessableEntity || answer.Errors[0].Code != "form_param_missing" {
		t.Errorf("none: %d %+v, want 422 form_param_missing", status, answer.Errors)
	}
}
