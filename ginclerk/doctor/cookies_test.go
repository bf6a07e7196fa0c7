package doctor_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/doctor"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// signedIn is the header Cookie of a browser in which a user of an embedded Clerk is signed in.
func signedIn(s *scene) string {
	s.t.Helper()
	browser := s.server.NewBrowser()
	if _, err := browser.SignIn("ada@example.com"); err != nil {
		s.t.Fatal(err)
	}
	cookies, err := browser.Cookies(s.subject.Config.Origins[0])
	if err != nil {
		s.t.Fatal(err)
	}
	return header(cookies)
}

func header(cookies []*http.Cookie) string {
	var pairs []string
	for _, c := range cookies {
		pairs = append(pairs, c.Name+"="+c.Value)
	}
	return strings.Join(pairs, "; ")
}

// withClaims makes the embedded Clerk one whose session tokens have a claim of so many characters.
func (s *scene) withClaims(length int) {
	s.t.Helper()
	s.use(func(c *clerktest.Config) {
		seed := clerktest.DefaultSeed()
		seed.SessionClaims = map[string]any{"preferences": strings.Repeat("x", length)}
		c.Seed = seed
	})
}

// token is a session token of the embedded Clerk.
func (s *scene) token(options clerktest.TokenOptions) string {
	s.t.Helper()
	user, err := s.server.UserByEmail("ada@example.com")
	if err != nil {
		s.t.Fatal(err)
	}
	session, err := s.server.CreateSession(user.ID, clerktest.SessionOptions{})
	if err != nil {
		s.t.Fatal(err)
	}
	minted, err := s.server.MintToken(session.ID, options)
	if err != nil {
		s.t.Fatal(err)
	}
	return minted
}

func cookieRows() []row {
	return []row{
		{"an analytics program has filled the cookies", "cookies-large", func(s *scene) {
			s.subject.Cookies = signedIn(s) + "; analytics=" + strings.Repeat("x", 4000) + "; ads=" + strings.Repeat("y", 3000)
		}},
		{"the session token has a claim of 2 KB", "session-cookie-large", func(s *scene) {
			s.also("cookies-large")
			s.withClaims(2600)
			s.subject.Cookies = signedIn(s)
		}},
		{"the token was made for another application", "session-token-of-another-party", func(s *scene) {
			s.subject.Cookies = signedIn(s)
			s.subject.Config.Origins = []string{"http://admin.localhost:3000"}
		}},
		{"the token names no party", "session-token-of-another-party", func(s *scene) {
			s.subject.Cookies = "__session=" + s.token(clerktest.TokenOptions{Claims: map[string]any{"azp": nil}})
		}},
		{"the token is of another instance", "session-token-of-another-instance", func(s *scene) {
			old := s.server
			if _, err := old.RotateKey(); err != nil {
				s.t.Fatal(err)
			}
			s.subject.Cookies = "__session=" + s.token(clerktest.TokenOptions{AuthorizedParty: "http://localhost:8080"})
			s.use()
		}},
		{"the token was made with the key of another instance, under an id of this one", "session-token-of-another-instance", func(s *scene) {
			s.use(func(c *clerktest.Config) { c.KeyID = "ins_same" })
			key := s.server.JWTKey()
			s.subject.Cookies = "__session=" + s.token(clerktest.TokenOptions{AuthorizedParty: "http://localhost:8080"})
			for s.server.JWTKey() == key { // embedded Clerks of tests take one of a few keys
				s.use(func(c *clerktest.Config) { c.KeyID = "ins_same" })
			}
		}},
		{"the cookie was cut off", "session-token-refused", func(s *scene) {
			s.subject.Cookies = "__session=" + s.token(clerktest.TokenOptions{AuthorizedParty: "http://localhost:8080"})[:200]
		}},
		{"an old session cookie has another domain", "session-cookie-repeated", func(s *scene) {
			old := signedIn(s)
			s.subject.Cookies = old + "; " + signedIn(s)
		}},
		{"three applications on localhost have left their cookies", "cookies-of-other-instances", func(s *scene) {
			s.subject.Cookies = signedIn(s)
			for i := range 3 {
				key := instance.NewPublishableKey(fmt.Sprintf("other-%d.clerk.accounts.dev", i), instance.Development)
				s.subject.Cookies += "; " + key.Suffixed(instance.CookieSession) + "=token-of-another"
			}
		}},
	}
}

func TestTheCookiesOfASignedInBrowserAreFine(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, before, after string }{
		{"the value alone", "", ""},
		{"with the name of the header", "Cookie: ", "\r\n"},
		{"with one other instance on localhost", "__session_AAAAAAAA=x; ", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			s.subject.Cookies = row.before + signedIn(s) + row.after
			report := doctor.Examine(t.Context(), s.subject)
			wantNoSecrets(t, s.subject, report)
			if _, ok := find(report, "cookies-fine"); !ok {
				t.Errorf("the report has %+v", report.Findings)
			}
		})
	}
}

// TestCookiesThatWereCopiedLongAgoAreFine: that their token has expired since then says nothing.
func TestCookiesThatWereCopiedLongAgoAreFine(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.subject.Cookies = "__session=" + s.token(clerktest.TokenOptions{AuthorizedParty: "http://localhost:8080", Lifetime: -time.Hour})
	report := doctor.Examine(t.Context(), s.subject)
	if _, ok := find(report, "cookies-fine"); !ok {
		t.Errorf("the report has %+v", report.Findings)
	}
}

// TestOneGoodSessionTokenIsEnough: the cookie without a suffix may be of another instance on the domain.
func TestOneGoodSessionTokenIsEnough(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	other := s.token(clerktest.TokenOptions{AuthorizedParty: "http://other.localhost"})
	own := s.token(clerktest.TokenOptions{AuthorizedParty: "http://localhost:8080"})
	key, err := instance.ParsePublishableKey(s.server.PublishableKey())
	if err != nil {
		t.Fatal(err)
	}
	s.subject.Cookies = "__session=" + other + "; " + key.Suffixed(instance.CookieSession) + "=" + own
	report := doctor.Examine(t.Context(), s.subject)
	if _, ok := find(report, "cookies-fine"); !ok {
		t.Errorf("the report has %+v", report.Findings)
	}
}
