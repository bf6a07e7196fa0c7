package wycheproof_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

const (
	issuer = "https://clerk.example.com"
	origin = "https://app.example.com"
)

func noon() time.Time { return time.Date(2026, time.January, 1, 12, 0, 0, 0, time.UTC) }

func claims(user string) string {
	body, err := json.Marshal(map[string]any{
		"sub": user, "sid": "sess_1", "iss": issuer, "azp": origin, "v": 2, "sts": "active",
		"iat": noon().Unix() - 5, "nbf": noon().Unix() - 15, "exp": noon().Unix() + 55,
	})
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(body)
}

// app is an application that verifies tokens with one key and asks Clerk nothing.
type app struct {
	engine *gin.Engine
	ran    string // the user as whom the last request ran; "" when it did not
	suffix string
}

func newApp(t *testing.T, key string) *app {
	t.Helper()
	gin.SetMode(gin.TestMode)
	publishable := instance.NewPublishableKey("clerk.example.com", instance.Production)
	clerk, err := ginclerk.New(ginclerk.Config{
		PublishableKey: publishable.String(), SecretKey: "sk_live_wycheproof", Origins: []string{origin}, SignInURL: "/sign-in",
		Tokens: ginclerk.TokenChecks{JWTKey: key}, Now: noon, Logger: slog.New(slog.DiscardHandler),
		ClerkAPI: ginclerk.ClerkAPI{HTTPClient: &http.Client{Transport: unreachable{}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := clerk.Close(t.Context()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	a := &app{engine: gin.New(), suffix: publishable.CookieSuffix()}
	a.engine.Use(clerk.Attach())
	a.engine.GET("/", clerk.RequireSession(), func(c *gin.Context) { a.ran = ginclerk.From(c).UserID })
	return a
}

type unreachable struct{}

func (unreachable) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("nothing is asked of Clerk")
}

// unsigned returns the text of a good token with this header that its signature covers.
func (*app) unsigned(header string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + claims("user_1")
}

// present sends a token as a bearer token, and as the cookies of a browser.
func (a *app) present(t *testing.T, v vector, token string, want bool) {
	t.Helper()
	for how, header := range map[string]http.Header{
		"as a bearer token": {"Authorization": {"Bearer " + token}},
		"as cookies": {
			"Cookie": {
				"__client_uat=1; __client_uat_" + a.suffix + "=1; __session=" + token + "; __session_" + a.suffix + "=" + token,
			},
			"Accept": {"text/html"},
		},
	} {
		r := httptest.NewRequest(http.MethodGet, origin+"/", nil)
		r.Header, a.ran = header, ""
		w := httptest.NewRecorder()
		a.engine.ServeHTTP(w, r)
		if (a.ran == "user_1") != want || !want && a.ran != "" {
			t.Errorf("%d %s, %s: %d, ran as %q, want it to run: %t", v.ID, v.Comment, how, w.Code, a.ran, want)
		}
	}
}
