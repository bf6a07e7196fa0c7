package clerksource_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerksource"
	"github.com/ginclerk/ginclerk/ginclerk/reverify"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

var _ reverify.Frontend = (*clerksource.Frontend)(nil)

func here() session.Browser { return session.Browser{DevBrowser: "dvb_1"} }

// verifying is a Frontend API with one answer, which keeps what it is asked.
func verifying(t *testing.T, status int, body string) (*clerksource.Frontend, func() string) {
	t.Helper()
	asked := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm() // what can't be read is missing below
		select {
		case asked <- strings.TrimPrefix(r.URL.Path, "/v1/client/sessions/sess_1") + " " + r.PostForm.Encode():
		default:
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	api, err := clerkapi.NewFrontend(clerkapi.FrontendConfig{URL: server.URL, InstanceType: instance.Development})
	if err != nil {
		t.Fatal(err)
	}
	return clerksource.NewFrontend(api), func() string { return <-asked }
}

func TestStepsOfAVerification(t *testing.T) {
	t.Parallel()
	const factors = `"supported_first_factors":[{"strategy":"password"},
		{"strategy":"email_code","email_address_id":"idn_1","safe_identifier":"a***@example.com","primary":true}],
		"supported_second_factors":[{"strategy":"phone_code","phone_number_id":"idn_2","safe_identifier":"+43…1"}],"session":{"id":"sess_1"}`
	password, email := reverify.Factor{Strategy: "password"}, reverify.Factor{Strategy: "email_code", SentTo: "a***@example.com", ID: "idn_1", Primary: true}
	phone := reverify.Factor{Strategy: "phone_code", SentTo: "+43…1", ID: "idn_2"}
	first, second := reverify.Verification{}, reverify.Verification{Second: true}
	type step func(context.Context, *clerksource.Frontend) (reverify.Answer, error)
	for _, row := range []struct {
		name   string
		do     step
		status string
		asked  string
		want   reverify.Answer
	}{
		{
			"it begins", func(ctx context.Context, f *clerksource.Frontend) (reverify.Answer, error) {
				return f.StartVerification(ctx, here(), "sess_1", token.MultiFactor)
			}, "needs_first_factor", "/verify level=multi_factor", reverify.Answer{Factors: []reverify.Factor{password, email}},
		},
		{
			"a code of the first factor is sent", func(ctx context.Context, f *clerksource.Frontend) (reverify.Answer, error) {
				return f.SendCode(ctx, here(), "sess_1", first, email)
			}, "needs_first_factor", "/verify/prepare_first_factor email_address_id=idn_1&strategy=email_code",
			reverify.Answer{Factors: []reverify.Factor{password, email}},
		},
		{
			"a first factor is tried", func(ctx context.Context, f *clerksource.Frontend) (reverify.Answer, error) {
				return f.AttemptFactor(ctx, here(), "sess_1", first, password, "correct horse")
			}, "needs_second_factor", "/verify/attempt_first_factor password=correct+horse&strategy=password",
			reverify.Answer{Second: true, Factors: []reverify.Factor{phone}},
		},
		{
			"a code of the second factor is sent", func(ctx context.Context, f *clerksource.Frontend) (reverify.Answer, error) {
				return f.SendCode(ctx, here(), "sess_1", second, phone)
			}, "needs_second_factor", "/verify/prepare_second_factor phone_number_id=idn_2&strategy=phone_code",
			reverify.Answer{Second: true, Factors: []reverify.Factor{phone}},
		},
		{
			"a second factor is tried", func(ctx context.Context, f *clerksource.Frontend) (reverify.Answer, error) {
				return f.AttemptFactor(ctx, here(), "sess_1", second, phone, "424242")
			}, "complete", "/verify/attempt_second_factor code=424242&strategy=phone_code",
			reverify.Answer{Complete: true, Factors: []reverify.Factor{password, email}},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			f, asked := verifying(t, http.StatusOK, `{"response":{"status":"`+row.status+`",`+factors+`}}`)
			got, err := row.do(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Error(diff)
			}
			if got := asked(); got != row.asked {
				t.Errorf("asked %s, want %s", got, row.asked)
			}
		})
	}
}

func TestWhatClerkSaysAboutAProof(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		status int
		code   string
		want   error
	}{
		{"a wrong password", http.StatusUnprocessableEntity, "form_password_incorrect", reverify.ErrProofIncorrect},
		{"a wrong code", http.StatusUnprocessableEntity, "form_code_incorrect", reverify.ErrProofIncorrect},
		{"an expired code", http.StatusUnprocessableEntity, "verification_expired", reverify.ErrCodeOver},
		{"a code that was tried too often", http.StatusUnprocessableEntity, "verification_failed", reverify.ErrCodeOver},
		{"a locked account", http.StatusForbidden, "user_locked", reverify.ErrAccountLocked},
		{"a banned user", http.StatusForbidden, "user_banned", reverify.ErrAccountLocked},
		{"too many attempts", http.StatusTooManyRequests, "too_many_requests", reverify.ErrTooManyAttempts},
		{"a verification that waits for something else", http.StatusUnprocessableEntity, "strategy_for_user_invalid", reverify.ErrVerificationOver},
		{"a browser that Clerk does not know", http.StatusUnauthorized, "authentication_invalid", session.ErrNoCredential},
		{"another browser's session", http.StatusNotFound, "resource_not_found", session.ErrNoCredential},
		{"an outage", http.StatusServiceUnavailable, "unavailable", session.ErrUnavailable},
		{"a key that Clerk refuses", http.StatusUnauthorized, "clerk_key_invalid", session.ErrUnavailable},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			f, _ := verifying(t, row.status, `{"errors":[{"code":"`+row.code+`","message":"x"}]}`)
			got, err := f.AttemptFactor(t.Context(), here(), "sess_1", reverify.Verification{}, reverify.Factor{Strategy: "password"}, "correct horse")
			if !errors.Is(err, row.want) || cmp.Diff(reverify.Answer{}, got) != "" {
				t.Errorf("got %+v, error %v, want %v", got, err, row.want)
			}
			if err != nil && strings.Contains(err.Error(), "correct horse") {
				t.Errorf("the proof is in %v", err)
			}
		})
	}
}

func TestTheEndOfTheContextStaysWhatItIs(t *testing.T) {
	t.Parallel()
	f, _ := verifying(t, http.StatusOK, `{}`)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.StartVerification(ctx, here(), "sess_1", token.FirstFactor); !errors.Is(err, context.Canceled) || errors.Is(err, reverify.ErrVerificationOver) {
		t.Errorf("error %v", err)
	}
}
