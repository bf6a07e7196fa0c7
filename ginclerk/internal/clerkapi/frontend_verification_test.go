package clerkapi_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
)

const reverification = `{"response":{"object":"session_reverification","level":"multi_factor","status":"needs_first_factor",
	"supported_first_factors":[{"strategy":"password"},
		{"strategy":"email_code","email_address_id":"idn_1","safe_identifier":"a***@example.com","primary":true}],
	"supported_second_factors":null,"first_factor_verification":null,"second_factor_verification":null,
	"session":{"id":"` + sessID + `"}},"client":null}`

// verifications are the steps of a verification, by what they ask.
func verifications() map[string]func(context.Context, *clerkapi.Frontend, string) (clerkapi.Verification, error) {
	return map[string]func(context.Context, *clerkapi.Frontend, string) (clerkapi.Verification, error){
		"/verify level=multi_factor": func(ctx context.Context, f *clerkapi.Frontend, id string) (clerkapi.Verification, error) {
			return f.StartVerification(ctx, devBrowser(), id, "multi_factor")
		},
		"/verify/prepare_first_factor email_address_id=idn_1&strategy=email_code": func(ctx context.Context, f *clerkapi.Frontend, id string) (clerkapi.Verification, error) {
			return f.PrepareFirstFactor(ctx, devBrowser(), id, clerkapi.Factor{Strategy: "email_code", EmailAddressID: "idn_1", SafeIdentifier: "a***"})
		},
		"/verify/attempt_first_factor password=correct+horse&strategy=password": func(ctx context.Context, f *clerkapi.Frontend, id string) (clerkapi.Verification, error) {
			return f.AttemptFirstFactor(ctx, devBrowser(), id, "password", "correct horse")
		},
		"/verify/prepare_second_factor phone_number_id=idn_2&strategy=phone_code": func(ctx context.Context, f *clerkapi.Frontend, id string) (clerkapi.Verification, error) {
			return f.PrepareSecondFactor(ctx, devBrowser(), id, clerkapi.Factor{Strategy: "phone_code", PhoneNumberID: "idn_2"})
		},
		"/verify/attempt_second_factor code=424242&strategy=totp": func(ctx context.Context, f *clerkapi.Frontend, id string) (clerkapi.Verification, error) {
			return f.AttemptSecondFactor(ctx, devBrowser(), id, "totp", "424242")
		},
	}
}

func TestVerificationSteps(t *testing.T) {
	t.Parallel()
	for want, do := range verifications() {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			clerk := newStub(t, says(http.StatusOK, reverification))
			got, err := do(t.Context(), newFrontend(t, clerk.URL), sessID)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(clerkapi.Verification{
				Status: clerkapi.VerificationNeedsFirstFactor,
				FirstFactors: []clerkapi.Factor{
					{Strategy: "password"},
					{Strategy: "email_code", EmailAddressID: "idn_1", SafeIdentifier: "a***@example.com", Primary: true},
				},
			}, got); diff != "" {
				t.Errorf("verification (-want +got):\n%s", diff)
			}
			req := clerk.only(t)
			asked := strings.TrimPrefix(req.Path, "/v1/client/sessions/"+sessID) + " " + sortedQuery(t, req.Body)
			if req.Method != http.MethodPost || asked != want {
				t.Errorf("asked %s %s, want %s", req.Method, asked, want)
			}
			if got := sortedQuery(t, req.Query); got != "__clerk_api_version=2026-05-12&__clerk_db_jwt=dvb_secret" {
				t.Errorf("query is %s", got)
			}
			checkHeaders(t, req.Header, map[string]string{"Origin": "https://app.example.com", "X-Forwarded-For": "192.0.2.7", "Cookie": ""})
		})
	}
}

func TestVerificationErrors(t *testing.T) {
	t.Parallel()
	tests := badAnswers(
		frontendAnswer{"a locked account", 403, `{"errors":[{"code":"user_locked"}]}`, "unauthorized"},
		frontendAnswer{"a wrong password", 422, `{"errors":[{"code":"form_password_incorrect"}]}`, ""},
		frontendAnswer{"a code that has expired", 400, `{"errors":[{"code":"verification_expired"}]}`, ""},
		frontendAnswer{"an answer about another session", 200, `{"response":{"status":"complete","session":{"id":"sess_other"}}}`, "unavailable"},
		frontendAnswer{"an answer about no session", 200, `{"response":{"status":"complete"}}`, "unavailable"},
		frontendAnswer{"a status that Clerk doesn't have", 200, `{"response":{"status":"done","session":{"id":"` + sessID + `"}}}`, "unavailable"},
	)
	for _, tt := range tests {
		for step, do := range verifications() {
			t.Run(tt.name+step, func(t *testing.T) {
				t.Parallel()
				clerk := newStub(t, says(tt.status, tt.body))
				_, err := do(t.Context(), newFrontend(t, clerk.URL), sessID)
				if err == nil || categories(err) != tt.want {
					t.Fatalf("category is %q, want %q: %v", categories(err), tt.want, err)
				}
				checkNoCredential(t, err.Error())
				if strings.Contains(err.Error(), "horse") || strings.Contains(err.Error(), "424242") {
					t.Errorf("the proof is in %q", err)
				}
			})
		}
	}
}

func TestVerificationOfNoSession(t *testing.T) {
	t.Parallel()
	for step, do := range verifications() {
		clerk := newStub(t, says(http.StatusOK, reverification))
		for _, id := range []string{"", "user_1", "sess_1/../x"} {
			if _, err := do(t.Context(), newFrontend(t, clerk.URL), id); categories(err) != "not found" {
				t.Errorf("%s of %q: %v", step, id, err)
			}
		}
		if n := len(clerk.requests()); n != 0 {
			t.Errorf("%d requests", n)
		}
	}
}

// FuzzVerification: an answer is one of Clerk's, about this session, or an error.
func FuzzVerification(f *testing.F) {
	f.Add(200, []byte(reverification))
	f.Add(200, []byte(`{"response":{"status":"complete","supported_first_factors":null,"session":{"id":"`+sessID+`"}}}`))
	f.Add(422, []byte(`{"errors":[{"code":"form_code_incorrect"}]}`))
	f.Add(200, []byte(`{"response":{"supported_first_factors":[null,{"strategy":7}]}}`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status < 200 || status > 599 {
			return
		}
		clerk := newFrontend(t, "http://127.0.0.1", func(c *clerkapi.FrontendConfig) {
			c.HTTPClient = &http.Client{Transport: transportFunc(func(r *http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
			})}
		})
		got, err := clerk.StartVerification(t.Context(), devBrowser(), sessID, "first_factor")
		switch got.Status {
		case clerkapi.VerificationNeedsFirstFactor, clerkapi.VerificationNeedsSecondFactor, clerkapi.VerificationComplete:
			if err != nil || status > 299 {
				t.Errorf("%d %q gives %+v, error %v", status, body, got, err)
			}
		default:
			if err == nil {
				t.Errorf("%d %q gives %+v", status, body, got)
			}
		}
	})
}
