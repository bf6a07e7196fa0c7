package clerkapi_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
)

// answering is a client whose every request gets the given answer, without a network.
func answering(t *testing.T, status int, header http.Header, body []byte) (*clerkapi.Client, *[]*http.Request) {
	t.Helper()
	var seen []*http.Request
	client := newClient(t, "", func(c *clerkapi.Config) {
		c.HTTPClient = &http.Client{Transport: transportFunc(func(r *http.Request) (*http.Response, error) {
			seen = append(seen, r)
			return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
		})}
	})
	return client, &seen
}

// FuzzAnswer checks that every method returns the requested resource, or an error of one category without a secret.
func FuzzAnswer(f *testing.F) {
	f.Add(200, "", []byte(`{"object":"session","id":"`+sessID+`"}`))
	f.Add(200, "", []byte(`{"data":[{"id":"a"},{"id":"a"}],"total_count":-1}`))
	f.Add(200, "", []byte(`[{"id":"`+userID+`"}]`))
	f.Add(429, "3", []byte(envelope))
	f.Add(503, "Wed, 21 Oct 2026 07:28:00 GMT", []byte(`<html>`))
	f.Add(302, "x", []byte(nil))
	f.Fuzz(func(t *testing.T, status int, retryAfter string, body []byte) {
		if status < 100 || status > 999 {
			return
		}
		client, _ := answering(t, status, http.Header{"Retry-After": {retryAfter}, "Clerk-Trace-Id": {retryAfter}}, body)
		for _, c := range calls() {
			err := c.do(t.Context(), client)
			if err == nil {
				if status < 200 || status > 299 || len(body) == 0 {
					t.Errorf("%s takes status %d with %q", c.name, status, body)
				}
				continue
			}
			if strings.Contains(categories(err), " and ") {
				t.Errorf("%s: %v is %s", c.name, err, categories(err))
			}
			if strings.ContainsAny(err.Error(), "\r\n") || strings.Contains(err.Error(), secret.Reveal()) {
				t.Errorf("%s: error text is %q", c.name, err)
			}
		}
	})
}

// FuzzIDs checks that a request goes to the session with the id, or is not sent, whatever the id is.
func FuzzIDs(f *testing.F) {
	f.Add("sess_1", "billing")
	f.Add("sess_../users", "..")
	f.Add("sess_a/../../b", "a/b")
	f.Add("sess_%2e%2e", "%2e%2e")
	f.Add("sess_1", "//evil.example/")
	f.Fuzz(func(t *testing.T, id, template string) {
		client, seen := answering(t, 200, nil, []byte(`{"jwt":"a.b.c"}`))
		_, err := client.SessionToken(t.Context(), id, clerkapi.TokenParams{Template: template})
		if err != nil && len(*seen) == 0 {
			return
		}
		if err != nil || len(*seen) != 1 {
			t.Fatalf("error %v after %d requests", err, len(*seen))
		}
		want := "/v1/sessions/" + id + "/tokens"
		if template != "" {
			want += "/" + template
		}
		got := (*seen)[0].URL
		if got.Host != "api.clerk.com" || got.Path != want || got.RawQuery != "" || got.Fragment != "" {
			t.Errorf("asked %s, want path %s", got, want)
		}
		if strings.Count(got.EscapedPath(), "/") != strings.Count("/v1/sessions/x/tokens", "/")+min(len(template), 1) {
			t.Errorf("the template adds steps to %s", got.EscapedPath())
		}
	})
}
