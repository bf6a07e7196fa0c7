package clerktest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// verifying returns a page whose session began five minutes ago.
type verifying struct {
	*page
	id, base string
}

func newVerifying(t *testing.T, email string, options ...func(*clerktest.Config)) verifying {
	t.Helper()
	p := open(t, clerktest.New(t, append(options, standing)...))
	s := session(t, p.srv, email, clerktest.SessionOptions{ClientID: clientOf(t, p)})
	p.srv.Clock().Advance(5 * time.Minute)
	return verifying{page: p, id: s.ID, base: "/v1/client/sessions/" + s.ID + "/verify"}
}

// clientOf creates the page's client, and returns its id.
func clientOf(t *testing.T, p *page) string {
	t.Helper()
	return p.send(t, http.MethodPut, "/v1/client", nil).want(t, http.StatusOK).text(t, "response", "id")
}

// ages returns the factor ages of the session's next token.
func (v verifying) ages(t *testing.T) []any {
	t.Helper()
	_, claims := verified(t, v.srv, v.post(t, "/v1/client/sessions/"+v.id+"/tokens").want(t, http.StatusOK).text(t, "jwt"))
	ages, _ := claims["fva"].([]any)
	return ages
}

func (v verifying) wantAges(t *testing.T, first, second float64) {
	t.Helper()
	if diff := cmp.Diff([]any{first, second}, v.ages(t)); diff != "" {
		t.Errorf("fva (-want +got):\n%s", diff)
	}
}

func strategies(t *testing.T, res result, factors string) []any {
	t.Helper()
	list, _ := res.at(t, "response", factors).([]any)
	var names []any
	for i := range list {
		names = append(names, res.at(t, "response", factors, i, "strategy"))
	}
	return names
}

func TestReverificationWithPassword(t *testing.T) {
	t.Parallel()
	v := newVerifying(t, "ada@example.com")
	v.wantAges(t, 5, -1)
	res := v.post(t, v.base, "level", "first_factor").want(t, http.StatusOK)
	if got := []string{res.text(t, "response", "status"), res.text(t, "response", "level")}; !cmp.Equal(got, []string{"needs_first_factor", "first_factor"}) {
		t.Errorf("status and level %q", got)
	}
	if diff := cmp.Diff([]any{"password", "email_code"}, strategies(t, res, "supported_first_factors")); diff != "" {
		t.Errorf("first factors (-want +got):\n%s", diff)
	}
	if got := res.at(t, "response", "supported_second_factors"); got != nil {
		t.Errorf("second factors %v, want null", got)
	}
	v.post(t, v.base+"/attempt_first_factor", "strategy", "password", "password", "wrong").wantError(t, 422, "form_password_incorrect")
	v.wantAges(t, 5, -1)
	res = v.post(t, v.base+"/attempt_first_factor", "strategy", "password", "password", user(t, v.srv, "ada@example.com").Password)
	if got := res.want(t, http.StatusOK).text(t, "response", "status"); got != "complete" {
		t.Fatalf("status %q, want complete", got)
	}
	if got := res.text(t, "response", "first_factor_verification", "status"); got != "verified" {
		t.Errorf("verification %q", got)
	}
	for _, where := range [][]any{{"response", "session"}, {"client", "sessions", 0}} {
		if diff := cmp.Diff(any([]any{0.0, -1.0}), res.at(t, append(where, "factor_verification_age")...)); diff != "" {
			t.Errorf("age at %v (-want +got):\n%s", where, diff)
		}
		_, claims := verified(t, v.srv, res.text(t, append(where, "last_active_token", "jwt")...))
		if diff := cmp.Diff(any([]any{0.0, -1.0}), claims["fva"]); diff != "" {
			t.Errorf("token at %v (-want +got):\n%s", where, diff)
		}
	}
	v.wantAges(t, 0, -1)
	v.srv.Clock().Advance(11 * time.Minute)
	v.wantAges(t, 11, -1)
	v.post(t, v.base+"/attempt_first_factor", "strategy", "password", "password", "x").
		wantError(t, http.StatusBadRequest, "invalid_action_for_session_reverification")
}

func TestReverificationWithEmailCode(t *testing.T) {
	t.Parallel()
	v := newVerifying(t, "ada@example.com")
	attempt, prepare := v.base+"/attempt_first_factor", v.base+"/prepare_first_factor"
	v.post(t, prepare, "strategy", "email_code").wantError(t, http.StatusBadRequest, "session_reverification_missing")
	v.post(t, attempt, "strategy", "email_code", "code", "424242").wantError(t, http.StatusBadRequest, "session_reverification_missing")
	res := v.post(t, v.base, "level", "second_factor").want(t, http.StatusOK)
	if got := res.text(t, "response", "status"); got != "needs_first_factor" {
		t.Errorf("status %q: without a second factor, the first one stands for it", got)
	}
	v.post(t, attempt, "strategy", "email_code", "code", "424242").wantError(t, http.StatusBadRequest, "verification_missing")
	v.post(t, prepare, "strategy", "email_code", "email_address_id", "idn_x").wantError(t, http.StatusNotFound, "resource_not_found")
	address := res.text(t, "response", "supported_first_factors", 1, "email_address_id")
	v.post(t, prepare, "strategy", "email_code", "email_address_id", address).want(t, http.StatusOK)
	for range 5 {
		v.post(t, attempt, "strategy", "email_code", "code", "111111").wantError(t, 422, "form_code_incorrect")
	}
	v.post(t, attempt, "strategy", "email_code", "code", "424242").wantError(t, http.StatusBadRequest, "verification_failed")
	v.wantAges(t, 5, -1)
	v.post(t, prepare, "strategy", "email_code", "email_address_id", address).want(t, http.StatusOK)
	v.srv.Clock().Advance(10 * time.Minute)
	v.post(t, attempt, "strategy", "email_code", "code", "424242").wantError(t, http.StatusBadRequest, "verification_expired")
	v.post(t, prepare, "strategy", "email_code").want(t, http.StatusOK)
	v.wantAges(t, 15, -1)
	v.post(t, attempt, "strategy", "email_code", "code", "424242").want(t, http.StatusOK)
	v.wantAges(t, 0, -1)
}

func TestReverificationRefuses(t *testing.T) {
	t.Parallel()
	v := newVerifying(t, "ada@example.com")
	v.post(t, v.base).wantError(t, 422, "form_param_missing")
	v.post(t, v.base, "level", "third_factor").wantError(t, 422, "form_param_value_invalid")
	v.post(t, v.base, "level", "multi_factor").want(t, http.StatusOK)
	for _, step := range []string{"/attempt_first_factor", "/prepare_first_factor"} {
		v.post(t, v.base+step).wantError(t, 422, "form_param_missing")
		v.post(t, v.base+step, "strategy", "passkey").wantError(t, 422, "form_param_value_invalid")
	}
	v.post(t, v.base+"/prepare_second_factor", "strategy", "totp").
		wantError(t, http.StatusBadRequest, "invalid_action_for_session_reverification")
	v.post(t, v.base+"/attempt_second_factor", "strategy", "totp", "code", "424242").
		wantError(t, http.StatusBadRequest, "invalid_action_for_session_reverification")
	other := open(t, v.srv)
	other.post(t, v.base, "level", "first_factor").wantError(t, http.StatusNotFound, "resource_not_found")
	if err := v.srv.RevokeSession(v.id); err != nil {
		t.Fatal(err)
	}
	v.post(t, v.base, "level", "first_factor").wantError(t, http.StatusUnauthorized, "authentication_invalid")
	v.post(t, v.base+"/attempt_first_factor", "strategy", "password", "password", user(t, v.srv, "ada@example.com").Password).
		wantError(t, http.StatusUnauthorized, "authentication_invalid")
}

func TestReverificationKeepsTheActor(t *testing.T) {
	t.Parallel()
	p := open(t, clerktest.New(t))
	s := session(t, p.srv, "ada@example.com", clerktest.SessionOptions{ClientID: clientOf(t, p), Actor: actorClaim()})
	base := "/v1/client/sessions/" + s.ID + "/verify"
	p.post(t, base, "level", "first_factor").want(t, http.StatusOK)
	res := p.post(t, base+"/attempt_first_factor", "strategy", "password", "password", user(t, p.srv, "ada@example.com").Password)
	wantActor(t, p.srv, "reverification", res.want(t, http.StatusOK).text(t, "response", "session", "last_active_token", "jwt"), s.ID)
}

func TestLockout(t *testing.T) {
	t.Parallel()
	v := newVerifying(t, "ada@example.com")
	ada := user(t, v.srv, "ada@example.com")
	v.post(t, v.base, "level", "first_factor").want(t, http.StatusOK)
	for range 99 {
		v.post(t, v.base+"/attempt_first_factor", "strategy", "password", "password", "wrong").wantError(t, 422, "form_password_incorrect")
	}
	shown := backend(v.srv, http.MethodGet, "/v1/users/"+ada.ID, "").do(t).want(t, http.StatusOK)
	if locked, left := shown.at(t, "locked"), shown.at(t, "verification_attempts_remaining"); locked != false || left != 1.0 {
		t.Errorf("locked %v, attempts left %v; want false, 1", locked, left)
	}
	fresh := open(t, v.srv)
	fresh.post(t, "/v1/client/sign_ins", "identifier", ada.Email, "password", "wrong").wantError(t, 422, "form_password_incorrect")
	fresh.post(t, "/v1/client/sign_ins", "identifier", ada.Email, "password", ada.Password).wantError(t, http.StatusForbidden, "user_locked")
	right := []string{"strategy", "password", "password", ada.Password}
	v.post(t, v.base+"/attempt_first_factor", right...).wantError(t, http.StatusForbidden, "user_locked")
	if got := statusOf(t, v.srv, v.id); got != "active" {
		t.Errorf("the session is %s: a lock leaves it", got)
	}
	v.srv.Clock().Advance(time.Hour)
	v.post(t, v.base+"/attempt_first_factor", right...).want(t, http.StatusOK)
	fresh.post(t, "/v1/client/sign_ins", "identifier", ada.Email, "password", ada.Password).want(t, http.StatusOK)
}
