package clerktest_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// page is a page of the application in a browser with clerk-js.
type page struct {
	srv     *clerktest.Server
	dev     string // __clerk_db_jwt
	cookies []*http.Cookie
}

// open boots a page in development: clerk-js asks for a dev browser first.
func open(t *testing.T, srv *clerktest.Server) *page {
	t.Helper()
	res := call{method: http.MethodPost, url: srv.FrontendURL() + "/v1/dev_browser"}.do(t).want(t, http.StatusOK)
	return &page{srv: srv, dev: res.text(t, "id")}
}

// send calls the Frontend API like clerk-js: GET, or POST with _method and a form.
func (p *page) send(t *testing.T, method, path string, form url.Values) result {
	t.Helper()
	u, err := url.Parse(p.srv.FrontendURL() + path)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("__clerk_api_version", "2026-08-20")
	query.Set("_clerk_js_version", "6.40.0")
	if p.dev != "" {
		query.Set("__clerk_db_jwt", p.dev)
	}
	c := call{method: method, form: form, cookies: p.cookies, header: map[string]string{"Origin": appOrigin}}
	if method != http.MethodGet && method != http.MethodPost {
		c.method = http.MethodPost
		query.Set("_method", method)
	}
	u.RawQuery = query.Encode()
	c.url = u.String()
	return c.do(t)
}

func (p *page) get(t *testing.T, path string) result {
	t.Helper()
	return p.send(t, http.MethodGet, path, nil)
}

func (p *page) post(t *testing.T, path string, form ...string) result {
	t.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(form); i += 2 {
		values.Add(form[i], form[i+1])
	}
	return p.send(t, http.MethodPost, path, values)
}

// signIn signs in with a password and returns the session's id.
func (p *page) signIn(t *testing.T, email string) string {
	t.Helper()
	res := p.post(t, "/v1/client/sign_ins", "strategy", "password", "identifier", email, "password", user(t, p.srv, email).Password)
	return res.want(t, http.StatusOK).text(t, "response", "created_session_id")
}

func TestBoot(t *testing.T) {
	t.Parallel()
	p := open(t, clerktest.New(t))
	client := p.get(t, "/v1/client").want(t, http.StatusOK)
	if diff := cmp.Diff(map[string]any{"response": nil, "client": nil}, client.at(t)); diff != "" {
		t.Errorf("client of a new browser (-want +got):\n%s", diff)
	}
	environment := p.send(t, http.MethodPatch, "/v1/environment", url.Values{}).want(t, http.StatusOK)
	if got := environment.at(t, "display_config", "sign_in_url"); got != appOrigin+"/sign-in" {
		t.Errorf("sign_in_url %v, want the application's own page", got)
	}
	if got := environment.at(t, "display_config", "instance_environment_type"); got != "development" {
		t.Errorf("instance_environment_type %v", got)
	}
	made := p.send(t, http.MethodPut, "/v1/client", url.Values{}).want(t, http.StatusOK)
	if again := p.get(t, "/v1/client"); again.text(t, "response", "id") != made.text(t, "response", "id") {
		t.Error("the client that PUT made is not the browser's")
	}
}

func TestAStaleDevBrowserIsRefused(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	for _, row := range []struct{ name, method, path string }{
		{"client", http.MethodGet, "/v1/client?__clerk_db_jwt=dvb_stale"},
		{"environment", http.MethodPatch, "/v1/environment?__clerk_db_jwt=dvb_stale"},
		{"no dev browser at all", http.MethodGet, "/v1/client"},
		{"sign-in", http.MethodPost, "/v1/client/sign_ins"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			call{method: row.method, url: srv.FrontendURL() + row.path}.do(t).
				wantError(t, http.StatusUnauthorized, "dev_browser_unauthenticated")
		})
	}
	call{method: http.MethodGet, url: srv.FrontendURL() + "/v1/environment"}.do(t).want(t, http.StatusOK)
	b := srv.NewBrowser()
	p := &page{srv: srv, dev: b.DevBrowser()}
	p.get(t, "/v1/client").want(t, http.StatusOK)
	b.Forget()
	p.get(t, "/v1/client").wantError(t, http.StatusUnauthorized, "dev_browser_unauthenticated")
}

func TestDevBrowserIsReadFromCookiesToo(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	b := srv.NewBrowser()
	signIn(t, b, "ada@example.com")
	cookies, err := b.Cookies(appOrigin)
	if err != nil {
		t.Fatal(err)
	}
	res := call{method: http.MethodGet, url: srv.FrontendURL() + "/v1/client", cookies: cookies}.do(t).want(t, http.StatusOK)
	if got := res.text(t, "response", "id"); got != b.ClientID() {
		t.Errorf("client %s, want %s", got, b.ClientID())
	}
}

func TestSignInWithPassword(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		form func(password string) []string
	}{
		{"with the strategy", func(password string) []string {
			return []string{"strategy", "password", "identifier", "ada@example.com", "password", password, "locale", "en-US"}
		}},
		{"without the strategy", func(password string) []string {
			return []string{"identifier", "ada@example.com", "password", password, "timezone", "UTC"}
		}},
		{"the address in other letters", func(password string) []string {
			return []string{"strategy", "password", "identifier", " ADA@example.com ", "password", password}
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := open(t, clerktest.New(t, standing))
			ada := user(t, p.srv, "ada@example.com")
			res := p.post(t, "/v1/client/sign_ins", row.form(ada.Password)...).want(t, http.StatusOK)
			if got := res.text(t, "response", "status"); got != "complete" {
				t.Fatalf("status %q, want complete", got)
			}
			id := res.text(t, "response", "created_session_id")
			if got := res.text(t, "client", "last_active_session_id"); got != id {
				t.Errorf("last active session %s, want %s", got, id)
			}
			if got := res.at(t, "client", "sign_in"); got != nil {
				t.Errorf("sign_in %v, want null: it is complete", got)
			}
			_, claims := verified(t, p.srv, res.text(t, "client", "sessions", 0, "last_active_token", "jwt"))
			if claims["sub"] != ada.ID || claims["sid"] != id || claims["azp"] != appOrigin {
				t.Errorf("claims %v", claims)
			}
			if updated := res.at(t, "client", "updated_at").(float64) / 1000; updated > claims["iat"].(float64) {
				t.Errorf("client.updated_at %v is after the token's iat %v", updated, claims["iat"])
			}
		})
	}
}

func TestSignInInSteps(t *testing.T) {
	t.Parallel()
	p := open(t, clerktest.New(t))
	res := p.post(t, "/v1/client/sign_ins", "identifier", "ada@example.com").want(t, http.StatusOK)
	if got := res.text(t, "response", "status"); got != "needs_first_factor" {
		t.Fatalf("status %q, want needs_first_factor", got)
	}
	if got := res.at(t, "response", "first_factor_verification"); got != nil {
		t.Errorf("first_factor_verification %v, want null", got)
	}
	var strategies []any
	for i := range res.at(t, "response", "supported_first_factors").([]any) {
		strategies = append(strategies, res.at(t, "response", "supported_first_factors", i, "strategy"))
	}
	if diff := cmp.Diff([]any{"password", "email_code", "reset_password_email_code"}, strategies); diff != "" {
		t.Errorf("first factors (-want +got):\n%s", diff)
	}
	attempt := "/v1/client/sign_ins/" + res.text(t, "response", "id")
	email := res.text(t, "response", "supported_first_factors", 1, "email_address_id")

	p.post(t, attempt+"/attempt_first_factor", "strategy", "email_code", "code", "424242").wantError(t, 400, "verification_missing")
	prepared := p.post(t, attempt+"/prepare_first_factor", "email_address_id", email, "strategy", "email_code").want(t, http.StatusOK)
	if got := prepared.text(t, "response", "first_factor_verification", "status"); got != "unverified" {
		t.Errorf("verification %q, want unverified", got)
	}
	p.post(t, attempt+"/attempt_first_factor", "strategy", "email_code", "code", "111111").wantError(t, 422, "form_code_incorrect")
	if got := p.get(t, attempt).text(t, "response", "status"); got != "needs_first_factor" {
		t.Errorf("status %q after a wrong code", got)
	}
	done := p.post(t, attempt+"/attempt_first_factor", "strategy", "email_code", "code", "424242").want(t, http.StatusOK)
	if got := done.text(t, "response", "status"); got != "complete" {
		t.Errorf("status %q, want complete", got)
	}
	if got := done.text(t, "client", "last_authentication_strategy"); got != "email_code" {
		t.Errorf("strategy %q", got)
	}
	p.post(t, attempt+"/attempt_first_factor", "strategy", "password", "password", "x").wantError(t, 400, "sign_in_already_complete")
}

func TestSignInRefuses(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	for _, row := range []struct {
		name        string
		form        []string
		code, param string
	}{
		{"an unknown address", []string{"identifier", "nobody@example.com"}, "form_identifier_not_found", "identifier"},
		{"a wrong password", []string{"identifier", "ada@example.com", "password", "wrong"}, "form_password_incorrect", "password"},
		{"an empty password", []string{"identifier", "ada@example.com", "password", ""}, "form_param_nil", "password"},
		{"a password without an identifier", []string{"password", "x"}, "form_param_missing", "identifier"},
		{"an unknown strategy", []string{"strategy", "carrier_pigeon"}, "form_param_value_invalid", "strategy"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			res := open(t, srv).post(t, "/v1/client/sign_ins", row.form...).wantError(t, http.StatusUnprocessableEntity, row.code)
			if got := res.text(t, "errors", 0, "meta", "param_name"); got != row.param {
				t.Errorf("param_name %q, want %q", got, row.param)
			}
		})
	}
}

func TestSignInsBelongToTheirBrowser(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	mine, other := open(t, srv), open(t, srv)
	id := mine.post(t, "/v1/client/sign_ins", "identifier", "ada@example.com").text(t, "response", "id")
	other.post(t, "/v1/client/sign_ins", "identifier", "ada@example.com").want(t, http.StatusOK)
	other.get(t, "/v1/client/sign_ins/"+id).wantError(t, http.StatusNotFound, "resource_not_found")
	other.post(t, "/v1/client/sign_ins/"+id+"/attempt_first_factor", "strategy", "password", "password", "x").
		wantError(t, http.StatusNotFound, "resource_not_found")
}

func TestTooManyWrongCodes(t *testing.T) {
	t.Parallel()
	p := open(t, clerktest.New(t, standing))
	id := p.post(t, "/v1/client/sign_ins", "strategy", "email_code", "identifier", "ada@example.com").text(t, "response", "id")
	path := "/v1/client/sign_ins/" + id
	for range 5 {
		p.post(t, path+"/attempt_first_factor", "strategy", "email_code", "code", "0").wantError(t, 422, "form_code_incorrect")
	}
	p.post(t, path+"/attempt_first_factor", "strategy", "email_code", "code", "424242").wantError(t, 400, "verification_failed")
	p.post(t, path+"/prepare_first_factor", "strategy", "email_code").want(t, http.StatusOK)
	p.srv.Clock().Advance(10 * time.Minute)
	p.post(t, path+"/attempt_first_factor", "strategy", "email_code", "code", "424242").wantError(t, 400, "verification_expired")
	p.post(t, path+"/prepare_first_factor", "strategy", "email_code").want(t, http.StatusOK)
	p.post(t, path+"/attempt_first_factor", "strategy", "email_code", "code", "424242").want(t, http.StatusOK)
}

func TestSignInTwice(t *testing.T) {
	t.Parallel()
	p := open(t, clerktest.New(t))
	id := p.signIn(t, "ada@example.com")
	res := p.post(t, "/v1/client/sign_ins", "identifier", "ada@example.com").wantError(t, 400, "identifier_already_signed_in")
	if got := res.text(t, "errors", 0, "meta", "session_id"); got != id {
		t.Errorf("session_id %q, want %q", got, id)
	}
	// A second tab takes the session from here: its own client is older.
	if diff := cmp.Diff([]string{id}, res.ids(t, "meta", "client", "sessions")); diff != "" {
		t.Errorf("sessions beside the error (-want +got):\n%s", diff)
	}
}

func TestSignInRemembersTheDevice(t *testing.T) {
	t.Parallel()
	p := open(t, clerktest.New(t))
	ada := user(t, p.srv, "ada@example.com")
	res := call{
		method: http.MethodPost, url: p.srv.FrontendURL() + "/v1/client/sign_ins?__clerk_db_jwt=" + p.dev,
		form: url.Values{"identifier": {ada.Email}, "password": {ada.Password}},
		header: map[string]string{
			"User-Agent":      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
			"X-Forwarded-For": "203.0.113.9, 10.0.0.1",
		},
	}.do(t).want(t, http.StatusOK)
	s := backend(p.srv, http.MethodGet, "/v1/sessions/"+res.text(t, "response", "created_session_id"), "").do(t)
	for key, want := range map[string]any{
		"device_type": "iPhone", "is_mobile": true, "browser_name": "Safari", "browser_version": "18.5", "ip_address": "203.0.113.9",
	} {
		if got := s.at(t, "latest_activity", key); got != want {
			t.Errorf("%s = %v, want %v", key, got, want)
		}
	}
}
