package clerktest_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// By default new sessions have the personal account. With membership required, users have none. The users are made by the Backend API, so that no
// seed says which organization is theirs.
func TestAnOrganizationIsActiveWhereTheInstanceSaysSo(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name               string
		required, atSignIn bool // settings of the instance
		organizations      []string
		status             string
		active             string // the slug of the organization
	}{
		{"with a personal account, it stays active", false, false, []string{"acme"}, "active", ""},
		{"the only organization becomes active", true, false, []string{"acme"}, "active", "acme"},
		{"one of several has to be chosen", true, false, []string{"acme", "globex"}, "pending", ""},
		{"without any, the user has to join one", true, false, nil, "pending", ""},
		{"the first becomes active, as the instance says", false, true, []string{"globex", "acme"}, "active", "globex"},
		{"the first becomes active, so that no choice is left", true, true, []string{"globex", "acme"}, "active", "globex"},
		{"without any, the personal account is active", false, true, nil, "active", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			srv := clerktest.New(t, func(c *clerktest.Config) {
				c.ForceOrganizationSelection, c.OrganizationAtSignIn = row.required, row.atSignIn
			})
			p := open(t, srv)
			setting := p.get(t, "/v1/environment").at(t, "organization_settings", "force_organization_selection")
			if (setting == true) != row.required {
				t.Errorf("force_organization_selection %v", setting)
			}
			body := `{"email_address":["new+clerk_test@example.com"],"password":"long enough"}`
			id := backend(srv, http.MethodPost, "/v1/users", body).do(t).want(t, http.StatusOK).text(t, "id")
			for _, slug := range row.organizations {
				backend(srv, http.MethodPost, "/v1/organizations/"+slug+"/memberships", `{"user_id":"`+id+`","role":"org:member"}`).do(t).want(t, http.StatusOK)
			}
			res := p.post(t, "/v1/client/sign_ins", "identifier", "new+clerk_test@example.com", "password", "long enough").want(t, http.StatusOK)
			session := res.at(t, "client", "sessions", 0).(map[string]any)
			var active any // null without one
			if row.active != "" {
				active = organizationID(t, srv, row.active)
			}
			if session["status"] != row.status || session["last_active_organization_id"] != active {
				t.Fatalf("session %v with organization %v, want %v with %v", session["status"], session["last_active_organization_id"], row.status, active)
			}
			if row.status == "active" || row.organizations == nil {
				return
			}
			touch := "/v1/client/sessions/" + res.text(t, "response", "created_session_id") + "/touch"
			p.post(t, touch, "active_organization_id", "", "intent", "select_session").want(t, http.StatusOK)
			if got := srv.Sessions(id)[0]; got.Status != "pending" {
				t.Errorf("the personal account completes the task: %+v", got)
			}
			globex := organizationID(t, srv, "globex")
			p.post(t, touch, "active_organization_id", globex, "intent", "select_org").want(t, http.StatusOK)
			if got := srv.Sessions(id)[0]; got.Status != "active" || got.OrganizationID != globex {
				t.Errorf("after the choice: %+v", got)
			}
		})
	}
}

func organizationID(t *testing.T, srv *clerktest.Server, slug string) string {
	t.Helper()
	id, err := srv.OrganizationID(slug)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestAnInstanceCanDestroyTheClientOnSignOut(t *testing.T) {
	t.Parallel()
	for _, destroys := range []bool{false, true} {
		srv := clerktest.New(t, func(c *clerktest.Config) { c.DestroyClientOnSignOut = destroys })
		p := open(t, srv)
		p.signIn(t, "ada@example.com")
		id := p.get(t, "/v1/client").want(t, http.StatusOK).text(t, "response", "id")
		p.send(t, http.MethodDelete, "/v1/client/sessions", url.Values{}).want(t, http.StatusOK)
		client := p.get(t, "/v1/client").want(t, http.StatusOK).at(t, "response")
		if (client == nil) != destroys {
			t.Errorf("destroys %v: the client after it is %v", destroys, client)
		}
		want := http.StatusOK
		if destroys {
			want = http.StatusNotFound
		}
		backend(srv, http.MethodGet, "/v1/clients/"+id, "").do(t).want(t, want)
	}
}

// These are the steps of @clerk/testing for an address that Clerk's test mode knows.
func TestTestAddressesTakeTheTestCode(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]func(*clerktest.Config){"development": nil, "production": {production}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := clerktest.New(t, options...)
			const address = "jane+clerk_test@example.com"
			p := &page{srv: srv}
			if name == "development" {
				p = open(t, srv)
			}
			up := p.post(t, "/v1/client/sign_ups", "email_address", address, "password", "long enough").want(t, http.StatusOK)
			p.cookies = cookiesOf(t, up)
			path := "/v1/client/sign_ups/" + up.text(t, "response", "id")
			p.post(t, path+"/prepare_verification", "strategy", "email_code").want(t, http.StatusOK)
			p.post(t, path+"/attempt_verification", "strategy", "email_code", "code", "424242").want(t, http.StatusOK)
			p.send(t, http.MethodDelete, "/v1/client/sessions", url.Values{}).want(t, http.StatusOK)

			in := p.post(t, "/v1/client/sign_ins", "identifier", address).want(t, http.StatusOK)
			var id string
			for _, factor := range in.at(t, "response", "supported_first_factors").([]any) {
				if f, _ := factor.(map[string]any); f["strategy"] == "email_code" {
					id, _ = f["email_address_id"].(string)
				}
			}
			path = "/v1/client/sign_ins/" + in.text(t, "response", "id")
			p.post(t, path+"/prepare_first_factor", "strategy", "email_code", "email_address_id", id).want(t, http.StatusOK)
			p.post(t, path+"/attempt_first_factor", "strategy", "email_code", "code", "111111").wantError(t, 422, "form_code_incorrect")
			res := p.post(t, path+"/attempt_first_factor", "strategy", "email_code", "code", "424242").want(t, http.StatusOK)
			if got := res.text(t, "response", "status"); got != "complete" {
				t.Errorf("status %s", got)
			}
		})
	}
}

func cookiesOf(t *testing.T, res result) []*http.Cookie {
	t.Helper()
	var cookies []*http.Cookie
	for _, cookie := range res.setCookies(t) {
		cookies = append(cookies, cookie)
	}
	return cookies
}
