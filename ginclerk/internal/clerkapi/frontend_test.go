package clerkapi_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
)

const wrapped = `{"response":{"object":"session","id":"` + sessID + `","status":"active"},"client":null}`

func devBrowser() clerkapi.Browser {
	return clerkapi.Browser{
		Credential: clerkapi.Credential{DevBrowser: "dvb_secret", Client: "client.jwt.secret"},
		Origin:     "https://app.example.com", Address: "192.0.2.7", UserAgent: "Mozilla/5.0",
	}
}

func TestTouchOnDevelopment(t *testing.T) {
	t.Parallel()
	clerk := newStub(t, says(http.StatusOK, wrapped))
	organization := "org_1"
	if err := newFrontend(t, clerk.URL).Touch(t.Context(), devBrowser(), sessID, &organization); err != nil {
		t.Fatal(err)
	}
	req := clerk.only(t)
	if req.Method != "POST" || req.Path != "/v1/client/sessions/"+sessID+"/touch" {
		t.Errorf("asked %s %s", req.Method, req.Path)
	}
	if got := sortedQuery(t, req.Query); got != "__clerk_api_version=2026-05-12&__clerk_db_jwt=dvb_secret" {
		t.Errorf("query is %s", got)
	}
	if got := sortedQuery(t, req.Body); got != "active_organization_id=org_1&intent=select_session" {
		t.Errorf("body is %s", got)
	}
	checkHeaders(t, req.Header, map[string]string{
		"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://app.example.com",
		"X-Forwarded-For": "192.0.2.7", "User-Agent": "Mozilla/5.0",
		"Cookie": "", "Authorization": "", "Clerk-Secret-Key": "", "Clerk-Proxy-Url": "", "Clerk-Api-Version": "",
	})
}

func TestTouchOnProductionBehindAProxy(t *testing.T) {
	t.Parallel()
	clerk := newStub(t, says(http.StatusOK, wrapped))
	frontend := newFrontend(t, clerk.URL, func(c *clerkapi.FrontendConfig) {
		c.InstanceType, c.ProxyURL, c.SecretKey = instance.Production, "https://app.example.com/__clerk/", secret
	})
	if err := frontend.Touch(t.Context(), devBrowser(), sessID, nil); err != nil {
		t.Fatal(err)
	}
	req := clerk.only(t)
	if req.Query != "__clerk_api_version=2026-05-12" || req.Body != "intent=select_session" {
		t.Errorf("asked ?%s with %s", req.Query, req.Body)
	}
	checkHeaders(t, req.Header, map[string]string{
		"Cookie": "__client=client.jwt.secret", "Clerk-Secret-Key": secret.Reveal(),
		"Clerk-Proxy-Url": "https://app.example.com/__clerk", "Authorization": "",
	})
}

func TestSecretKeyStaysHomeWithoutAProxy(t *testing.T) {
	t.Parallel()
	clerk := newStub(t, says(http.StatusOK, wrapped))
	frontend := newFrontend(t, clerk.URL, func(c *clerkapi.FrontendConfig) { c.SecretKey = secret })
	if err := frontend.Touch(t.Context(), devBrowser(), sessID, nil); err != nil {
		t.Fatal(err)
	}
	checkHeaders(t, clerk.only(t).Header, map[string]string{"Clerk-Secret-Key": "", "Clerk-Proxy-Url": ""})
}

func TestPersonalAccountIsSentAsNothing(t *testing.T) {
	t.Parallel()
	clerk := newStub(t, says(http.StatusOK, wrapped))
	personal := ""
	if err := newFrontend(t, clerk.URL).Touch(t.Context(), devBrowser(), sessID, &personal); err != nil {
		t.Fatal(err)
	}
	if got := sortedQuery(t, clerk.only(t).Body); got != "active_organization_id=&intent=select_session" {
		t.Errorf("body is %s", got)
	}
}

func TestForgedAddressIsNotPassedOn(t *testing.T) {
	t.Parallel()
	clerk := newStub(t, says(http.StatusOK, wrapped))
	browser := devBrowser()
	browser.Address = "192.0.2.7, 10.0.0.1"
	if err := newFrontend(t, clerk.URL).Touch(t.Context(), browser, sessID, nil); err != nil {
		t.Fatal(err)
	}
	checkHeaders(t, clerk.only(t).Header, map[string]string{"X-Forwarded-For": ""})
}

func TestEndAndRemove(t *testing.T) {
	t.Parallel()
	for action, do := range map[string]func(*clerkapi.Frontend) func(context.Context, clerkapi.Browser, string) error{
		"end": func(f *clerkapi.Frontend) func(context.Context, clerkapi.Browser, string) error { return f.EndSession },
		"remove": func(f *clerkapi.Frontend) func(context.Context, clerkapi.Browser, string) error {
			return f.RemoveSession
		},
	} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			clerk := newStub(t, says(http.StatusOK, wrapped))
			if err := do(newFrontend(t, clerk.URL))(t.Context(), devBrowser(), sessID); err != nil {
				t.Fatal(err)
			}
			req := clerk.only(t)
			if req.Method != "POST" || req.Path != "/v1/client/sessions/"+sessID+"/"+action || req.Body != "" {
				t.Errorf("asked %s %s with %q", req.Method, req.Path, req.Body)
			}
		})
	}
}

func TestFrontendJWKS(t *testing.T) {
	t.Parallel()
	clerk := newStub(t, says(http.StatusOK, `{"keys":[]}`))
	got, err := newFrontend(t, clerk.URL+"/__clerk").JWKS(t.Context())
	if err != nil || string(got) != `{"keys":[]}` {
		t.Fatalf("got %s, error %v", got, err)
	}
	if req := clerk.only(t); req.Method != "GET" || req.Path != "/__clerk/.well-known/jwks.json" || req.Query != "" {
		t.Errorf("asked %s %s ? %s", req.Method, req.Path, req.Query)
	}
}

func TestBrowserWithoutTheCredentialThatIsNeeded(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		kind       instance.Type
		credential clerkapi.Credential
	}{
		{"development needs a dev browser", instance.Development, clerkapi.Credential{Client: "x"}},
		{"production needs a client", instance.Production, clerkapi.Credential{DevBrowser: "x"}},
		{"a client that would add a cookie is none", instance.Production, clerkapi.Credential{Client: "x; __session=y"}},
		{"a client that would add a header is none", instance.Production, clerkapi.Credential{Client: "x\r\nA: b"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			clerk := newStub(t, says(http.StatusOK, wrapped))
			frontend := newFrontend(t, clerk.URL, func(c *clerkapi.FrontendConfig) { c.InstanceType = tt.kind })
			err := frontend.Touch(t.Context(), clerkapi.Browser{Credential: tt.credential}, sessID, nil)
			if categories(err) != "credential" || len(clerk.requests()) != 0 {
				t.Errorf("error %v, %d requests", err, len(clerk.requests()))
			}
		})
	}
}

// frontendAnswer is an answer of the Frontend API and the category of error that it means.
type frontendAnswer struct {
	name   string
	status int
	body   string
	want   string
}

// badAnswers are those that mean the same for every call in the name of a browser, with those of one call.
func badAnswers(ofCall ...frontendAnswer) []frontendAnswer {
	return append(ofCall,
		frontendAnswer{"an unknown dev browser", 401, `{"errors":[{"code":"dev_browser_unauthenticated"}]}`, "credential"},
		frontendAnswer{"a refused secret key", 401, `{"errors":[{"code":"clerk_key_invalid"}]}`, "unauthorized"},
		frontendAnswer{"a session of another browser", 404, `{"errors":[{"code":"resource_not_found"}]}`, "not found"},
		frontendAnswer{"too many requests", 429, `{}`, "unavailable"},
		frontendAnswer{"an outage", 502, `<html>`, "unavailable"},
		frontendAnswer{"an empty answer", 200, ``, "unavailable"},
		frontendAnswer{"garbage", 200, `<html>`, "unavailable"},
	)
}

func TestFrontendErrors(t *testing.T) {
	t.Parallel()
	tests := badAnswers(
		frontendAnswer{"a banned user", 403, `{"errors":[{"code":"user_banned"}]}`, "credential"},
		frontendAnswer{"a session that cannot be touched", 422, `{"errors":[{"code":"x"}]}`, "credential"},
		frontendAnswer{"a bad origin", 400, `{"errors":[{"code":"origin_invalid"}]}`, ""},
		frontendAnswer{"an answer about another session", 200, `{"response":{"id":"sess_other"}}`, "unavailable"},
		frontendAnswer{"an answer without a session", 200, `{"response":null}`, "unavailable"},
	)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			clerk := newStub(t, says(tt.status, tt.body))
			err := newFrontend(t, clerk.URL).Touch(t.Context(), devBrowser(), sessID, nil)
			if err == nil || categories(err) != tt.want {
				t.Errorf("category is %q, want %q: %v", categories(err), tt.want, err)
			}
			checkNoCredential(t, err.Error())
		})
	}
}

func TestUnreachableFrontendTellsNoCredential(t *testing.T) {
	t.Parallel()
	err := newFrontend(t, "http://127.0.0.1:1").Touch(t.Context(), devBrowser(), sessID, nil)
	if categories(err) != "unavailable" {
		t.Fatalf("error is %v", err)
	}
	checkNoCredential(t, err.Error())
	for ; err != nil; err = unwrap(err) {
		checkNoCredential(t, err.Error())
	}
}

func unwrap(err error) error {
	if u, ok := err.(interface{ Unwrap() error }); ok {
		return u.Unwrap()
	}
	return nil
}

func checkNoCredential(t *testing.T, text string) {
	t.Helper()
	if strings.Contains(text, "dvb_secret") || strings.Contains(text, "client.jwt.secret") {
		t.Errorf("the credential in %q", text)
	}
}

func checkHeaders(t *testing.T, got http.Header, want map[string]string) {
	t.Helper()
	for name, value := range want {
		if got.Get(name) != value || len(got.Values(name)) > 1 {
			t.Errorf("%s is %q, want %q", name, got.Values(name), value)
		}
	}
}
