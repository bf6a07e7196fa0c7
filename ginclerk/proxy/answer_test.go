package proxy_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/proxy"
)

// A transport may answer without naming a request, or name another one than it was asked to send.
func TestARedirectIsReadFromTheAddressThatWasAskedFor(t *testing.T) {
	t.Parallel()
	for name, named := range map[string]*http.Request{
		"the answer names no request":      nil,
		"the answer names another request": httptest.NewRequest(http.MethodGet, "http://elsewhere.example/x/y", nil),
	} {
		for location, want := range map[string]string{
			"/v1/client": "http://" + ownHost + "/__clerk/v1/client", "https://" + instanceHost + "/v1/client": "http://" + ownHost + "/__clerk/v1/client",
			"next?a=1": "http://" + ownHost + "/__clerk/v1/next?a=1", "https://elsewhere.example/v1/client": "https://elsewhere.example/v1/client",
		} {
			t.Run(name+", "+location, func(t *testing.T) {
				t.Parallel()
				p := newFrontendAPI(t, nil).before(t, func(c *proxy.Config) {
					c.Transport = roundTripper(func(*http.Request) (*http.Response, error) {
						return &http.Response{StatusCode: http.StatusFound, Header: http.Header{"Location": {location}}, Body: http.NoBody, Request: named}, nil
					})
				})
				got := ask(p, http.MethodGet, "/__clerk/v1/client", nil)
				wantEqual(t, "Location", got.Header().Get("Location"), want)
			})
		}
	}
}
