package clerktest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

func TestControlsMakeTokens(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	c, ada := openControls(t, srv), user(t, srv, "ada@example.com")
	for _, row := range []struct {
		name, body string
		azp        string
		lifetime   float64 // in seconds
	}{
		{"of the server's first origin", `{"email": "ada@example.com"}`, appOrigin, 60},
		{"of another origin", `{"email": "ada@example.com", "authorized_party": "http://localhost:3000"}`, "http://localhost:3000", 60},
		{"with another lifetime", `{"email": "ada@example.com", "lifetime": "5m"}`, appOrigin, 300},
		{"that have expired", `{"email": "ada@example.com", "lifetime": "-5m"}`, appOrigin, -300},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			made := c.ask(t, http.MethodPost, "/tokens", row.body).want(t, http.StatusOK)
			_, claims := verified(t, srv, made.text(t, "token"))
			if claims["sub"] != ada.ID || made.text(t, "user_id") != ada.ID || claims["sid"] != made.text(t, "session_id") {
				t.Errorf("claims %v in %s, want those of %s", claims, made.raw, ada.ID)
			}
			if lifetime := claims["exp"].(float64) - claims["iat"].(float64); claims["azp"] != row.azp || lifetime != row.lifetime {
				t.Errorf("azp %v for %v seconds, want %s for %v", claims["azp"], lifetime, row.azp, row.lifetime)
			}
			if got := made.header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("Cache-Control %q", got)
			}
		})
	}
}

func TestControlsOfTokensSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	c := openControls(t, clerktest.New(t))
	for body, want := range map[string]string{
		`{}`:               "field email",
		`{"email": "ada"}`: "such as ada@example.com",
		`{"email": "ada@example.com", "lifetime": "soon"}`:  "field lifetime",
		`{"email": "ada@example.com", "azp": "http://x.y"}`: "azp",
	} {
		if got := c.ask(t, http.MethodPost, "/tokens", body).want(t, http.StatusBadRequest); !strings.Contains(got.raw, want) {
			t.Errorf("%s: %s, want it to say %q", body, got.raw, want)
		}
	}
}
