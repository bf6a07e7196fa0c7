package clerktest_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/internal/documented"
)

// caller calls any operation of both APIs, with a session in the browser and an id for every variable of a path.
type caller struct {
	*page
	ids map[string]string
}

func newCaller(t *testing.T) caller {
	t.Helper()
	srv := clerktest.New(t, func(c *clerktest.Config) { c.Usernames, c.PhoneNumbers, c.SocialProvider = true, true, true })
	p := open(t, srv)
	ada := userID(t, srv, "ada@example.com")
	session := p.signIn(t, "ada@example.com")
	acme := organizationID(t, srv, "acme")
	create := func(path, body string) string {
		return backend(srv, http.MethodPost, path, body).do(t).want(t, http.StatusOK).text(t, "id")
	}
	create("/v1/api_keys", `{"name":"a key","subject":"`+ada+`"}`)
	get := func(path string) result { return backend(srv, http.MethodGet, path, "").do(t).want(t, http.StatusOK) }
	return caller{page: p, ids: map[string]string{
		"user_id": ada, "organization_id": acme, "session_id": session, "template_name": "billing",
		"client_id":        get("/v1/sessions/"+session).text(t, "client_id"),
		"template_id":      get("/v1/jwt_templates").text(t, 0, "id"),
		"sign_in_token_id": create("/v1/sign_in_tokens", `{"user_id":"`+ada+`"}`), "machine": create("/v1/machines", `{"name":"a machine"}`),
		"sign_in_id": p.post(t, "/v1/client/sign_ins").want(t, http.StatusOK).text(t, "response", "id"),
		"sign_up_id": p.post(t, "/v1/client/sign_ups").want(t, http.StatusOK).text(t, "response", "id"),
	}}
}

// call calls the operation with parameters in the query and one in the body.
func (c caller) call(t *testing.T, api, pattern string, query url.Values, inBody string) result {
	t.Helper()
	method, path, _ := strings.Cut(pattern, " ")
	for name, id := range c.ids {
		path = strings.ReplaceAll(path, "{"+name+"}", id)
	}
	if strings.Contains(path, "{") {
		t.Fatalf("%s: no id for a variable", pattern)
	}
	subject := map[string]string{"GET /v1/api_keys": "user_id", "GET /v1/m2m_tokens": "machine"}[pattern]
	if subject != "" && !query.Has("subject") {
		query.Set("subject", c.ids[subject])
	}
	path += "?" + query.Encode()
	if api == documented.Frontend {
		form := url.Values{}
		if inBody != "" {
			form.Set(inBody, "nonsense")
		}
		return c.send(t, method, path, form)
	}
	body := map[string]any{}
	if inBody != "" {
		body[inBody] = nil
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodGet {
		encoded = nil
	}
	return backend(c.srv, method, path, string(encoded)).do(t)
}

// eachDocumented runs the function for every operation in Clerk's documents, each on a server of its own.
func eachDocumented(t *testing.T, do func(t *testing.T, c caller, api string, op documented.Operation)) {
	t.Helper()
	for _, api := range []string{documented.Backend, documented.Frontend} {
		operations := documented.Operations(api)
		if len(operations) < 40 {
			t.Fatalf("%s: %d operations", api, len(operations))
		}
		for _, op := range operations {
			t.Run(api+" "+op.Pattern, func(t *testing.T) {
				t.Parallel()
				do(t, newCaller(t), api, op)
			})
		}
	}
}

// refusal returns the parameter that an error names, or "".
func (r result) refusal(t *testing.T) string {
	t.Helper()
	meta, _ := r.at(t, "errors", 0, "meta").(map[string]any)
	name, _ := meta["param_name"].(string)
	return name
}

func TestNoDocumentedOperationIsASilent404(t *testing.T) {
	t.Parallel()
	eachDocumented(t, func(t *testing.T, c caller, api string, op documented.Operation) {
		t.Helper()
		res := c.call(t, api, op.Pattern, url.Values{}, "")
		switch res.status {
		case http.StatusNotFound:
			t.Errorf("404: %s", res.raw)
		case http.StatusNotImplemented:
			if text := res.text(t, "errors", 0, "long_message"); !strings.Contains(text, op.Pattern) || !strings.Contains(text, "Server.Fail") {
				t.Errorf("%q names neither the operation nor the way out", text)
			}
			if c.srv.UnknownCalls()[op.Pattern] != 1 {
				t.Errorf("it is not counted by its name: %v", c.srv.UnknownCalls())
			}
			c.srv.Fail(clerktest.Fault{Operation: op.Pattern, Times: 1, Body: `{"object":"of the test"}`})
			method, path, _ := strings.Cut(op.Pattern, " ")
			for name, id := range c.ids {
				path = strings.ReplaceAll(path, "{"+name+"}", id)
			}
			own := call{method: method, url: c.srv.FrontendURL() + path}.madeUp().do(t).want(t, http.StatusOK)
			if got := own.text(t, "object"); got != "of the test" {
				t.Errorf("the queued answer is %q", got)
			}
		}
	})
}

// A parameter that is not read is refused by its name; of one that is, nonsense is an error or changes the answer.
func TestNoDocumentedQueryParameterIsIgnored(t *testing.T) {
	t.Parallel()
	// These don't change the answer on purpose: the session stays as it is if the organization is not the user's.
	unchanged := map[string]string{"GET /v1/client/handshake": "organization_id"}
	eachDocumented(t, func(t *testing.T, c caller, api string, op documented.Operation) {
		t.Helper()
		if len(op.Query) == 0 {
			return
		}
		without := c.call(t, api, op.Pattern, url.Values{}, "")
		for _, name := range op.Query {
			res := c.call(t, api, op.Pattern, url.Values{name: {"nonsense"}}, "")
			refused := res.status == http.StatusNotImplemented || res.status >= 400 && res.refusal(t) == name || res.status == http.StatusUnauthorized
			if !refused && res.raw == without.raw && unchanged[op.Pattern] != name {
				t.Errorf("%s=nonsense changes nothing: %d %s", name, res.status, res.raw)
			}
			if res.status == http.StatusUnprocessableEntity && res.text(t, "errors", 0, "code") == "form_param_unknown" {
				t.Errorf("%s is said not to be a parameter", name)
			}
		}
	})
}

// A parameter in the body is taken, or refused with 501 by its name, never as unknown.
func TestEveryDocumentedParameterOfABodyIsKnown(t *testing.T) {
	t.Parallel()
	eachDocumented(t, func(t *testing.T, c caller, api string, op documented.Operation) {
		t.Helper()
		for _, name := range op.Body {
			res := c.call(t, api, op.Pattern, url.Values{}, name)
			if res.status == http.StatusUnprocessableEntity && res.text(t, "errors", 0, "code") == "form_param_unknown" {
				t.Errorf("%s is said not to be a parameter: %s", name, res.raw)
			}
			if res.status == http.StatusNotImplemented && !strings.Contains(res.raw, name) && !strings.Contains(res.raw, op.Pattern) {
				t.Errorf("%s is not named: %s", name, res.raw)
			}
		}
	})
}

func TestUnknownParametersAreRefusedByName(t *testing.T) {
	t.Parallel()
	eachDocumented(t, func(t *testing.T, c caller, api string, op documented.Operation) {
		t.Helper()
		if c.call(t, api, op.Pattern, url.Values{}, "").status == http.StatusNotImplemented {
			return
		}
		ways := map[string]result{"query": c.call(t, api, op.Pattern, url.Values{"shoe_size": {"44"}}, "")}
		if !strings.HasPrefix(op.Pattern, "GET ") {
			ways["body"] = c.call(t, api, op.Pattern, url.Values{}, "shoe_size")
		}
		for way, res := range ways {
			res.wantError(t, http.StatusUnprocessableEntity, "form_param_unknown")
			if res.refusal(t) != "shoe_size" {
				t.Errorf("in the %s: the error does not name it: %s", way, res.raw)
			}
		}
	})
}

func TestFiltersThatAreNotEmulatedNeverMeanAll(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	for _, query := range []string{
		"web3_wallet=0x1", "provider=oauth_google", "provider_user_id=1", "phone_number=%2B15555550100&web3_wallet=0x1",
	} {
		for _, path := range []string{"/v1/users", "/v1/users/count"} {
			res := backend(srv, http.MethodGet, path+"?"+query, "").do(t).wantError(t, http.StatusNotImplemented, "not_implemented")
			if want := regexp.MustCompile(`(web3|provider)\w*`).FindString(query); res.refusal(t) != want {
				t.Errorf("%s?%s: the error does not name the parameter: %s", path, query, res.raw)
			}
		}
	}
	backend(srv, http.MethodGet, "/v1/users?mail_address=ada@example.com", "").do(t).wantError(t, 422, "form_param_unknown")
	backend(srv, http.MethodGet, "/v1/users?paginated=true", "").do(t).wantError(t, 422, "form_param_unknown") // always an array
	backend(srv, http.MethodGet, "/v1/users?user_id=a;b", "").do(t).wantError(t, http.StatusBadRequest, "request_query_invalid")
	backend(srv, http.MethodGet, "/v1/users?banned=perhaps", "").do(t).wantError(t, 422, "form_param_format_invalid")
	ada := "/v1/users/" + userID(t, srv, "ada@example.com")
	backend(srv, http.MethodPatch, ada, `{"firstname":"Eve"}`).do(t).wantError(t, 422, "form_param_unknown")
	backend(srv, http.MethodPatch, ada, `{"first_name":"Eve","primary_phone_number_id":"idn_1"}`).do(t).
		wantError(t, http.StatusNotImplemented, "not_implemented")
	if got := backend(srv, http.MethodGet, ada, "").do(t).text(t, "first_name"); got != "Ada" {
		t.Errorf("a refused update changed the name to %q", got)
	}
	// Without the key, nothing is said about parameters.
	c := backend(srv, http.MethodGet, "/v1/users?shoe_size=44", "")
	c.header = nil
	c.do(t).wantError(t, http.StatusUnauthorized, "authentication_invalid")
}

func TestTheFrontendAPIReadsFormsOnly(t *testing.T) {
	t.Parallel()
	p := open(t, clerktest.New(t))
	c := call{
		method: http.MethodPost, url: p.srv.FrontendURL() + "/v1/client/sign_ins?__clerk_db_jwt=" + p.dev,
		body: `{"identifier":"ada@example.com"}`, header: map[string]string{"Content-Type": "application/json"},
	}
	c.do(t).wantError(t, http.StatusUnsupportedMediaType, "unsupported_content_type")
}
