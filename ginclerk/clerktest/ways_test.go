package clerktest_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

const phone = "+15555550100"

// everyWay turns on all ways to sign in. Ada can use them.
func everyWay(c *clerktest.Config) {
	c.Usernames, c.PhoneNumbers, c.SocialProvider = true, true, true
	c.Seed = clerktest.DefaultSeed()
	c.Seed.Users[0].Username, c.Seed.Users[0].Phone = "adalyn", phone
}

func TestIdentifiersAreThoseOfTheInstance(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		configure func(*clerktest.Config)
		known     bool
	}{
		"turned on": {everyWay, true},
		"off":       {func(c *clerktest.Config) { everyWay(c); c.Usernames, c.PhoneNumbers = false, false }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := clerktest.New(t, row.configure)
			password := user(t, srv, "ada@example.com").Password
			for _, identifier := range []string{"adalyn", "ADALYN", phone, "+1 555 555 01 00"} {
				res := open(t, srv).post(t, "/v1/client/sign_ins", "identifier", identifier, "password", password)
				if !row.known {
					res.wantError(t, 422, "form_identifier_not_found")
					continue
				}
				res.want(t, http.StatusOK).text(t, "response", "created_session_id")
			}
		})
	}
}

func TestUsersAreCreatedWithAPhoneNumber(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, everyWay)
	create := func(numbers string) result {
		return backend(srv, http.MethodPost, "/v1/users",
			`{"email_address":["nia@example.com"],"skip_password_requirement":true,"phone_number":`+numbers+`}`).do(t)
	}
	create(`["`+phone+`"]`).wantError(t, 422, "form_identifier_exists")
	create(`["555"]`).wantError(t, 422, "form_param_format_invalid")
	create(`["+15555550101","+15555550102"]`).wantError(t, 422, "form_param_exceeds_allowed_size")
	if got := create(`["+1 555 555 0101"]`).want(t, 200).text(t, "phone_numbers", 0, "phone_number"); got != "+15555550101" {
		t.Errorf("the number is %q, want +15555550101", got)
	}
}

// Clerk's own tests clean up by phone number: a filter that finds too many users deletes them.
func TestUsersAreFoundByPhoneNumber(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, everyWay)
	ada := []string{userID(t, srv, "ada@example.com")}
	for name, row := range map[string]struct {
		query url.Values
		found []string
	}{
		"the number as it is kept finds its user":        {url.Values{"phone_number": {phone}}, ada},
		"the number as people write it finds its user":   {url.Values{"phone_number": {"+1 (555) 555-0100"}}, ada},
		"one of two numbers finds its user":              {url.Values{"phone_number": {"+15555550999", phone}}, ada},
		"a number that no user has finds none":           {url.Values{"phone_number": {"+15555550999"}}, nil},
		"an empty number finds no user without a number": {url.Values{"phone_number": {""}}, nil},
		"an empty username finds no user without one":    {url.Values{"username": {""}}, nil},
		"an empty external id finds no user without one": {url.Values{"external_id": {""}}, nil},
		"a number and another user's address find none":  {url.Values{"phone_number": {phone}, "email_address": {"bob@example.com"}}, nil},
		"a part of the number finds its user":            {url.Values{"phone_number_query": {"5550100"}}, ada},
		"a part that no number has finds none":           {url.Values{"phone_number_query": {"5550999"}}, nil},
		"a search for a part of the number finds it":     {url.Values{"query": {"5550100"}}, ada},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if found := backend(srv, http.MethodGet, "/v1/users?"+row.query.Encode(), "").do(t).want(t, 200).ids(t); !slices.Equal(found, row.found) {
				t.Errorf("found %v, want %v", found, row.found)
			}
			count := backend(srv, http.MethodGet, "/v1/users/count?"+row.query.Encode(), "").do(t).want(t, 200)
			if got := count.at(t, "total_count"); got != float64(len(row.found)) {
				t.Errorf("total_count is %v, want %d", got, len(row.found))
			}
		})
	}
}

func TestPhoneCode(t *testing.T) {
	t.Parallel()
	p := open(t, clerktest.New(t, everyWay))
	begun := p.post(t, "/v1/client/sign_ins", "identifier", phone).want(t, http.StatusOK)
	attempt := "/v1/client/sign_ins/" + begun.text(t, "response", "id")
	p.post(t, attempt+"/prepare_first_factor", "strategy", "phone_code", "phone_number_id", "idn_other").wantError(t, 404, "resource_not_found")
	p.post(t, attempt+"/prepare_first_factor", "strategy", "phone_code").want(t, http.StatusOK)
	p.post(t, attempt+"/attempt_first_factor", "strategy", "email_code", "code", "424242").wantError(t, 400, "verification_missing")
	p.post(t, attempt+"/attempt_first_factor", "strategy", "phone_code", "code", "000000").wantError(t, 422, "form_code_incorrect")
	done := p.post(t, attempt+"/attempt_first_factor", "strategy", "phone_code", "code", "424242").want(t, http.StatusOK)
	if got := done.text(t, "response", "status"); got != "complete" {
		t.Errorf("status %q, want complete", got)
	}

	none := open(t, clerktest.New(t, everyWay))
	begun = none.post(t, "/v1/client/sign_ins", "identifier", "bob@example.com").want(t, http.StatusOK)
	attempt = "/v1/client/sign_ins/" + begun.text(t, "response", "id")
	none.post(t, attempt+"/prepare_first_factor", "strategy", "phone_code").wantError(t, 400, "strategy_for_user_invalid")
}

func TestResetOfAPassword(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	p, old := open(t, srv), user(t, srv, "dana@example.com").Password
	begun := p.post(t, "/v1/client/sign_ins", "identifier", "dana@example.com").want(t, http.StatusOK)
	attempt := "/v1/client/sign_ins/" + begun.text(t, "response", "id")
	reset := func() result {
		return p.post(t, attempt+"/reset_password", "password", "a new long password", "sign_out_of_other_sessions", "true")
	}
	reset().wantError(t, 400, "client_state_invalid")
	p.post(t, attempt+"/prepare_first_factor", "strategy", "reset_password_email_code").want(t, http.StatusOK)
	verified := p.post(t, attempt+"/attempt_first_factor", "strategy", "reset_password_email_code", "code", "424242").want(t, http.StatusOK)
	if got := verified.text(t, "response", "status"); got != "needs_new_password" {
		t.Fatalf("status %q, want needs_new_password", got)
	}
	p.post(t, attempt+"/reset_password", "password", "short").wantError(t, 422, "form_password_length_too_short")
	session := reset().want(t, http.StatusOK).text(t, "response", "created_session_id")
	if got := p.get(t, "/v1/me/sessions/active").ids(t); len(got) != 1 || got[0] != session {
		t.Errorf("active sessions %v, want %s alone", got, session)
	}
	for password, status := range map[string]int{old: 422, "a new long password": 200} {
		open(t, srv).post(t, "/v1/client/sign_ins", "identifier", "dana@example.com", "password", password).want(t, status)
	}
}

// answered answers the provider's page, and returns where the browser goes.
func (p *page) answered(t *testing.T, at string, answer url.Values) *url.URL {
	t.Helper()
	shown := call{method: http.MethodGet, url: at}.do(t).want(t, http.StatusOK)
	if !strings.HasPrefix(shown.header.Get("Content-Type"), "text/html") {
		t.Errorf("the provider's page is %s", shown.header.Get("Content-Type"))
	}
	u, err := url.Parse(strings.Replace(at, "oauth_provider", "oauth_callback", 1))
	if err != nil {
		t.Fatal(err)
	}
	answer.Set("state", u.Query().Get("state"))
	u.RawQuery = answer.Encode()
	back, err := url.Parse(call{method: http.MethodGet, url: u.String()}.do(t).want(t, http.StatusSeeOther).header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	return back
}

func TestSocialProvider(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, everyWay)
	begin := func(p *page, at string) result {
		return p.post(t, "/v1/client/"+at, "strategy", "oauth_custom_mock", "redirect_url", appOrigin+"/sso-callback",
			"action_complete_redirect_url", appOrigin+"/home").want(t, http.StatusOK)
	}
	const signInURL, email = "first_factor_verification", "email_address"
	signIn := func(r result) string { return r.text(t, "response", signInURL, "external_verification_redirect_url") }
	external := func(r result) string {
		return r.text(t, "response", "verifications", "external_account", "external_verification_redirect_url")
	}

	p := open(t, srv)
	if back := p.answered(t, signIn(begin(p, "sign_ins")), url.Values{"error": {"access_denied"}}); back.Path != "/sso-callback" {
		t.Errorf("after a no the browser goes to %s, want /sso-callback", back)
	}
	if got := p.get(t, "/v1/client").text(t, "response", "sign_in", signInURL, "error", "code"); got != "oauth_access_denied" {
		t.Errorf("after a no the error is %q", got)
	}
	if back := p.answered(t, signIn(begin(p, "sign_ins")), url.Values{email: {"ada@example.com"}}); back.Path != "/home" {
		t.Errorf("after a yes the browser goes to %s, want /home", back)
	}
	me := p.get(t, "/v1/me").want(t, http.StatusOK)
	if got := me.text(t, "response", "external_accounts", 0, "provider"); got != "oauth_custom_mock" {
		t.Errorf("the linked account is of %q", got)
	}

	p = open(t, srv)
	if back := p.answered(t, signIn(begin(p, "sign_ins")), url.Values{email: {"nia@example.com"}}); back.Path != "/sso-callback" {
		t.Errorf("without an account the browser goes to %s, want /sso-callback", back)
	}
	p.post(t, "/v1/client/sign_ins", "transfer", "true").wantError(t, 400, "account_transfer_invalid")
	if got := p.post(t, "/v1/client/sign_ups", "transfer", "true").want(t, 200).text(t, "response", "status"); got != "complete" {
		t.Errorf("the transferred sign-up is %q, want complete", got)
	}

	p = open(t, srv)
	if back := p.answered(t, external(begin(p, "sign_ups")), url.Values{email: {"nia@example.com"}}); back.Path != "/sso-callback" {
		t.Errorf("with an account the browser goes to %s, want /sso-callback", back)
	}
	if got := p.post(t, "/v1/client/sign_ins", "transfer", "true").want(t, 200).text(t, "response", "status"); got != "complete" {
		t.Errorf("the transferred sign-in is %q, want complete", got)
	}
	p = open(t, srv)
	if back := p.answered(t, external(begin(p, "sign_ups")), url.Values{email: {"joe@example.com"}}); back.Path != "/home" {
		t.Errorf("after the sign-up the browser goes to %s, want /home", back)
	}
	foreign := []string{"strategy", "oauth_custom_mock", "redirect_url", "https://evil.example/"}
	open(t, srv).post(t, "/v1/client/sign_ins", foreign...).wantError(t, 400, "redirect_url_invalid")
	open(t, clerktest.New(t)).post(t, "/v1/client/sign_ins", foreign...).wantError(t, 422, "form_param_value_invalid")
}
