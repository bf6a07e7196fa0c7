package clerktest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// twoFactors seeds a user with an authenticator app and two backup codes.
func twoFactors(c *clerktest.Config) {
	c.Seed = &clerktest.Seed{Users: []clerktest.User{{
		Email: "tess@example.com", Password: "correct horse", TOTP: true, BackupCodes: []string{"backup-1", "backup-2"},
	}}}
}

func TestSignInWithSecondFactor(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, strategy, code string }{
		{"authenticator app", "totp", "424242"},
		{"backup code", "backup_code", "backup-2"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := open(t, clerktest.New(t, twoFactors))
			res := p.post(t, "/v1/client/sign_ins", "identifier", "tess@example.com", "password", "correct horse").want(t, http.StatusOK)
			if got := res.text(t, "response", "status"); got != "needs_second_factor" {
				t.Fatalf("status %q, want needs_second_factor", got)
			}
			if res.at(t, "response", "created_session_id") != nil || len(res.ids(t, "client", "sessions")) != 0 {
				t.Fatal("there is a session before the second factor")
			}
			if diff := cmp.Diff([]any{"totp", "backup_code"}, strategies(t, res, "supported_second_factors")); diff != "" {
				t.Errorf("second factors (-want +got):\n%s", diff)
			}
			attempt := "/v1/client/sign_ins/" + res.text(t, "response", "id")
			p.post(t, attempt+"/prepare_second_factor", "strategy", "phone_code").wantError(t, http.StatusBadRequest, "no_second_factors")
			p.post(t, attempt+"/attempt_first_factor", "strategy", "password", "password", "correct horse").
				wantError(t, http.StatusBadRequest, "client_state_invalid")
			second := attempt + "/attempt_second_factor"
			p.post(t, second, "strategy", row.strategy, "code", "1").wantError(t, 422, "form_code_incorrect")
			p.post(t, second, "strategy", row.strategy, "code", "").wantError(t, 422, "form_param_nil")
			p.post(t, second, "strategy", "phone_code", "code", "424242").wantError(t, 422, "form_param_value_invalid")
			res = p.post(t, second, "strategy", row.strategy, "code", row.code).want(t, http.StatusOK)
			if got := res.text(t, "response", "second_factor_verification", "object"); got != "verification_"+row.strategy {
				t.Errorf("verification %q", got)
			}
			_, claims := verified(t, p.srv, res.text(t, "client", "sessions", 0, "last_active_token", "jwt"))
			if diff := cmp.Diff(any([]any{0.0, 0.0}), claims["fva"]); diff != "" {
				t.Errorf("fva (-want +got):\n%s", diff)
			}
			me := p.get(t, "/v1/me").want(t, http.StatusOK)
			for _, name := range []string{"two_factor_enabled", "totp_enabled", "backup_code_enabled"} {
				if got := me.at(t, "response", name); got != true {
					t.Errorf("%s is %v", name, got)
				}
			}
			again := open(t, p.srv).post(t, "/v1/client/sign_ins", "identifier", "tess@example.com", "password", "correct horse")
			res = open(t, p.srv).post(t, "/v1/client/sign_ins/"+again.text(t, "response", "id")+"/attempt_second_factor")
			res.wantError(t, http.StatusNotFound, "resource_not_found")
		})
	}
}

func TestSecondFactorComesAfterTheFirst(t *testing.T) {
	t.Parallel()
	p := open(t, clerktest.New(t, twoFactors))
	attempt := "/v1/client/sign_ins/" + p.post(t, "/v1/client/sign_ins", "identifier", "tess@example.com").text(t, "response", "id")
	p.post(t, attempt+"/attempt_second_factor", "strategy", "totp", "code", "424242").
		wantError(t, http.StatusBadRequest, "client_state_invalid")
	p.post(t, attempt+"/prepare_first_factor", "strategy", "email_code").want(t, http.StatusOK)
	res := p.post(t, attempt+"/attempt_first_factor", "strategy", "email_code", "code", "424242").want(t, http.StatusOK)
	if got := res.text(t, "response", "status"); got != "needs_second_factor" {
		t.Fatalf("status %q, want needs_second_factor", got)
	}
	p.srv.Clock().Advance(24 * time.Hour)
	p.post(t, attempt+"/attempt_second_factor", "strategy", "totp", "code", "424242").
		wantError(t, http.StatusNotFound, "resource_not_found")
}

func TestBackupCodesAreValidOnce(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, twoFactors)
	try := func(code string) result {
		p := open(t, srv)
		res := p.post(t, "/v1/client/sign_ins", "identifier", "tess@example.com", "password", "correct horse").want(t, http.StatusOK)
		second := "/v1/client/sign_ins/" + res.text(t, "response", "id") + "/attempt_second_factor"
		return p.post(t, second, "strategy", "backup_code", "code", code)
	}
	try("backup-1").want(t, http.StatusOK)
	try("backup-1").wantError(t, 422, "form_code_incorrect")
	try("backup-2").want(t, http.StatusOK)
	try("backup-2").wantError(t, http.StatusBadRequest, "no_second_factors")
}

func TestATicketNeedsNoSecondFactor(t *testing.T) {
	t.Parallel()
	p := open(t, clerktest.New(t, twoFactors))
	body := `{"user_id":"` + userID(t, p.srv, "tess@example.com") + `"}`
	token := backend(p.srv, http.MethodPost, "/v1/sign_in_tokens", body).do(t).want(t, http.StatusOK).text(t, "token")
	res := p.ticket(t, token).want(t, http.StatusOK)
	if got := res.text(t, "response", "status"); got != "complete" {
		t.Errorf("status %q, want complete", got)
	}
	if diff := cmp.Diff(any([]any{0.0, -1.0}), res.at(t, "client", "sessions", 0, "factor_verification_age")); diff != "" {
		t.Errorf("ages (-want +got):\n%s", diff)
	}
}

func TestReverificationLevels(t *testing.T) {
	t.Parallel()
	const first, second, complete = "needs_first_factor", "needs_second_factor", "complete"
	for _, row := range []struct {
		level          string
		begins         string
		afterFirst     string
		ageOf1, ageOf2 float64
	}{
		{"first_factor", first, complete, 0, 5},
		{"second_factor", second, "", 5, 0},
		{"multi_factor", first, second, 0, 0},
	} {
		t.Run(row.level, func(t *testing.T) {
			t.Parallel()
			v := newVerifying(t, "tess@example.com", twoFactors)
			v.wantAges(t, 5, 5)
			status := func(res result) string { return res.want(t, http.StatusOK).text(t, "response", "status") }
			res := v.post(t, v.base, "level", row.level)
			if got := status(res); got != row.begins {
				t.Fatalf("begins with %q, want %q", got, row.begins)
			}
			if diff := cmp.Diff([]any{"totp", "backup_code"}, strategies(t, res, "supported_second_factors")); diff != "" {
				t.Errorf("second factors (-want +got):\n%s", diff)
			}
			now := row.begins
			if now == first {
				now = status(v.post(t, v.base+"/attempt_first_factor", "strategy", "password", "password", "correct horse"))
				if now != row.afterFirst {
					t.Fatalf("after the first factor %q, want %q", now, row.afterFirst)
				}
			}
			if now == second {
				v.post(t, v.base+"/prepare_second_factor", "strategy", "phone_code").wantError(t, http.StatusBadRequest, "no_second_factors")
				v.post(t, v.base+"/attempt_second_factor", "strategy", "totp", "code", "0").wantError(t, 422, "form_code_incorrect")
				now = status(v.post(t, v.base+"/attempt_second_factor", "strategy", "totp", "code", "424242"))
			}
			if now != complete {
				t.Errorf("ends with %q", now)
			}
			v.wantAges(t, row.ageOf1, row.ageOf2)
			v.srv.Clock().Advance(3 * time.Minute)
			v.wantAges(t, row.ageOf1+3, row.ageOf2+3)
		})
	}
}

func TestPortalAsksForTheSecondFactor(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, twoFactors)
	v.open(t, "/sign-in/factor-two").wantAt(t, "/sign-in")
	v.open(t, "/sign-in?redirect_url=/x").submit(t, "form", "identifier", "tess@example.com")
	v.submit(t, "form", "password", "correct horse").wantAt(t, "/sign-in/factor-two").wantText(t, "authenticator app")
	if n := len(v.srv.Sessions(userID(t, v.srv, "tess@example.com"))); n != 0 {
		t.Fatalf("%d sessions before the second factor", n)
	}
	v.submit(t, "form", "code", "1")
	checkProblem(t, v, "code", "The code is incorrect. Try again.")
	v.submit(t, "form", "code", "424242").wantAt(t, "/x")
	if got := v.current(t); got != "tess@example.com" {
		t.Errorf("signed in as %s", got)
	}

	other := v.anew(t).open(t, "/sign-in?redirect_url=/y").submit(t, "form", "identifier", "tess@example.com")
	other.submit(t, "alternative").submit(t, "form", "code", "424242").wantAt(t, "/sign-in/factor-two")
	other.open(t, "/sign-in/factor-two/backup-code?redirect_url=/y").wantText(t, "You can use each code once.")
	other.submit(t, "form", "code", "backup-1").wantAt(t, "/y")
}

func TestSecondFactorsAreSeeded(t *testing.T) {
	t.Parallel()
	seed, err := clerktest.ParseSeed([]byte(`{"users":[{"email":"a@example.com","totp":true,"backup_codes":["x"]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := seed.Users[0]; !got.TOTP || !cmp.Equal(got.BackupCodes, []string{"x"}) {
		t.Errorf("user %+v", got)
	}
	_, err = clerktest.ParseSeed([]byte(`{"users":[{"email":"a@example.com","backup_codes":["x"]}]}`))
	if err == nil || !strings.Contains(err.Error(), "users[0].backup_codes") {
		t.Errorf("backup codes without an app: %v", err)
	}
	_, err = clerktest.Start(clerktest.Config{Seed: &clerktest.Seed{Users: []clerktest.User{{Email: "a@b.c", BackupCodes: []string{"x"}}}}})
	if err == nil || !strings.Contains(err.Error(), "TOTP") {
		t.Errorf("backup codes without an app: %v", err)
	}
}

func TestWrongCodesCountUntilTheRightOne(t *testing.T) {
	t.Parallel()
	p := open(t, clerktest.New(t, twoFactors))
	tess := userID(t, p.srv, "tess@example.com")
	wantLeft := func(want float64) {
		t.Helper()
		shown := backend(p.srv, http.MethodGet, "/v1/users/"+tess, "").do(t).want(t, http.StatusOK)
		if got := shown.at(t, "verification_attempts_remaining"); got != want {
			t.Errorf("%v attempts left, want %v", got, want)
		}
	}
	attempt := "/v1/client/sign_ins/" + p.post(t, "/v1/client/sign_ins", "identifier", "tess@example.com").text(t, "response", "id")
	first, second := attempt+"/attempt_first_factor", attempt+"/attempt_second_factor"
	p.post(t, first, "strategy", "email_code", "code", "1").wantError(t, http.StatusBadRequest, "verification_missing")
	wantLeft(100)
	p.post(t, attempt+"/prepare_first_factor", "strategy", "email_code").want(t, http.StatusOK)
	p.post(t, first, "strategy", "email_code", "code", "1").wantError(t, 422, "form_code_incorrect")
	wantLeft(99)
	p.post(t, first, "strategy", "email_code", "code", "424242").want(t, http.StatusOK)
	p.post(t, second, "strategy", "totp", "code", "1").wantError(t, 422, "form_code_incorrect")
	p.post(t, second, "strategy", "backup_code", "code", "1").wantError(t, 422, "form_code_incorrect")
	wantLeft(97)
	p.post(t, second, "strategy", "totp", "code", "424242").want(t, http.StatusOK)
	wantLeft(100)
}
