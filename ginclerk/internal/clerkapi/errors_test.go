package clerkapi_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
)

const envelope = `{"errors":[{"code":"some_code","message":"Some words","long_message":"More"},{"code":"second"}],"clerk_trace_id":"trace_body"}`

// categories returns the names of all categories that the error has.
func categories(err error) string {
	var names []string
	for _, c := range []struct {
		name string
		err  error
	}{
		{"not found", clerkapi.ErrNotFound},
		{"unauthorized", clerkapi.ErrUnauthorized},
		{"credential", clerkapi.ErrCredential},
		{"inactive", clerkapi.ErrInactive},
		{"unavailable", clerkapi.ErrUnavailable},
	} {
		if errors.Is(err, c.err) {
			names = append(names, c.name)
		}
	}
	return strings.Join(names, " and ")
}

func TestStatusDecidesTheCategory(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status int
		want   string
	}{
		{"a bad request has none", 400, ""},
		{"401 is the secret key", 401, "unauthorized"},
		{"402 has none", 402, ""},
		{"403 is the secret key", 403, "unauthorized"},
		{"404 with another code is an outage", 404, "unavailable"},
		{"408 is an outage", 408, "unavailable"},
		{"409 has none", 409, ""},
		{"410 has none", 410, ""},
		{"422 has none", 422, ""},
		{"429 is an outage", 429, "unavailable"},
		{"500 is an outage", 500, "unavailable"},
		{"502 is an outage", 502, "unavailable"},
		{"503 is an outage", 503, "unavailable"},
		{"a redirect is an outage", 302, "unavailable"},
		{"not modified is an outage", 304, "unavailable"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			clerk := newStub(t, says(tt.status, envelope))
			_, err := newClient(t, clerk.URL).Session(t.Context(), sessID)
			if got := categories(err); got != tt.want {
				t.Errorf("category is %q, want %q: %v", got, tt.want, err)
			}
			answer, ok := errors.AsType[*clerkapi.Error](err)
			if !ok || answer.Status != tt.status {
				t.Errorf("error is %#v", err)
			}
		})
	}
}

// TestOnlyClerkIsBelieved: a server between the application and Clerk sends errors too, and they say nothing about a session,
// a token or a key.
func TestOnlyClerkIsBelieved(t *testing.T) {
	t.Parallel()
	strangers := map[string]string{
		"nothing":                        "",
		"a page":                         "<!doctype html><title>404 Not Found</title>",
		"an empty object":                "{}",
		"null":                           "null",
		"Kong":                           `{"message":"no Route matched with those values"}`,
		"nginx in JSON":                  `{"error":"not found","status":404}`,
		"RFC 9457":                       `{"type":"about:blank","title":"Not Found","status":404}`,
		"JSON:API":                       `{"errors":[{"status":"404","code":"NOT_FOUND","title":"Not Found"}]}`,
		"a container registry":           `{"errors":[{"code":"NAME_UNKNOWN","message":"not known"}]}`,
		"GraphQL":                        `{"errors":[{"message":"not found","extensions":{"code":"resource_not_found"}}]}`,
		"an error that is a word":        `{"errors":["resource_not_found"]}`,
		"errors that are one":            `{"errors":{"code":"resource_not_found"}}`,
		"errors without a code":          `{"errors":[{"message":"Not found"}]}`,
		"a code that is a number":        `{"errors":[{"code":404}]}`,
		"no errors":                      `{"errors":[]}`,
		"an envelope that was cut off":   `{"errors":[{"code":"resource_not_found","message":"No session`,
		"an envelope within a page":      `<pre>{"errors":[{"code":"resource_not_found"}]}</pre>`,
		"an envelope with a page behind": `{"errors":[{"code":"resource_not_found"}]}<html>`,
	}
	browser := clerkapi.Browser{Credential: clerkapi.Credential{DevBrowser: "dvb_1"}}
	for name, body := range strangers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, status := range []int{400, 401, 402, 403, 404, 405, 407, 409, 410, 413, 421, 422, 451, 499} {
				clerk := newStub(t, says(status, body))
				for _, c := range calls() {
					if err := c.do(t.Context(), newClient(t, clerk.URL)); categories(err) != "unavailable" {
						t.Errorf("%s, status %d: %v", c.name, status, err)
					}
				}
				frontend := newFrontend(t, clerk.URL)
				_, verified := frontend.StartVerification(t.Context(), browser, sessID, "first_factor")
				for call, err := range map[string]error{
					"touch": frontend.Touch(t.Context(), browser, sessID, nil), "end": frontend.EndSession(t.Context(), browser, sessID),
					"remove": frontend.RemoveSession(t.Context(), browser, sessID), "verify": verified,
				} {
					if categories(err) != "unavailable" {
						t.Errorf("%s, status %d: %v", call, status, err)
					}
				}
			}
		})
	}
}

// TestWhatClerkDoesNotKnow: each code for an unknown resource, at each call.
func TestWhatClerkDoesNotKnow(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"resource_not_found": "not found", "session_not_found": "not found", "api_key_not_found": "not found",
		"organization_not_found_or_unauthorized": "not found",
		"not_implemented":                        "unavailable", "maintenance_mode": "unavailable", "not_found": "unavailable",
	} {
		clerk := newStub(t, says(http.StatusNotFound, `{"errors":[{"code":"`+code+`"}]}`))
		for _, c := range calls() {
			if err := c.do(t.Context(), newClient(t, clerk.URL)); categories(err) != want {
				t.Errorf("%s, %s: %v, want %s", c.name, code, err, want)
			}
		}
	}
}

// TestAStatusThatNobodyKnows says neither that a session lives nor that it has ended.
func TestAStatusThatNobodyKnows(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"", "Active", "gone", "ACTIVE", "suspended"} {
		clerk := newStub(t, says(http.StatusOK, `{"object":"session","id":"`+sessID+`","user_id":"`+userID+`","status":"`+status+`"}`))
		_, err := newClient(t, clerk.URL).Session(t.Context(), sessID)
		_, revoked := newClient(t, clerk.URL).RevokeSession(t.Context(), sessID)
		if categories(err) != "unavailable" || categories(revoked) != "unavailable" {
			t.Errorf("status %q: %v, %v", status, err, revoked)
		}
	}
}

func TestErrorFields(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		header map[string]string
		body   string
		want   clerkapi.Error
	}{
		{
			"the first error counts", nil, envelope,
			clerkapi.Error{Code: "some_code", Message: "Some words", TraceID: "trace_body"},
		},
		{
			"the header's trace goes first",
			map[string]string{"Clerk-Trace-Id": "trace_header"},
			envelope,
			clerkapi.Error{Code: "some_code", Message: "Some words", TraceID: "trace_header"},
		},
		{
			"the proxy's ray is a trace too",
			map[string]string{"Cf-Ray": "ray-VIE"},
			`{"errors":[]}`,
			clerkapi.Error{TraceID: "ray-VIE"},
		},
		{
			"Retry-After is in seconds",
			map[string]string{"Retry-After": "7"},
			`{}`,
			clerkapi.Error{RetryAfter: 7 * time.Second},
		},
		{
			"a Retry-After that is a date counts from the answer's",
			map[string]string{"Retry-After": "Wed, 04 Mar 2026 12:00:30 GMT", "Date": "Wed, 04 Mar 2026 12:00:00 GMT"},
			`{}`,
			clerkapi.Error{RetryAfter: 30 * time.Second},
		},
		{
			"a Retry-After that is over is none",
			map[string]string{"Retry-After": "Wed, 04 Mar 2026 11:00:30 GMT", "Date": "Wed, 04 Mar 2026 12:00:00 GMT"},
			`{}`,
			clerkapi.Error{},
		},
		{
			"a Retry-After that is a date in years is a day",
			map[string]string{"Retry-After": "Wed, 04 Mar 2099 12:00:30 GMT", "Date": "Wed, 04 Mar 2026 12:00:00 GMT"},
			`{}`,
			clerkapi.Error{RetryAfter: 24 * time.Hour},
		},
		{
			"a Retry-After that is no date",
			map[string]string{"Retry-After": "soon", "Date": "Wed, 04 Mar 2026 12:00:00 GMT"},
			`{}`,
			clerkapi.Error{},
		},
		{"a negative Retry-After is none", map[string]string{"Retry-After": "-7"}, `{}`, clerkapi.Error{}},
		{"a huge Retry-After is none", map[string]string{"Retry-After": "99999999999999999999"}, `{}`, clerkapi.Error{}},
		{"a long Retry-After is a day", map[string]string{"Retry-After": "2000000000"}, `{}`, clerkapi.Error{RetryAfter: 24 * time.Hour}},
		{"an HTML page has no code", nil, "<html>Bad gateway</html>", clerkapi.Error{}},
		{"a code that is no word is dropped", nil, `{"errors":[{"code":"a\r\nb: c"}]}`, clerkapi.Error{}},
		{"a message becomes one line", nil, `{"errors":[{"code":"x","message":"a\nb"}]}`, clerkapi.Error{Code: "x", Message: "a b"}},
		{"a message of another type has no code", nil, `{"errors":[{"code":7}]}`, clerkapi.Error{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			clerk := newStub(t, func(w http.ResponseWriter, r *http.Request) {
				for k, v := range tt.header {
					w.Header().Set(k, v)
				}
				says(http.StatusTooManyRequests, tt.body)(w, r)
			})
			_, err := newClient(t, clerk.URL).Session(t.Context(), sessID)
			answer, ok := errors.AsType[*clerkapi.Error](err)
			if !ok {
				t.Fatalf("error is %v", err)
			}
			tt.want.Op, tt.want.Status = "get session", http.StatusTooManyRequests
			if diff := cmp.Diff(&tt.want, answer, cmpopts.IgnoreUnexported(clerkapi.Error{})); diff != "" {
				t.Error(diff)
			}
			if answer.ErrorCode() != tt.want.Code {
				t.Errorf("ErrorCode is %q", answer.ErrorCode())
			}
		})
	}
}

func TestRefusedRefreshIsNotTheSecretKey(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status int
		code   string
		want   string
	}{
		{"a refused refresh token", 401, "refresh_token_invalid", "credential"},
		{"a refused session", 403, "refresh_session_invalid", "credential"},
		{"a refused key", 401, "clerk_key_invalid", "unauthorized"},
		{"no authentication", 401, "authentication_invalid", "unauthorized"},
		{"an unknown session", 404, "resource_not_found", "not found"},
		{"a bad request", 400, "request_body_invalid", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			clerk := newStub(t, says(tt.status, `{"errors":[{"code":"`+tt.code+`"}]}`))
			_, err := newClient(t, clerk.URL).RefreshSession(t.Context(), sessID, clerkapi.RefreshParams{})
			if got := categories(err); got != tt.want {
				t.Errorf("category is %q, want %q", got, tt.want)
			}
			answer, ok := errors.AsType[*clerkapi.Error](err)
			if !ok || answer.ErrorCode() != tt.code {
				t.Errorf("error is %v", err)
			}
		})
	}
}

// TestEchoedSecretsAreNotTold has a server whose error quotes the whole request.
func TestEchoedSecretsAreNotTold(t *testing.T) {
	t.Parallel()
	secrets := []string{secret.Reveal(), "ey.expired.token", "rt_secret", "nonce_secret", "ak_secret", "mt_secret", "oat_secret"}
	for _, c := range calls() {
		for _, status := range []int{200, 302, 400, 401, 500} {
			clerk := newStub(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Clerk-Trace-Id", "Bearer "+secret.Reveal())
				w.Header().Set("Location", "/?"+strings.Join(secrets, "&"))
				says(status, `{"errors":[{"code":"`+strings.Join(secrets, " ")+`","message":"`+strings.Join(secrets, " ")+`"}]}`)(w, r)
			})
			err := c.do(t.Context(), newClient(t, clerk.URL))
			if err == nil && c.name == "JWKS" && status == 200 {
				continue // Any JSON is passed on.
			}
			if err == nil {
				t.Errorf("%s: no error", c.name)
				continue
			}
			for _, s := range secrets {
				if strings.Contains(err.Error(), s) {
					t.Errorf("%s, status %d: %q tells %q", c.name, status, err, s)
				}
			}
		}
	}
}
