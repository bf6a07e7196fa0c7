package clerktest_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

func TestSignUp(t *testing.T) {
	t.Parallel()
	p := open(t, clerktest.New(t))
	res := p.post(t, "/v1/client/sign_ups", "email_address", "new@example.com", "first_name", "Noa", "unsafe_metadata", `{"from":"ad"}`)
	res.want(t, http.StatusOK)
	if diff := cmp.Diff([]any{"password"}, res.at(t, "response", "missing_fields")); diff != "" {
		t.Errorf("missing fields (-want +got):\n%s", diff)
	}
	path := "/v1/client/sign_ups/" + res.text(t, "response", "id")
	res = p.send(t, http.MethodPatch, path, url.Values{"password": {"a-good-password"}}).want(t, http.StatusOK)
	if diff := cmp.Diff([]any{"email_address"}, res.at(t, "response", "unverified_fields")); diff != "" {
		t.Errorf("unverified fields (-want +got):\n%s", diff)
	}
	verification := func(res result) map[string]any {
		return res.at(t, "response", "verifications", "email_address").(map[string]any)
	}
	// The component of clerk-js asks for a code only if no strategy has begun.
	before := verification(res)
	for field, want := range map[string]any{"next_action": "needs_prepare", "status": "unverified", "strategy": nil, "expire_at": nil, "attempts": nil} {
		if before[field] != want {
			t.Errorf("before it is prepared, %s is %v, want %v", field, before[field], want)
		}
	}
	res = p.post(t, path+"/prepare_verification", "strategy", "email_code").want(t, http.StatusOK)
	if v := verification(res); v["next_action"] != "needs_attempt" || v["strategy"] != "email_code" || v["expire_at"] == nil {
		t.Errorf("prepared: %v", v)
	}
	p.post(t, path+"/attempt_verification", "strategy", "email_code", "code", "1").wantError(t, 422, "form_code_incorrect")
	res = p.post(t, path+"/attempt_verification", "strategy", "email_code", "code", "424242").want(t, http.StatusOK)
	if got := res.text(t, "response", "status"); got != "complete" {
		t.Fatalf("status %q, want complete", got)
	}
	if got := res.text(t, "client", "sessions", 0, "user", "first_name"); got != "Noa" {
		t.Errorf("first name %q", got)
	}
	if got := res.at(t, "client", "sessions", 0, "user", "unsafe_metadata", "from"); got != "ad" {
		t.Errorf("unsafe metadata %v", got)
	}
	if got := p.get(t, path).text(t, "response", "created_user_id"); got != res.text(t, "client", "sessions", 0, "user", "id") {
		t.Errorf("created_user_id %q", got)
	}
	again := open(t, p.srv)
	again.post(t, "/v1/client/sign_ins", "identifier", "new@example.com", "password", "a-good-password").want(t, http.StatusOK)
}

func TestSignUpRefuses(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	for _, row := range []struct {
		name        string
		form        []string
		code, param string
	}{
		{"a taken address", []string{"email_address", "ADA@example.com"}, "form_identifier_exists", "email_address"},
		{"an invalid address", []string{"email_address", "ada"}, "form_param_format_invalid", "email_address"},
		{"an address with a name", []string{"email_address", "Ada <a@example.com>"}, "form_param_format_invalid", "email_address"},
		{"a short password", []string{"password", "1234567"}, "form_password_length_too_short", "password"},
		{"metadata that are no object", []string{"unsafe_metadata", "[1]"}, "form_param_format_invalid", "unsafe_metadata"},
		{"an unknown strategy", []string{"strategy", "oauth_google"}, "form_param_value_invalid", "strategy"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			res := open(t, srv).post(t, "/v1/client/sign_ups", row.form...).wantError(t, http.StatusUnprocessableEntity, row.code)
			if got := res.text(t, "errors", 0, "meta", "param_name"); got != row.param {
				t.Errorf("param_name %q, want %q", got, row.param)
			}
		})
	}
	p := open(t, srv)
	id := p.post(t, "/v1/client/sign_ups", "email_address", "x@example.com").text(t, "response", "id")
	open(t, srv).get(t, "/v1/client/sign_ups/"+id).wantError(t, http.StatusNotFound, "resource_not_found")
}

func TestTouchSwitchesAccounts(t *testing.T) {
	t.Parallel()
	p := open(t, clerktest.New(t, standing))
	ada, mia := p.signIn(t, "ada@example.com"), p.signIn(t, "mia@example.com")
	p.srv.Clock().Advance(time.Minute)
	res := p.post(t, "/v1/client/sessions/"+ada+"/touch", "active_organization_id", "", "intent", "select_session")
	res.want(t, http.StatusOK)
	if got := res.text(t, "client", "last_active_session_id"); got != ada {
		t.Errorf("last active session %s, want %s and not %s", got, ada, mia)
	}
	want := float64(noon().Add(time.Minute).UnixMilli())
	if got := res.at(t, "response", "last_active_at"); got != want {
		t.Errorf("last_active_at %v, want %v", got, want)
	}
	if got := res.at(t, "client", "updated_at"); got != want {
		t.Errorf("client.updated_at %v, want %v: the switch changes what the browser is", got, want)
	}
	p.srv.Clock().Advance(time.Minute)
	res = p.post(t, "/v1/client/sessions/"+ada+"/touch", "intent", "focus").want(t, http.StatusOK)
	if got := res.at(t, "client", "updated_at"); got != want {
		t.Errorf("client.updated_at %v, want %v: focus changes nothing, and must not make tokens stale", got, want)
	}
}

func TestTouchSwitchesOrganizations(t *testing.T) {
	t.Parallel()
	p := open(t, clerktest.New(t))
	id := p.signIn(t, "grace@example.com")
	globex := organizationID(t, p.srv, "globex")
	touch := "/v1/client/sessions/" + id + "/touch"
	res := p.post(t, touch, "active_organization_id", globex, "intent", "select_org").want(t, http.StatusOK)
	if got := res.text(t, "response", "last_active_organization_id"); got != globex {
		t.Errorf("organization %s, want %s", got, globex)
	}
	_, claims := verified(t, p.srv, res.text(t, "response", "last_active_token", "jwt"))
	if o, _ := claims["o"].(map[string]any); o["id"] != globex || o["slg"] != "globex" || o["rol"] != "admin" {
		t.Errorf("claim o = %v", claims["o"])
	}
	p.post(t, touch, "intent", "focus").want(t, http.StatusOK)
	if got := p.get(t, "/v1/client").text(t, "response", "sessions", 0, "last_active_organization_id"); got != globex {
		t.Errorf("organization %q: a touch that names none must leave it", got)
	}
	p.post(t, touch, "active_organization_id", "org_unknown").wantError(t, http.StatusNotFound, "resource_not_found")
	res = p.post(t, touch, "active_organization_id", "").want(t, http.StatusOK)
	if got := res.at(t, "response", "last_active_organization_id"); got != nil {
		t.Errorf("organization %v, want the personal account", got)
	}
}

func TestFrontendTokens(t *testing.T) {
	t.Parallel()
	p := open(t, clerktest.New(t))
	id := p.signIn(t, "grace@example.com")
	acme := organizationID(t, p.srv, "acme")
	tokens := "/v1/client/sessions/" + id + "/tokens"
	_, claims := verified(t, p.srv, p.post(t, tokens+"?debug=skip_cache", "organization_id", "", "tab_state", "focused").text(t, "jwt"))
	if claims["azp"] != appOrigin || claims["o"] != nil {
		t.Errorf("claims %v", claims)
	}
	_, claims = verified(t, p.srv, p.post(t, tokens, "organization_id", acme).want(t, http.StatusOK).text(t, "jwt"))
	if o, _ := claims["o"].(map[string]any); o["rol"] != "member" {
		t.Errorf("claim o = %v, want the membership in acme", claims["o"])
	}
	p.post(t, tokens, "organization_id", "org_unknown").wantError(t, http.StatusNotFound, "resource_not_found")
	header, claims := verified(t, p.srv, p.post(t, tokens+"/billing").want(t, http.StatusOK).text(t, "jwt"))
	if header["cat"] != "cl_B7d4PD222AAA" || claims["sid"] != nil || claims["v"] != nil || claims["email"] != "grace@example.com" {
		t.Errorf("template token: header %v, claims %v", header, claims)
	}
	p.post(t, tokens+"/nothing").wantError(t, http.StatusNotFound, "resource_not_found")
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, status string
		onClient     bool
		end          func(t *testing.T, p *page, id string)
	}{
		{"end leaves it on the client", "ended", true, func(t *testing.T, p *page, id string) {
			t.Helper()
			p.post(t, "/v1/client/sessions/"+id+"/end").want(t, http.StatusOK)
		}},
		{"remove takes it away", "removed", false, func(t *testing.T, p *page, id string) {
			t.Helper()
			p.post(t, "/v1/client/sessions/"+id+"/remove").want(t, http.StatusOK)
		}},
		{"revoked by the Backend API", "revoked", true, func(t *testing.T, p *page, id string) {
			t.Helper()
			backend(p.srv, http.MethodPost, "/v1/sessions/"+id+"/revoke", "null").do(t).want(t, http.StatusOK)
		}},
		{"expired", "expired", true, func(t *testing.T, p *page, _ string) {
			t.Helper()
			p.srv.Clock().Advance(7 * 24 * time.Hour)
		}},
		{"signed out of everything", "removed", false, func(t *testing.T, p *page, _ string) {
			t.Helper()
			res := p.send(t, http.MethodDelete, "/v1/client/sessions", url.Values{}).want(t, http.StatusOK)
			if got := res.at(t, "client"); got != nil {
				t.Errorf("client %v, want null", got)
			}
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := open(t, clerktest.New(t, standing))
			id := p.signIn(t, "ada@example.com")
			row.end(t, p, id)
			if got := statusOf(t, p.srv, id); got != row.status {
				t.Errorf("status %q, want %q", got, row.status)
			}
			client := p.get(t, "/v1/client").want(t, http.StatusOK)
			if got := client.at(t, "response", "last_active_session_id"); got != nil {
				t.Errorf("last active session %v, want none", got)
			}
			want := []string{}
			status := http.StatusNotFound
			if row.onClient {
				want, status = []string{id}, http.StatusUnauthorized
				if got := client.at(t, "response", "sessions", 0, "last_active_token"); got != nil {
					t.Error("a session that is over has a token")
				}
			}
			if diff := cmp.Diff(want, client.ids(t, "response", "sessions")); diff != "" {
				t.Errorf("sessions of the client (-want +got):\n%s", diff)
			}
			p.post(t, "/v1/client/sessions/"+id+"/tokens").want(t, status)
			p.post(t, "/v1/client/sessions/"+id+"/touch").want(t, status)
		})
	}
}

func TestSigningOutOfOneAccountLeavesTheOther(t *testing.T) {
	t.Parallel()
	p := open(t, clerktest.New(t))
	ada, mia := p.signIn(t, "ada@example.com"), p.signIn(t, "mia@example.com")
	res := p.post(t, "/v1/client/sessions/"+mia+"/remove").want(t, http.StatusOK)
	if got := res.at(t, "client", "last_active_session_id"); got != nil {
		t.Errorf("last active session %v: no other account takes the place by itself", got)
	}
	if got := statusOf(t, p.srv, ada); got != "active" {
		t.Errorf("the other account is %s", got)
	}
}

func TestSessionsBelongToTheirBrowser(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	mine, other := open(t, srv), open(t, srv)
	id := mine.signIn(t, "ada@example.com")
	other.signIn(t, "ada@example.com")
	for _, path := range []string{"/touch", "/tokens", "/tokens/billing", "/end", "/remove"} {
		other.post(t, "/v1/client/sessions/"+id+path).wantError(t, http.StatusNotFound, "resource_not_found")
	}
	other.get(t, "/v1/client/sessions/"+id).wantError(t, http.StatusNotFound, "resource_not_found")
	mine.get(t, "/v1/client/sessions/"+id).want(t, http.StatusOK)
	if got := statusOf(t, srv, id); got != "active" {
		t.Errorf("status %q", got)
	}
}

func TestDeleteClient(t *testing.T) {
	t.Parallel()
	p := open(t, clerktest.New(t))
	id := p.signIn(t, "ada@example.com")
	res := p.send(t, http.MethodDelete, "/v1/client", url.Values{}).want(t, http.StatusOK)
	if n := len(res.ids(t, "response", "sessions")); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
	if got := statusOf(t, p.srv, id); got != "removed" {
		t.Errorf("status %q, want removed", got)
	}
	if got := p.get(t, "/v1/client").at(t, "response"); got != nil {
		t.Errorf("client %v, want none", got)
	}
}

func TestMe(t *testing.T) {
	t.Parallel()
	p := open(t, clerktest.New(t))
	p.get(t, "/v1/me").wantError(t, http.StatusUnauthorized, "authentication_invalid")
	dana := p.signIn(t, "dana@example.com")
	mia := p.signIn(t, "mia@example.com")
	if got := p.get(t, "/v1/me").text(t, "response", "id"); got != userID(t, p.srv, "mia@example.com") {
		t.Errorf("me is %s, want the current account", got)
	}
	me := p.get(t, "/v1/me?_clerk_session_id="+dana).want(t, http.StatusOK)
	if got := me.text(t, "response", "id"); got != userID(t, p.srv, "dana@example.com") {
		t.Errorf("me is %s, want the account of the session that was named", got)
	}
	if _, found := me.at(t, "response").(map[string]any)["private_metadata"]; found {
		t.Error("a browser sees private metadata")
	}
	active := p.get(t, "/v1/me/sessions/active?_clerk_session_id="+dana).want(t, http.StatusOK)
	ids := active.ids(t)
	if len(ids) != 5 || ids[0] != dana {
		t.Fatalf("active sessions %v, want this one and those of four devices", ids)
	}
	if got := active.text(t, 1, "latest_activity", "device_type"); got != "Android" {
		t.Errorf("device %q, want the one signed in last", got)
	}
	all := p.get(t, "/v1/me/sessions?_clerk_session_id="+dana).want(t, http.StatusOK)
	if n := len(all.ids(t)); n != 5 {
		t.Errorf("%d sessions, want 5", n)
	}
	memberships := p.get(t, "/v1/me/organization_memberships?paginated=true&_clerk_session_id="+dana).want(t, http.StatusOK)
	if got := memberships.text(t, "response", "data", 0, "organization", "slug"); got != "globex" {
		t.Errorf("organization %q", got)
	}
	res := p.post(t, "/v1/me/sessions/"+ids[3]+"/revoke?_clerk_session_id="+dana).want(t, http.StatusOK)
	if got := res.text(t, "response", "status"); got != "revoked" {
		t.Errorf("status %q, want revoked", got)
	}
	p.post(t, "/v1/me/sessions/"+mia+"/revoke?_clerk_session_id="+dana).wantError(t, http.StatusNotFound, "resource_not_found")
	p.get(t, "/v1/me?_clerk_session_id="+ids[1]).wantError(t, http.StatusUnauthorized, "authentication_invalid")
}
