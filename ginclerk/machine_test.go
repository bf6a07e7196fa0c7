package ginclerk_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// keyring answers for API keys as the Backend API does, and passes everything else on.
type keyring struct {
	next   http.RoundTripper
	answer func() (status int, body string, err error)
}

func (k keyring) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.URL.Path, "/api_keys/verify") {
		return k.next.RoundTrip(r)
	}
	status, body, err := k.answer()
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Request: r, Body: io.NopCloser(strings.NewReader(body)),
	}, nil
}

const goodKey = `{"object":"api_key","id":"ak_1","type":"api_key","name":"nightly import","subject":"user_1","claims":null,` +
	`"scopes":["import"],"revoked":false,"expired":false,"expiration":null,"created_at":1,"updated_at":1}`

func TestRoutesThatTakeMachineTokens(t *testing.T) {
	t.Parallel()
	answers := map[string]func() (int, string, error){
		"a good key": func() (int, string, error) { return http.StatusOK, goodKey, nil },
		"a revoked key": func() (int, string, error) {
			return http.StatusOK, strings.Replace(goodKey, `"revoked":false`, `"revoked":true`, 1), nil
		},
		"an unknown key": func() (int, string, error) {
			return http.StatusNotFound, `{"errors":[{"code":"api_key_not_found"}]}`, nil
		},
		"no answer": func() (int, string, error) { return 0, "", io.ErrUnexpectedEOF },
	}
	for _, row := range []struct {
		name, path, answer string
		token              string // "" is a session token
		want               int
		says               string
	}{
		{"a good key where keys are taken", "/keys", "a good key", "ak_secret", http.StatusOK, "key of user_1"},
		{"a good key where any token is taken", "/any", "a good key", "ak_secret", http.StatusOK, "key of user_1"},
		{"a good key where a session is asked for", "/session", "a good key", "ak_secret", http.StatusUnauthorized, "token-invalid"},
		{"a good key where other machine tokens are taken", "/m2m", "a good key", "ak_secret", http.StatusUnauthorized, "token-type-mismatch"},
		{"a revoked key", "/keys", "a revoked key", "ak_secret", http.StatusUnauthorized, "token-invalid"},
		{"an unknown key", "/keys", "an unknown key", "ak_secret", http.StatusUnauthorized, "token-invalid"},
		{"a key that nobody can judge", "/keys", "no answer", "ak_secret", http.StatusServiceUnavailable, ""},
		{"a session token where keys are taken", "/keys", "a good key", "", http.StatusUnauthorized, "token-type-mismatch"},
		{"a session token where both are taken", "/both", "a good key", "", http.StatusOK, "session of user_"},
		{"a key where both are taken", "/both", "a good key", "ak_secret", http.StatusOK, "key of user_1"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, configured(func(c *ginclerk.Config) {
				c.ClerkAPI.HTTPClient = &http.Client{Transport: keyring{next: http.DefaultTransport, answer: answers[row.answer]}}
			}))
			a.engine.Use(a.clerk.Attach())
			a.engine.GET("/keys", a.clerk.RequireToken(ginclerk.APIKey), whoCalls)
			a.engine.GET("/m2m", a.clerk.RequireToken(ginclerk.M2MToken, ginclerk.OAuthToken), whoCalls)
			a.engine.GET("/both", a.clerk.RequireToken(ginclerk.APIKey, ginclerk.SessionToken), whoCalls)
			a.engine.GET("/any", a.clerk.RequireToken(), whoCalls)
			a.engine.GET("/session", a.clerk.RequireSession(), whoCalls)
			presented := row.token
			if presented == "" {
				presented = a.token(t, bob)
			}
			got := a.ask(http.MethodGet, row.path, bearer(presented)).wantStatus(t, row.want)
			if !strings.Contains(got.Body.String(), row.says) {
				t.Errorf("answers %s, want it to say %q", got.Body, row.says)
			}
			if status := got.Header().Values("X-Clerk-Auth-Status"); row.want == http.StatusOK && len(status) != 0 {
				t.Errorf("a request that is let in is labelled %v", status)
			}
			if vary := got.Header().Values("Vary"); len(vary) != 1 {
				t.Errorf("Vary: %q", vary)
			}
			if challenge := got.Header().Get("WWW-Authenticate"); (row.want == http.StatusUnauthorized) != (challenge == "Bearer") {
				t.Errorf("status %d with WWW-Authenticate %q", row.want, challenge)
			}
		})
	}
}

// whoCalls says whether a machine or a session is there.
func whoCalls(c *gin.Context) {
	auth := ginclerk.From(c)
	if auth.Machine != nil {
		if auth.SignedIn() || auth.UserID != "" || auth.Has(ginclerk.Role("org:admin")) {
			c.String(http.StatusInternalServerError, "a machine is taken for a person")
			return
		}
		c.String(http.StatusOK, "key of %s", auth.Machine.Subject)
		return
	}
	c.String(http.StatusOK, "session of %s", auth.UserID)
}
