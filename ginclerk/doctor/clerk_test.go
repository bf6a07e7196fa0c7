package doctor_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/doctor"
)

func configurationRows() []row {
	return []row{
		{"no keys are set", "publishable-key-invalid", func(s *scene) {
			s.also("secret-key-invalid")
			s.subject.Config.PublishableKey, s.subject.Config.SecretKey = "", ""
		}},
		{"the publishable key names no host", "publishable-key-invalid", func(s *scene) { s.subject.Config.PublishableKey = "pk_test_aGVsbG8" }},
		{"the publishable key is a secret key", "publishable-key-invalid", func(s *scene) { s.subject.Config.PublishableKey = s.subject.Config.SecretKey }},
		{"the secret key is a publishable key", "secret-key-invalid", func(s *scene) { s.subject.Config.SecretKey = s.subject.Config.PublishableKey }},
		{"the keys are swapped", "secret-key-invalid", func(s *scene) {
			s.also("publishable-key-invalid")
			c := &s.subject.Config
			c.PublishableKey, c.SecretKey = c.SecretKey, c.PublishableKey
		}},
		{"the secret key is of production, the publishable key of development", "secret-key-invalid", func(s *scene) {
			s.subject.Config.SecretKey = strings.Replace(s.subject.Config.SecretKey, "sk_test_", "sk_live_", 1)
		}},
		{"the JWT key was cut off", "jwt-key-invalid", func(s *scene) { s.subject.Config.Tokens.JWTKey = s.server.JWTKey()[:100] }},
		{"an origin has a path", "configuration-invalid", func(s *scene) { s.subject.Config.Origins = []string{"https://app.example.com/app"} }},
	}
}

func clerkRows() []row {
	return []row{
		{"Clerk does not know the secret key", "secret-key-refused", func(s *scene) { s.subject.Config.SecretKey = clerktest.New(s.t).SecretKey() }},
		{"the secret key is of another instance", "keys-of-two-instances", func(s *scene) {
			other := clerktest.New(s.t)
			s.subject.Config.SecretKey, s.subject.Config.ClerkAPI.URL = other.SecretKey(), other.BackendURL()
		}},
		{"the JWT key was withdrawn after a rotation", "jwt-key-not-published", func(s *scene) {
			old := s.server.KeyID()
			s.subject.Config.Tokens.JWTKey = s.server.JWTKey()
			if _, err := s.server.RotateKey(); err != nil {
				s.t.Fatal(err)
			}
			if err := s.server.WithdrawKey(old); err != nil {
				s.t.Fatal(err)
			}
		}},
		{"the JWT key is of another instance", "jwt-key-not-published", func(s *scene) { s.subject.Config.Tokens.JWTKey = otherKey(s.t, s.server.JWTKey()) }},
		{"Clerk closes every connection", "backend-api-unreachable", func(s *scene) { s.server.SetUnreachable(true) }},
		{"Clerk has an outage", "backend-api-unreachable", func(s *scene) { s.server.SetUnavailable(true) }},
		{"the Backend API answers with what is no JSON", "key-set-without-rsa-key", func(s *scene) {
			s.server.Fail(clerktest.Fault{Operation: "GET /v1/jwks", Garbage: true})
		}},
		{"the Frontend API refuses connections", "frontend-api-unreachable", func(s *scene) { s.subject.Config.ClerkAPI.FrontendURL = "http://" + closedPort(s.t) }},
		{"the key set is empty", "key-set-without-rsa-key", func(s *scene) {
			s.server.Fail(clerktest.Fault{Operation: "GET /v1/jwks", Body: `{"keys":[]}`})
		}},
		{"the clock is two minutes slow", "clock-wrong", func(s *scene) { s.shift(-2 * time.Minute) }},
		{"the clock is two minutes fast", "clock-wrong", func(s *scene) { s.shift(2 * time.Minute) }},
		{"the clock is four seconds fast, of five that are allowed", "clock-drifts", func(s *scene) { s.shift(4500 * time.Millisecond) }},
	}
}

// otherKey returns a JWT key of an instance that has another one.
func otherKey(t *testing.T, own string) string {
	t.Helper()
	server := clerktest.New(t)
	for server.JWTKey() == own {
		if _, err := server.RotateKey(); err != nil {
			t.Fatal(err)
		}
	}
	return server.JWTKey()
}

// TestTheClocksDifferenceIsANumber: an operator wants to know how far, and in which direction.
func TestTheClocksDifferenceIsANumber(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		name  string
		clerk time.Time
		want  string
	}{
		{"as Clerk's", at, "agrees"},
		{"within the second that a header has", at.Add(-900 * time.Millisecond), "agrees"},
		{"slow by a minute and a half", at.Add(90 * time.Second), "1m30s behind"},
		{"fast by ten seconds, of which a header hides one", at.Add(-10 * time.Second), "9s ahead of"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			s.subject.Config.Now = func() time.Time { return at }
			s.subject.Config.ClerkAPI.HTTPClient = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				resp, err := http.DefaultTransport.RoundTrip(r)
				if err == nil {
					resp.Header.Set("Date", row.clerk.Format(http.TimeFormat))
				}
				return resp, err
			})}
			report := doctor.Examine(t.Context(), s.subject)
			if text := texts(t, report); !strings.Contains(text, row.want) {
				t.Errorf("no %q in\n%s", row.want, text)
			}
		})
	}
}
